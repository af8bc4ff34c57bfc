import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { administrator } from '../../src/access/viewer.ts';
import { findNumber, forgetNumber, readNumber } from '../../src/erasure/erase-person.ts';
import { replayEvents } from '../../src/inbox/replay/replay-events.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ids } from '../support/seals.ts';
import { allText } from './all-text.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.database.pool.query(
    'truncate calls, webhook_events, customers, agents, call_groups, campaigns, virtual_numbers',
  );
});

const digits = '9812345678';
const recording = 'https://recordings.example.com/hear/4711.mp3';

const report = (CallSid: string, more: Record<string, unknown> = {}) => ({
  type: 'call_report',
  CallSid,
  Direction: 'IVR',
  SourceNumber: digits,
  DestinationNumber: '08062861230',
  DialWhomNumber: '9281234567',
  receiver_name: 'Ashish',
  call_group: 'Sales',
  campid: '7',
  key_press: '42424242',
  Status: 'ANSWER',
  StartTime: '2026-01-02 14:29:20',
  EndTime: '2026-01-02 14:30:20',
  CallDuration: 60,
  TalkDuration: '40',
  coins: 1.5,
  CallRecordingUrl: recording,
  ...more,
});
const live = (CallSid: string, more: Record<string, unknown> = {}) => ({
  type: 'live_call',
  CallSid,
  Direction: 'IVR',
  SourceNumber: `+91-${digits}`,
  DestinationNumber: '08062861230',
  Status: 'Transfer to agent',
  ...more,
});

async function forget(text = `+91${digits}`) {
  const number = readNumber(text, app.account) ?? '';
  const found = await findNumber(app.database.pool, app.account, number);
  return forgetNumber(app.database.pool, {
    providers,
    account: app.account,
    found,
    clock: () => instantOf(Date.now()),
  });
}

async function post(body: string | Buffer, contentType: string | null): Promise<number> {
  const headers: Record<string, string> = contentType === null ? {} : { 'content-type': contentType };
  return (await fetch(app.webhookUrl, { method: 'POST', headers, body: new Uint8Array(Buffer.from(body)) })).status;
}

const form = 'application/x-www-form-urlencoded';

/** Everything about calls but who it was. */
const callColumns = `call_sid, direction, status, disposition, outcome, ended_by, customer_id, agent_id, virtual_number_id,
  call_group_id, campaign_id, agent_number, agent_name, started_at, leg_a_picked_at, leg_b_started_at, leg_b_picked_at,
  answered_at, ended_at, duration_seconds, talk_seconds, ivr_seconds, ring_seconds, wait_seconds, coins, hangup_cause,
  error_code, provider_status, provider_direction, created_at, live_event_at, destination_number`;

async function rows(columns: string, table: string): Promise<Record<string, unknown>[]> {
  return (await app.database.pool.query(`select ${columns} from ${table} order by 1, 2`)).rows;
}

const metrics = () =>
  app.query(`{ callMetrics(range: { last: "P10Y" }) { totals {
    callCount completedCount liveCount answeredCount missedCount inboundCount outboundCount uniqueCustomerCount coinsTotal
    talkTime { sum count average } waitTime { sum count } duration { sum }
  } } }`);

