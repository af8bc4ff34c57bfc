import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallFacts } from '../../src/calls/call-facts.ts';
import { type CallEventKind, normalizeDelivery } from '../../src/webhook/callerdesk/normalize-delivery.ts';
import { type Delivery, readPayload } from '../../src/webhook/callerdesk/payload.ts';
import { factsOf, india, normalize, receivedAt } from './deliver.ts';

const call = { type: 'call_report', CallSid: '77', StartTime: '2023-01-02 14:32:30' };

describe('report or live event', () => {
  type Case = [what: string, payload: object, urlKind: CallEventKind | null, kind: CallEventKind];
  const cases: Case[] = [
    ['the type says report', { type: 'call_report' }, 'LIVE_CALL', 'CALL_REPORT'],
    ['the type says live event', { type: 'live_call', EndTime: '2023-01-02 14:34:00' }, 'CALL_REPORT', 'LIVE_CALL'],
    ['the type, spelt differently', { type: 'Live Call' }, 'CALL_REPORT', 'LIVE_CALL'],
    ['an unknown type is none', { type: 'missed' }, 'CALL_REPORT', 'CALL_REPORT'],
    ['no type, the URL says report', {}, 'CALL_REPORT', 'CALL_REPORT'],
    ['no type, the URL says live event', { EndTime: '2023-01-02 14:34:00' }, 'LIVE_CALL', 'LIVE_CALL'],
    ['an EndTime', { EndTime: '2023-01-02 14:34:00' }, null, 'CALL_REPORT'],
    ['a zero EndTime', { EndTime: '0000-00-00 00:00:00' }, null, 'LIVE_CALL'],
    ['a recording', { CallRecordingUrl: 'https://x.callerdesk.io/1.wav' }, null, 'CALL_REPORT'],
    ['a blank recording', { CallRecordingUrl: ' ' }, null, 'LIVE_CALL'],
    ['leg A picked', { LegA_Picked_time: '2023-01-02 14:32:32' }, null, 'CALL_REPORT'],
    ['leg B started', { LegB_Start_time: '2023-01-02 14:32:32' }, null, 'CALL_REPORT'],
    ['leg B picked', { LegB_Picked_time: '2023-01-02 14:32:32' }, null, 'CALL_REPORT'],
    ['zero leg times', { LegB_Picked_time: '0000-00-00 00:00:00', LegA_Picked_time: '' }, null, 'LIVE_CALL'],
    ['a CallDuration', { CallDuration: '1' }, null, 'CALL_REPORT'],
    ['a TalkDuration', { TalkDuration: '1' }, null, 'CALL_REPORT'],
    ['durations of 0', { CallDuration: '0', TalkDuration: '0' }, null, 'LIVE_CALL'],
    ['nothing else', {}, null, 'LIVE_CALL'],
  ];
  it.each(cases)('%s', (_what, payload, urlKind, kind) => {
    const { type: _type, ...rest } = call;
    expect(normalize({ ...rest, ...payload }, { urlKind }).kind).toBe(kind);
  });
});

describe('what is no call', () => {
  it.each([
    {},
    { type: 'add_member', member_num: '1' },
    { CallSid: ' \u00a0' },
    { Uniqueid: '77', type: 'call_report' },
  ])('without a CallSid it is ignored: %j', (payload) => {
    expect(normalize(payload, { urlKind: 'CALL_REPORT' })).toMatchObject({
      kind: 'OTHER',
      ignored: expect.stringContaining('CallSid'),
    });
  });

  it('a CallSid of more than 255 characters is unreadable and named', () => {
    const read = normalize({ ...call, CallSid: 'x'.repeat(256) });
    expect(read).toEqual({ kind: 'CALL_REPORT', unreadable: 'CallSid: longer than 255 characters', callSid: null });
    expect(factsOf({ ...call, CallSid: 'x'.repeat(255) }).callSid).toHaveLength(255);
  });

  it('a report without any time is unreadable and names StartTime', () => {
    const read = normalize({ ...call, StartTime: 'yyyy-mm-dd\u00a0 hh:mm:ss', EndTime: '2023-01-02 14:34:00' });
    expect(read).toMatchObject({
      kind: 'CALL_REPORT',
      unreadable: expect.stringMatching(/^StartTime: /),
      callSid: '77',
    });
  });

  it.each([
    { CallSid: '1672650150.1' },
    { LegA_Picked_time: '2023-01-02 14:32:32' },
    { LegB_Start_time: '2023-01-02 14:32:32' },
    { LegB_Picked_time: '2023-01-02 14:32:32' },
  ])('a report with any other start is readable: %j', (payload) => {
    expect(normalize({ ...call, StartTime: '', ...payload })).toHaveProperty('facts');
  });
});

