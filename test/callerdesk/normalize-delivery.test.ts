import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallFacts } from '../../src/calls/facts/call-facts.ts';
import { marksOf } from '../../src/calls/facts/precedence.ts';
import { normalizeDelivery } from '../../src/providers/callerdesk/normalize-delivery.ts';
import { importedFieldsOf, readPayload } from '../../src/providers/callerdesk/payload.ts';
import type { CallEventKind, SentDelivery } from '../../src/providers/provider.ts';
import { factsOf, india, normalize, receivedAt } from './deliver.ts';

const call = { type: 'call_report', CallSid: '77', StartTime: '2023-01-02 14:32:30' };

const everyField = {
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
    ['a zero EndTime', { EndTime: '0000-00-00 00:00:00' }, null, 'CALL_REPORT'],
    ['a recording', { CallRecordingUrl: 'https://x.callerdesk.io/1.wav' }, null, 'CALL_REPORT'],
    ['a blank recording', { CallRecordingUrl: ' ' }, null, 'CALL_REPORT'],
    ['leg A picked', { LegA_Picked_time: '2023-01-02 14:32:32' }, null, 'CALL_REPORT'],
    ['leg B started', { LegB_Start_time: '2023-01-02 14:32:32' }, null, 'CALL_REPORT'],
    ['leg B picked', { LegB_Picked_time: '2023-01-02 14:32:32' }, null, 'CALL_REPORT'],
    ['zero leg times', { LegB_Picked_time: '0000-00-00 00:00:00', LegA_Picked_time: '' }, null, 'CALL_REPORT'],
    ['coins', { coins: '0' }, null, 'CALL_REPORT'],
    ['a blank error code', { error_code: '' }, null, 'CALL_REPORT'],
    ['a CallDuration', { CallDuration: '1' }, null, 'CALL_REPORT'],
    ['a TalkDuration', { TalkDuration: '1' }, null, 'CALL_REPORT'],
    ['durations of 0', { CallDuration: '0', TalkDuration: '0' }, null, 'CALL_REPORT'],
    ['nothing of a running call', { Status: 'NO ANSWER', CallDuration: '' }, null, 'CALL_REPORT'],
    [
      'a running call, and all that reports have is blank or zero',
      { Status: 'Picked', CallDuration: '0', EndTime: '0000-00-00T00:00:00', coins: '0.00', TalkDuration: '00:00:00' },
      null,
      'LIVE_CALL',
    ],
    ['a running call in the other field', { Status: '', callstatus: 'leg-b answer', coins: 'null' }, null, 'LIVE_CALL'],
    [
      'a running call beside an unknown word',
      { Status: 'Moon', callstatus: 'Picked', EndTime: '-' },
      null,
      'LIVE_CALL',
    ],
    ['a running call beside the end', { Status: 'Picked', callstatus: 'BUSY', EndTime: '' }, null, 'CALL_REPORT'],
    ['a running call that lasted', { Status: 'Transfer to agent', CallDuration: '5' }, null, 'CALL_REPORT'],
    ['a running call with an error', { Status: 'Leg A Answer', error_code: '19' }, null, 'CALL_REPORT'],
    ['a running call, and the type says report', { type: 'call_report', Status: 'Picked' }, null, 'CALL_REPORT'],
    ['a running call, and the URL says report', { Status: 'Picked' }, 'CALL_REPORT', 'CALL_REPORT'],
    ['nothing else', {}, null, 'LIVE_CALL'],
  ];
  it.each(cases)('%s', (_what, payload, urlKind, kind) => {
    const { type: _type, ...rest } = call;
    expect(normalize({ ...rest, ...payload }, { urlKind }).kind).toBe(kind);
  });
});