test('afterwards no table holds the number, the recording or the keys pressed, whatever they came in', async () => {
  await app.send(report('a1'));
  await app.send(live('a2'));
  await app.send(report('a3', { Direction: 'WEBOBD', SourceNumber: '9281234567', DialWhomNumber: `0${digits}` }));
  await app.send(
    report('a4', { Direction: 'ODD', extra: { deep: [{ who: `+91 ${digits}` }] }, customer_name: 'Ravi' }),
  );
  await post(new URLSearchParams({ ...live('a5'), note: `call ${digits} back` }).toString(), form);
  await fetch(`${app.webhookUrl}?${new URLSearchParams({ ...live('a6') })}`);
  await post(JSON.stringify(report('a7')).replace(digits, '\\u0039812345678'), 'application/json');
  await post(`CallSid=a8&SourceNumber=%39812345678&Direction=IVR`, null);
  await post(
    JSON.stringify({ type: 'add_member', member_num: `98123-45678`, member_name: 'Ravi' }),
    'application/json',
  );
  await post(`{"CallSid":"a9","SourceNumber":"${digits}"`, 'application/json');
  await post(Buffer.from(JSON.stringify(live('a10')), 'utf16le'), 'application/json; charset=utf-16le');
  await app.send(report('a1', { Status: 'BUSY', SourceNumber: `(+91) ${digits}` }));
  await app.send(report('a1'));
  await app.send(live('b1', { SourceNumber: '9800000001', Status: digits }));
  await app.send({
    [`x${digits}`]: 'y',
    ...report('b2', { SourceNumber: '9800000002', CallRecordingUrl: '', key_press: '1' }),
  });
  // In what senders wrap deliveries in.
  const encode = encodeURIComponent;
  await post(`data=${encode(JSON.stringify(report('c1')))}&about=${digits}`, form);
  await post(`data=${encode(JSON.stringify(report('c2')).replace(digits, '\\u0039812345678'))}`, form);
  await post(JSON.stringify({ event: 'x', customer: { phone: digits, name: 'Ravi' }, payload: report('c3') }), null);
  await post(
    JSON.stringify({
      who: `+91 ${digits}`,
      payload: report('b3', { SourceNumber: '9800000003', CallRecordingUrl: '', key_press: '1' }),
    }),
    null,
  );
  await post(JSON.stringify(JSON.stringify(live('c4')).replace(digits, '\\u0039812345678')), 'text/plain');
  await post(JSON.stringify([live('c5'), report('c6'), digits]), form);
  await post(gzipSync(JSON.stringify(live('c7'))), 'application/json');
  const parts = Object.entries(live('c8')).map(
    ([key, value]) => `--x\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`,
  );
  await post(`${parts.join('')}--x--`, 'multipart/form-data; boundary=x');
  await post(JSON.stringify({ a: { b: report('c9') } }), 'application/json');
  expect(await allText(app)).toMatch(digits);
  const callsBefore = await rows('call_sid, 1', 'calls');
  expect(callsBefore.map(({ call_sid: sid }) => sid)).toEqual(
    expect.arrayContaining(['c1', 'c4', 'c6', 'c7', 'c8', 'b3']),
  );

  const gone = await forget();
  expect(gone).toMatchObject({ customers: 1 });
  const text = await allText(app);
  expect(text.replace(/[^\d\n]/g, '')).not.toContain(digits);
  expect(text).not.toContain(recording);
  expect(text).not.toContain('recordings.example.com');
  expect(text).not.toContain('42424242');
  expect(text).not.toContain('Ravi');
  // And what is left is read as the same calls.
  const callsErased = await rows('*', 'calls');
  await replayEvents(app.database.pool, administrator, { providers, ids, filter: {}, first: 1000, dryRun: false });
  expect(await rows('*', 'calls')).toEqual(callsErased);
  expect(await rows('call_sid, 1', 'calls')).toEqual(callsBefore);
});

test('calls keep all that figures are made of, and the figures stay', async () => {
  await app.send(report('a1'));
  await app.send(report('a2', { StartTime: '2026-01-02 15:00:00', EndTime: '2026-01-02 15:02:00', Status: 'BUSY' }));
  await app.send(report('b1', { SourceNumber: '9800000001' }));
  await app.send(live('a3'));
  const before = { calls: await rows(callColumns, 'calls'), metrics: await metrics() };
  const events = 'id, received_at, kind, form, state, reason, call_sid, content_hash';
  const eventsBefore = await rows(events, 'webhook_events');

  expect(await forget()).toEqual({ customers: 1, calls: 3, deliveries: 3 });
  expect(await rows(callColumns, 'calls')).toEqual(before.calls);
  expect(await metrics()).toEqual(before.metrics);
  expect(await rows(events, 'webhook_events')).toEqual(eventsBefore);
});

test("another's call that only names the number loses no more than that", async () => {
  const more = { nested: { deep: [1, 'x'] }, error_code: `E ${digits}` };
  await app.send(report('b1', { SourceNumber: '9800000001', ...more }));
  const [before] = await rows('*', 'calls');
  expect(await forget()).toEqual({ customers: 0, calls: 1, deliveries: 1 });
  const [after] = await rows('*', 'calls');
  expect(after).toEqual({ ...before, error_code: null, updated_at: after?.updated_at });
  const [event] = await rows('body, id', 'webhook_events');
  expect(JSON.parse(String(event?.body))).toMatchObject({ nested: more.nested, error_code: '', key_press: '42424242' });
});