describe('times', () => {
  const startOf = (text: string, timeZone = 'Asia/Kolkata') =>
    factsOf({ ...call, type: 'live_call', StartTime: text }, { account: { ...india, timeZone } }).sentStartedAt;

  it.each([
    '2023-01-02 14:32:30',
    '2023-01-02  14:32:30',
    '2023-01-02\u00a0 14:32:30',
    '2023-01-02\u00a014:32:30',
    '2023-01-02\t\u202f14:32:30',
    '2023-01-02T14:32:30',
    '2023-01-02 d 14:32:30',
    '2023-01-02d14:32:30',
    ' 2023-01-02 14:32:30 ',
    '2023-01-02 14:32:30.000',
  ])('%j is read in the zone of the account', (text) => {
    expect(startOf(text)).toBe('2023-01-02T09:02:30.000Z');
    expect(startOf(text, 'UTC')).toBe('2023-01-02T14:32:30.000Z');
  });

  it.each([
    '',
    '0',
    '0000-00-00 00:00:00',
    '0000-00-00',
    'yyyy-mm-dd hh:mm:ss',
    'yyyy-mm-dd\u00a0 hh:mm:ss',
    '2023-02-29 10:00:00',
    '2023-04-31 10:00:00',
    '2023-13-01 10:00:00',
    '2023-00-10 10:00:00',
    '2023-01-00 10:00:00',
    '2023-01-02 24:00:00',
    '2023-01-02 10:60:00',
    '2023-01-02 10:00:60',
    '2023-01-0210:00:00',
    '2023-01-02 ab 10:00:00',
    '2023-01-02 10:00',
    '02-01-2023 10:00:00',
    '1970-01-01 05:30:00',
    '9999-12-31 23:59:59',
    '20230102103000',
  ])('%j is no time', (text) => {
    expect(startOf(text)).toBeNull();
  });

  it('29 February of a leap year exists', () => {
    expect(startOf('2024-02-29 05:30:00')).toBe('2024-02-29T00:00:00.000Z');
  });

  it('a local time that does not exist moves forward, of a repeated one the second counts', () => {
    expect(startOf('2026-03-08 02:30:00', 'America/New_York')).toBe('2026-03-08T07:30:00.000Z');
    expect(startOf('2026-11-01 01:30:00', 'America/New_York')).toBe('2026-11-01T06:30:00.000Z');
  });
});

describe('the start that a CallSid tells', () => {
  it.each([
    ['1672649960.960xxxx', '2023-01-02T08:59:20.000Z'],
    ['1672649960.1', '2023-01-02T08:59:20.000Z'],
    ['1586420216.7173x', '2020-04-09T08:16:56.000Z'],
    ['1672649960', null],
    ['1672649960.', null],
    ['167264996.1', null],
    ['16726499600.1', null],
    ['x1672649960.1', null],
    ['0000000001.1', null],
    ['9999999999.1', null],
  ])('%s: %s', (callSid, instant) => {
    expect(factsOf({ ...call, CallSid: callSid }).sidStartedAt).toBe(instant);
  });
});