it.each<[payload: object, kind: CallEventKind]>([
  [{}, 'CALL_REPORT'],
  [{ Status: 'ANSWER' }, 'CALL_REPORT'],
  [{ Status: 'AbandonedCall', CallDuration: '', TalkDuration: '' }, 'CALL_REPORT'],
  [{ type: 'live_call', CallDuration: '5' }, 'LIVE_CALL'],
  [{ Status: 'Transfer to agent', CallDuration: '0', TalkDuration: '' }, 'LIVE_CALL'],
  [{ Status: 'Transfer to agent', CallDuration: '12', TalkDuration: '' }, 'CALL_REPORT'],
])('a row of a file, %j, is a %s', (payload, kind) => {
  const { type: _type, ...rest } = call;
  expect(normalize({ ...rest, ...payload }, { isImported: true }).kind).toBe(kind);
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

  const placeholders = [
    'null',
    'None',
    'UNDEFINED',
    'NaN',
    'nan',
    'n/a',
    'NA',
    '-',
    '[object Object]',
    '0',
    'Not Assigned',
  ];
  it.each([...placeholders, ' null\u00a0', '1.76465E+09', '1,76465e+9', '1.76465e9', '2E+15'])(
    'a CallSid of %j tells no call from others: it is unreadable, and told why',
    (CallSid) => {
      const read = normalize({ ...call, CallSid });
      expect(read).toMatchObject({
        kind: 'CALL_REPORT',
        unreadable: expect.stringMatching(/^CallSid: \w/),
        callSid: null,
      });
      const { CallSid: _sid, ...row } = { ...call, sid_id: CallSid };
      const imported = importedFieldsOf(
        Object.entries(row).map(([key, value]) => ({ key, value, nested: null })),
        Buffer.from(''),
      );
      const context = { urlKind: null, account: india, receivedAt, isImported: true };
      expect(normalizeDelivery(imported, context)).toMatchObject({ unreadable: expect.stringMatching(/^sid_id: \w/) });
    },
  );

  it.each(['1764650000.1', '5e12345678', 'Nullsoft-1', '00', 'a-', '1.5E-3'])('%j is a CallSid', (CallSid) => {
    expect(factsOf({ ...call, CallSid }).callSid).toBe(CallSid);
  });

  it('a CallSid that is null in JSON is none', () => {
    expect(normalize({ ...call, CallSid: null })).toMatchObject({
      kind: 'OTHER',
      ignored: expect.stringContaining('CallSid'),
    });
  });

  it('a CallSid of more than 255 characters is unreadable and named', () => {
    const read = normalize({ ...call, CallSid: 'x'.repeat(256) });
    expect(read).toEqual({ kind: 'CALL_REPORT', unreadable: 'CallSid: longer than 255 characters', callSid: null });
    expect(factsOf({ ...call, CallSid: 'x'.repeat(255) }).callSid).toHaveLength(255);
  });

  it('an imported report whose StartTime is not understood, and of which nothing else tells the start, is unreadable', () => {
    const sent = { ...call, StartTime: 'yyyy-mm-dd\u00a0 hh:mm:ss', EndTime: '2023-01-02 14:34:00' };
    expect(normalize(sent)).toMatchObject({ notUnderstood: [expect.stringMatching(/^StartTime: /)] });
    const read = normalize(sent, { isImported: true });
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
    '2023-01-02T14:32:30.25',
    '2023-1-2 14:32:30',
    '2023/01/02 14:32:30',
    '02/01/2023 14:32:30',
    '2/1/2023, 2:32:30 PM',
    '02-01-2023 02:32:30 pm',
    '02.01.2023 14:32:30',
    '02-Jan-2023 14:32:30',
    '2 January 2023 2:32:30\u202fp.m.',
    'Jan 2, 2023 02:32:30 PM',
    '02 JAN 2023 14:32:30',
    '20230102T143230',
  ])('%j is read in the zone of the account', (text) => {
    expect(startOf(text)).toBe('2023-01-02T09:02:30.000Z');
    expect(startOf(text, 'UTC')).toBe('2023-01-02T14:32:30.000Z');
  });

  it.each([
    ['2023-01-02 14:32', '2023-01-02T09:02:00.000Z'],
    ['02/12/2025 15:00', '2025-12-02T09:30:00.000Z'],
    ['12/02/2025 3 PM', null],
    ['02-12-2025', '2025-12-01T18:30:00.000Z'],
    ['2025-12-02', '2025-12-01T18:30:00.000Z'],
    ['02-Dec-2025', '2025-12-01T18:30:00.000Z'],
    ['02/12/2025 12:05 AM', '2025-12-01T18:35:00.000Z'],
    ['02/12/2025 12:05 pm', '2025-12-02T06:35:00.000Z'],
  ])('%j is %j in India', (text, instant) => {
    expect(startOf(text)).toBe(instant);
  });

  it.each([
    ['2023-01-02T14:32:30Z', '2023-01-02T14:32:30.000Z'],
    ['2023-01-02T14:32:30.999Z', '2023-01-02T14:32:30.000Z'],
    ['2023-01-02t14:32:30+05:30', '2023-01-02T09:02:30.000Z'],
    ['2023-01-02 14:32:30 -0800', '2023-01-02T22:32:30.000Z'],
    ['2023-01-02T14:32+02', '2023-01-02T12:32:00.000Z'],
    ['2023-01-02 14:32:30 UTC', '2023-01-02T14:32:30.000Z'],
    ['20230102T143230Z', '2023-01-02T14:32:30.000Z'],
  ])('%j says its offset, whatever the zone of the account', (text, instant) => {
    expect(startOf(text)).toBe(instant);
    expect(startOf(text, 'America/New_York')).toBe(instant);
  });

  it.each([
    '12/13/2025 15:00',
    '13-13-2025',
    '31/11/2025 10:00',
    '2025-13-02 10:00',
    '30-Feb-2025',
    '02/12-2025 15:00',
    '02/12/25 15:00',
    '02-Dec-25',
    '02-Dez-2025',
    '02/12/2025 15:00 PM',
    '02/12/2025 0:30 am',
    '02/12/2025 25:00',
    '02/12/2025 15:0',
    '2025-12-02T15:00:00+15:00',
    '2025-12-02T15:00:00+05:75',
    '2025-12-02 15:00:00 IST',
    '45993.5',
    '1764650000',
    'today',
  ])('%j is not understood, never guessed or swapped, and noted', (StartTime) => {
    const read = normalize({ ...call, CallSid: '1672650150.1', EndTime: '', StartTime });
    expect(read).toMatchObject({
      facts: { sentStartedAt: null },
      notUnderstood: ['StartTime: no time that exists, in a form that is known'],
    });
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

describe('an hour that a zone repeats', () => {
  const zone = { account: { ...india, timeZone: 'America/New_York' } };
  // 2026-11-01: 01:00 to 02:00 comes twice, the first time until 06:00 UTC.
  const first = Date.UTC(2026, 10, 1, 5, 30) / 1000;
  const told = (CallSid: string, times: object) => factsOf({ ...call, CallSid, StartTime: '', ...times }, zone);

  it.each([
    ['the first', first, '2026-11-01T05:30:12.000Z'],
    ['the second', first + 3600, '2026-11-01T06:30:12.000Z'],
  ])('is %s one where the epoch of the CallSid is in it', (_which, epoch, instant) => {
    expect(told(`${epoch}.7`, { StartTime: '2026-11-01 01:30:12' }).sentStartedAt).toBe(instant);
    expect(told(`${epoch}.7`, { StartTime: '01/11/2026 1:30:12 AM' }).sentStartedAt).toBe(instant);
  });

  it('may end in the other one: nothing of a call is before its start', () => {
    const times = {
      StartTime: '2026-11-01 01:50:00',
      LegA_Picked_time: '2026-11-01 01:50:09',
      EndTime: '2026-11-01 01:05:00',
    };
    expect(told(`${first + 20 * 60}.7`, times)).toMatchObject({
      sentStartedAt: '2026-11-01T05:50:00.000Z',
      legAPickedAt: '2026-11-01T05:50:09.000Z',
      sentEndedAt: '2026-11-01T06:05:00.000Z',
    });
    expect(told(`${first + 20 * 60}.7`, { ...times, StartTime: '', EndTime: '2026-11-01 01:51:00' })).toMatchObject({
      legAPickedAt: '2026-11-01T05:50:09.000Z',
      sentEndedAt: '2026-11-01T05:51:00.000Z',
    });
  });

  it('is the second one where no epoch tells, or one that is of another time', () => {
    for (const sid of ['77', `${first - 7200}.7`, '1672650150.1']) {
      expect(told(sid, { StartTime: '2026-11-01 01:30:12' }).sentStartedAt).toBe('2026-11-01T06:30:12.000Z');
    }
  });

  it('changes no time that comes once, and none that says its offset', () => {
    expect(told(`${first}.7`, { StartTime: '2026-11-01 03:30:00' }).sentStartedAt).toBe('2026-11-01T08:30:00.000Z');
    expect(told(`${first}.7`, { StartTime: '2026-11-01T01:30:00-05:00' }).sentStartedAt).toBe(
      '2026-11-01T06:30:00.000Z',
    );
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
    ['1.5', 1],
    ['50.4', 50],
    ['0.9', 0],
    ['1,250', 1250],
    ['1,250.75', 1250],
    ['1,00,250', 100250],
    ['00:18', 18],
    ['20:50', 1250],
    ['90:05', 5405],
    ['00:20:50', 1250],
    ['1:02:03.9', 3723],
    ['50 sec', 50],
    ['50s', 50],
    ['1 second', 1],
    ['2 min 5 sec', 125],
    ['2m5s', 125],
    ['1h 2m 3s', 3723],
    ['3 Minutes', 180],
    ['-1', null],
    ['1e3', null],
    ['1,25', null],
    ['12,50', null],
    ['20:75', null],
    ['1:60:00', null],
    ['1:2', null],
    ['50 seconds ago', null],
    ['5 days', null],
    ['sec', null],
    ['', null],
    ['null', null],
    ['999999:00:00', null],
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
    'null',
    'None',
    'NONE',
    'undefined',
    'NaN',
    'nan',
    'N/A',
    'n/a',
    'NA',
    'na',
    '-',
    '[object Object]',
    ' null ',
  ])('%j is blank in every field', (text) => {
    const { type, CallSid, StartTime, ...names } = { ...call, ...everyField };
    const read = normalize({
      type,
      CallSid,
      StartTime,
      ...Object.fromEntries(Object.keys(names).map((name) => [name, text])),
    });
    expect(read).toMatchObject({ notUnderstood: [] });
    const {
      callSid,
      kind,
      direction,
      sentStartedAt,
      receivedAt: _at,
      outranked,
      answered: _answered,
      ...others
    } = 'facts' in read ? read.facts : factsOf({});
    expect(new Set(Object.values(others))).toEqual(new Set([null]));
  });

  it.each(['Nan', 'Na', 'NAN', 'Nana', 'Nonette'])('a person may be called %s', (text) => {
    expect(field('agentName', { receiver_name: text })).toBe(text);
  });

  it('0 and Not Assigned are blank only where the provider writes so for nothing', () => {
    for (const text of ['0', 'Not Assigned', 'NOT ASSIGNED']) {
      const zero = Object.fromEntries(Object.keys(everyField).map((name) => [name, text]));
      expect(
        factsOf({ ...call, ...zero, CallSid: '77', type: 'call_report', StartTime: call.StartTime }),
      ).toMatchObject({
        sentStatus: null,
        sentCallStatus: null,
        callGroupName: null,
        campaignCode: null,
        destinationNumber: null,
        keyPress: text,
        errorCode: text,
        providerDirection: text,
        coins: text === '0' ? '0' : null,
        sentDurationSeconds: text === '0' ? 0 : null,
        sentTalkSeconds: text === '0' ? 0 : null,
      });
    }
  });

  it('what was sent and not understood is named, with why, and nothing else is', () => {
    const odd = { EndTime: 'soon', 'call-duration': '-5', TalkDuration: 'long', coins: 'x', CallRecordingUrl: 'a.wav' };
    expect(normalize({ ...call, ...odd, Status: 'Moonlight', legbpickedtime: '0000-00-00 00:00:00' })).toMatchObject({
      notUnderstood: [
        'EndTime: no time that exists, in a form that is known',
        'call-duration: no duration in a form that is known',
        'TalkDuration: no duration in a form that is known',
        'coins: no decimal number',
        'CallRecordingUrl: no http or https address',
      ],
    });
    expect(normalize({ ...call, ...everyField })).toMatchObject({ notUnderstood: [] });
    expect(normalize({ ...call, CallRecordingUrl: '0', EndTime: '0', coins: '', TalkDuration: '0' })).toMatchObject({
      notUnderstood: [],
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
    const payload = { ...call, ...everyField };
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
      outranked: 0,
      answered: 0,
    };
    expect(factsOf(payload)).toEqual({ ...facts, answered: marksOf(facts) });
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
        const delivery: SentDelivery = { form: 'JSON', body: Buffer.from(JSON.stringify(payload)), contentType: null };
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