test('read again by a replay, the calls stay what they are: without the person, with their customer', async () => {
  await app.send(live('a1', { campid: '9', DialWhomNumber: '9281234567' }));
  await app.send(report('a1', { campid: '' }));
  await app.send(live('a2', { Status: 'Picked' }));
  await app.send(report('a3', { type: '', Status: '', TalkDuration: '', CallDuration: '', EndTime: '' }));
  await app.send(report('a1', { SourceNumber: '9800000001', StartTime: '2026-01-03 10:00:00', Status: 'BUSY' }));
  const states = () => rows('id, state, kind', 'webhook_events');
  const statesBefore = await states();
  expect(statesBefore.at(-1)).toMatchObject({ state: 'CONFLICT' });
  await forget();
  const before = await rows('*', 'calls');
  await replayEvents(app.database.pool, administrator, { providers, ids, filter: {}, first: 1000, dryRun: false });
  expect(await rows('*', 'calls')).toEqual(before);
  expect(await states()).toEqual(statesBefore);
});

test('a conflicting delivery of the person does not become part of the call whose id it has', async () => {
  await app.send(report('b1', { SourceNumber: '9800000001' }));
  await app.send(report('b1', { StartTime: '2026-01-03 10:00:00', EndTime: '2026-01-03 10:05:00' }));
  const before = await rows('*', 'calls');
  expect(await forget()).toEqual({ customers: 0, calls: 0, deliveries: 1 });
  expect(await allText(app)).toContain('8000000');
  const text = await allText(app);
  expect(text.replace(/[^\d\n]/g, '')).not.toContain(digits);
  await replayEvents(app.database.pool, administrator, { providers, ids, filter: {}, first: 1000, dryRun: false });
  expect(await rows('*', 'calls')).toEqual(before);
});

test('the customer stays, without number and name, with all calls and their span', async () => {
  await app.send(report('a1'));
  await app.query('{ __typename }');
  const ask = () =>
    app.query<{ customers: { nodes: Record<string, unknown>[] } }>(
      '{ customers { nodes { id number name firstCallAt lastCallAt calls { totalCount } } } }',
    );
  const [before] = (await ask()).customers.nodes;
  await forget();
  expect((await ask()).customers.nodes).toEqual([{ ...before, number: null, name: null }]);
  const { callBySid } = await app.query<{ callBySid: unknown }>(
    '{ callBySid(callSid: "a1") { customerNumber sourceNumber recordingUrl keyPress agentNumber talkSeconds customer { number } } }',
  );
  expect(callBySid).toEqual({
    customerNumber: null,
    sourceNumber: null,
    recordingUrl: null,
    keyPress: null,
    agentNumber: '+919281234567',
    talkSeconds: 40,
    customer: { number: null },
  });
});

test('others stay as they are, to the byte', async () => {
  await app.send(report('b1', { SourceNumber: '9800000001' }));
  await app.send(report('b2', { SourceNumber: '19812345670' }));
  const before = await allText(app);
  await app.send(report('a1', { DestinationNumber: '08062861239', DialWhomNumber: '9281234560', call_group: 'A' }));
  await forget();
  const after = (await allText(app)).split('\n');
  // How many deliveries the account has had goes on with the third.
  const others = before.split('\n').filter((line) => !line.startsWith('public.webhook_arrivals '));
  for (const line of others) expect(after).toContain(line);
});

test('updatedAt of the calls changes, so that copies learn of it', async () => {
  await app.send(report('a1'));
  await app.send(report('b1', { SourceNumber: '9800000001' }));
  const before = await rows('call_sid, updated_at', 'calls');
  await forget();
  const after = await rows('call_sid, updated_at', 'calls');
  expect(after[0]?.updated_at).not.toEqual(before[0]?.updated_at);
  expect(after[1]).toEqual(before[1]);
});

test('a second time it finds nothing and changes nothing', async () => {
  await app.send(report('a1'));
  await app.send(report('a2', { Direction: 'ODD' }));
  await forget();
  const before = await allText(app);
  expect(await forget()).toEqual({ customers: 0, calls: 0, deliveries: 0 });
  expect(await allText(app)).toBe(before);
});