describe('fields', () => {
  const field = <Key extends keyof CallFacts>(key: Key, payload: object): CallFacts[Key] =>
    factsOf({ ...call, ...payload })[key];

  it.each([
    ['0', 0],
    ['18', 18],
    [' 018 ', 18],
    ['18.0', 18],
    ['2147483647', 2147483647],
    ['2147483648', null],
    ['-1', null],
    ['1.5', null],
    ['1e3', null],
    ['00:18', null],
    ['', null],
    [`${'9'.repeat(400)}`, null],
  ])('a duration of %j is %j seconds', (text, seconds) => {
    expect(field('sentDurationSeconds', { CallDuration: text })).toBe(seconds);
    expect(field('sentTalkSeconds', { TalkDuration: text })).toBe(seconds);
  });

  it.each([
    ['1', '1'],
    ['1.50', '1.5'],
    ['001.000', '1'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['0', '0'],
    ['-0.0', '0'],
    ['-1.20', '-1.2'],
    ['100', '100'],
    ['12345678901234567890.1234567890', '12345678901234567890.123456789'],
    ['1e3', null],
    ['NaN', null],
    ['.', null],
    ['-', null],
    ['1,5', null],
    ['', null],
    ['9'.repeat(21), null],
  ])('%j coins are %j', (text, coins) => {
    expect(field('coins', { coins: text })).toBe(coins);
  });

  it.each([
    [
      'https://callrecords.callerdesk.io/incoming/01_2023xxxxxx',
      'https://callrecords.callerdesk.io/incoming/01_2023xxxxxx',
    ],
    [' HTTP://x.in/a.mp3?b=c#d ', 'HTTP://x.in/a.mp3?b=c#d'],
    ['https://x.in/my call.wav', 'https://x.in/my%20call.wav'],
    ['javascript:alert(1)', null],
    ['ftp://x.in/a', null],
    ['//x.in/a', null],
    ['a.wav', null],
    ['https://', null],
    ['0', null],
    [`https://x.in/${'a'.repeat(3000)}`, null],
  ])('a recording at %j is at %j', (text, url) => {
    expect(field('recordingUrl', { CallRecordingUrl: text })).toBe(url);
  });

  it.each(['0', 'Not Assigned', 'not assigned', 'NOTASSIGNED', '', ' '])('%j is nobody', (text) => {
    const nobody = { receiver_name: text, agent_email: text, DialWhomNumber: text, SourceNumber: text };
    expect(factsOf({ ...call, ...nobody })).toMatchObject({
      agentName: null,
      agentEmail: null,
      dialedNumber: null,
      sourceNumber: null,
    });
  });

  it.each([
    ['IVR', 'INBOUND'],
    [' ivr ', 'INBOUND'],
    ['WEBOBD', 'OUTBOUND'],
    ['WebObd', 'OUTBOUND'],
    ['INBOUND', 'UNKNOWN'],
    ['', 'UNKNOWN'],
  ])('direction %j is %s', (text, direction) => {
    expect(factsOf({ ...call, Direction: text })).toMatchObject({ direction, providerDirection: text.trim() || null });
  });

  it('a campid of 0 is none, a call group keeps its case, an e-mail does not', () => {
    expect(field('campaignCode', { campid: '0' })).toBeNull();
    expect(field('campaignCode', { campid: ' 16786xxx ' })).toBe('16786xxx');
    expect(field('callGroupName', { call_group: ' Sales North ' })).toBe('Sales North');
    expect(field('agentEmail', { agent_email: ' Ann@Example.COM ' })).toBe('ann@example.com');
  });

  it('long words are cut, never within a character', () => {
    expect(field('agentName', { receiver_name: `${'a'.repeat(254)}\u{1f600}` })).toBe('a'.repeat(254));
    expect(field('keyPress', { key_press: '1'.repeat(60_000) })).toHaveLength(255);
  });

  it('every field has its place', () => {
    const payload = {
      ...call,
      Direction: 'IVR',
      Status: 'ANSWER (16)',
      callstatus: 'Answered',
      hangup_cause: '16',
      SourceNumber: '9812345678',
      DestinationNumber: '01204567890',
      DialWhomNumber: '9280000001',
      receiver_name: 'Ashish',
      agent_email: 'a@x.in',
      call_group: 'Sales',
      key_press: '2',
      error_code: '19',
      campid: '9995',
      coins: '1',
      CallDuration: '90',
      TalkDuration: '66',
      EndTime: '2023-01-02 14:34:00',
      LegA_Picked_time: '2023-01-02 14:32:32',
      LegB_Start_time: '2023-01-02 14:32:45',
      LegB_Picked_time: '2023-01-02 14:32:54',
      CallRecordingUrl: 'https://x.in/1.wav',
    };
    const facts: CallFacts = {
      callSid: '77',
      kind: 'REPORT',
      direction: 'INBOUND',
      providerDirection: 'IVR',
      sourceNumber: '+919812345678',
      destinationNumber: '+911204567890',
      dialedNumber: '+919280000001',
      agentName: 'Ashish',
      agentEmail: 'a@x.in',
      callGroupName: 'Sales',
      campaignCode: '9995',
      keyPress: '2',
      sentStatus: 'ANSWER (16)',
      sentCallStatus: 'Answered',
      sentHangupCause: '16',
      sentStartedAt: '2023-01-02T09:02:30.000Z',
      sentEndedAt: '2023-01-02T09:04:00.000Z',
      legAPickedAt: '2023-01-02T09:02:32.000Z',
      legBStartedAt: '2023-01-02T09:02:45.000Z',
      legBPickedAt: '2023-01-02T09:02:54.000Z',
      sentDurationSeconds: 90,
      sentTalkSeconds: 66,
      coins: '1',
      recordingUrl: 'https://x.in/1.wav',
      errorCode: '19',
      sidStartedAt: null,
      receivedAt,
      lesser: 0,
    };
    expect(factsOf(payload)).toEqual(facts);
  });
});

describe('garbage', () => {
  const keys = fc.constantFrom(
    ...['type', 'CallSid', 'Direction', 'Status', 'callstatus', 'hangup_cause', 'SourceNumber', 'DestinationNumber'],
    ...['DialWhomNumber', 'receiver_name', 'agent_email', 'call_group', 'key_press', 'error_code', 'campid', 'coins'],
    ...[
      'StartTime',
      'EndTime',
      'LegA_Picked_time',
      'LegB_Start_time',
      'LegB_Picked_time',
      'CallDuration',
      'TalkDuration',
    ],
    ...['CallRecordingUrl', '__proto__', 'x'],
  );
  const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.string({ minLength: 200, maxLength: 2000 }));
  const likely = fc.constantFrom(
    ...['call_report', 'live_call', '1672649960.1', 'IVR', 'WEBOBD', 'ANSWER', 'Busy (17-agent)', '+91-98123 45678'],
    ...[
      '2023-01-02 14:32:30',
      '0000-00-00 00:00:00',
      '2199-12-31 23:59:59',
      '2147483647',
      '-1',
      '1e999',
      '\u0000',
      '\ud800',
    ],
  );
  const value = fc.oneof(likely, anyText, fc.jsonValue(), fc.bigInt().map(String), fc.double());
  const payloads = fc.dictionary(fc.oneof({ weight: 9, arbitrary: keys }, fc.string()), value, { maxKeys: 30 });

  it('never makes it throw, and what it keeps can be stored', () => {
    const urlKinds = fc.constantFrom<CallEventKind | null>('CALL_REPORT', 'LIVE_CALL', null);
    const account = fc.constantFrom(
      india,
      { ...india, timeZone: 'America/New_York', region: 'US' },
      { ...india, timeZone: 'UTC', region: 'ZZ' },
    );
    fc.assert(
      fc.property(payloads, urlKinds, account, (payload, urlKind, settings) => {
        const delivery: Delivery = { form: 'JSON', body: Buffer.from(JSON.stringify(payload)), contentType: null };
        const read = readPayload(delivery);
        if (!read.ok) return void expect(read.reason).toMatch(/^CallSid: /);
        const event = normalizeDelivery(read.fields, { urlKind, account: settings, receivedAt });
        if (!('facts' in event)) return;
        for (const kept of Object.values(event.facts)) {
          if (typeof kept === 'string') {
            expect(kept).not.toMatch(/[\0\p{Surrogate}]/u);
            expect(kept.length).toBeLessThanOrEqual(2048);
            expect(kept).toBe(kept.trim());
            expect(kept).not.toBe('');
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