test('broken off between deliveries and calls, a second time finishes it', async () => {
  await app.send(report('a1'));
  await app.send(live('a2'));
  const found = await findNumber(app.database.pool, app.account, `+91${digits}`);
  const clock = () => {
    throw new Error('broken off');
  };
  await expect(forgetNumber(app.database.pool, { providers, account: app.account, found, clock })).rejects.toThrow(
    'broken off',
  );
  expect(await forget()).toEqual({ customers: 1, calls: 2, deliveries: 0 });
  expect((await allText(app)).replace(/[^\d\n]/g, '')).not.toContain(digits);
});

describe('what comes later', () => {
  test('a repeated delivery is still a duplicate: no call and no customer comes of it', async () => {
    await app.send(report('a1'));
    await forget();
    const before = await rows('*', 'calls');
    await app.send(report('a1'));
    expect(await rows('*', 'calls')).toEqual(before);
    expect(await rows('number, id', 'customers')).toMatchObject([{ number: null }]);
    expect(await rows('id, state', 'webhook_events')).toMatchObject([{ state: 'RECORDED' }, { state: 'DUPLICATE' }]);
    expect(await forget()).toEqual({ customers: 0, calls: 0, deliveries: 1 });
    expect((await allText(app)).replace(/[^\d\n]/g, '')).not.toContain(digits);
  });

  test('an event of an erased call that names nobody leaves it with its customer', async () => {
    await app.send(live('a1'));
    await forget();
    const [before] = await rows('customer_id, id', 'calls');
    await app.send(report('a1', { SourceNumber: '', CallRecordingUrl: '' }));
    expect(await rows('customer_id, id, outcome', 'calls')).toEqual([{ ...before, outcome: 'ANSWERED' }]);
  });

  test('a call with the same number is of a new customer', async () => {
    await app.send(report('a1'));
    await forget();
    await app.send(report('a2', { StartTime: '2026-01-03 14:29:20' }));
    expect(await rows('number is null as erased, first_call_at', 'customers')).toHaveLength(2);
    expect(await forget()).toEqual({ customers: 1, calls: 1, deliveries: 1 });
  });
});

test('an agent is not taken for a customer, nor a virtual number', async () => {
  await app.send(report('a1'));
  const of = async (number: string) => (await findNumber(app.database.pool, app.account, number)).belongsTo;
  expect(await of('+919281234567')).toBe('agent');
  expect(await of('+918062861230')).toBe('virtual number');
  expect(await of(`+91${digits}`)).toBeNull();
});

test.each([`+91${digits}`, digits, `0${digits}`, `91${digits}`, '98123-45678', '(+91) 98123 45678'])(
  'the number is read in any spelling: %s',
  async (text) => {
    await app.send(report('a1'));
    expect(await forget(text)).toMatchObject({ customers: 1, calls: 1 });
  },
);

test.each(['', 'hello', '99xxxxx', '0000', 'anonymous'])('%j is no number of one person', (text) => {
  expect(readNumber(text, app.account)).toBeNull();
});

test('a short number does not take what only has its digits somewhere', async () => {
  await app.send(report('a1', { SourceNumber: '12345' }));
  await app.send(report('b1', { SourceNumber: '9800012345', coins: '12345.5' }));
  const others = async () => (await rows('*', 'calls')).filter(({ call_sid }) => call_sid === 'b1');
  const before = await others();
  expect(await forget('12345')).toEqual({ customers: 1, calls: 1, deliveries: 1 });
  expect(await others()).toEqual(before);
});

test('beside deliveries of others that come at the same time, none is lost', async () => {
  await Promise.all(Array.from({ length: 50 }, (_, i) => app.send(report(`a${i}`))));
  const sent = Array.from({ length: 150 }, (_, i) => app.send(report(`b${i}`, { SourceNumber: `98000${10000 + i}` })));
  const [gone] = await Promise.all([forget(), ...sent]);
  expect(gone).toEqual({ customers: 1, calls: 50, deliveries: 50 });
  const { rows: counted } = await app.database.pool.query(
    'select count(*)::int as calls, count(customer_number)::int as numbers, count(recording_url)::int as recordings from calls',
  );
  expect(counted).toEqual([{ calls: 200, numbers: 150, recordings: 150 }]);
});

test('nothing of it is logged', async () => {
  await app.send(report('a1'));
  await forget();
  expect(JSON.stringify(app.logged)).not.toContain(digits);
});
