import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { deleteOldCalls } from '../../src/calls/write/delete-old-calls.ts';
import { deleteOldEvents } from '../../src/inbox/delete-old-events.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { insertAccount } from '../support/factories.ts';

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

const report = (CallSid: string, day: string, more: Record<string, unknown> = {}) => ({
  type: 'call_report',
  CallSid,
  Direction: 'IVR',
  SourceNumber: '9812345678',
  DestinationNumber: '08062861230',
  DialWhomNumber: '9281234567',
  receiver_name: 'Ashish',
  call_group: 'Sales',
  campid: '7',
  Status: 'ANSWER',
  StartTime: `${day} 14:00:00`,
  EndTime: `${day} 14:01:00`,
  CallDuration: '60',
  TalkDuration: '40',
  ...more,
});
const at = (day: string) => `${day}T08:30:00.000Z`;

type Rows = { nodes: { firstCallAt: string | null; lastCallAt: string | null }[] };

async function spans() {
  const fields = '{ nodes { firstCallAt lastCallAt } }';
  const found = await app.query<Record<string, Rows>>(
    `{ agents ${fields} campaigns ${fields} callGroups ${fields} virtualNumbers ${fields} customers ${fields} }`,
  );
  return Object.fromEntries(Object.entries(found).map(([name, { nodes }]) => [name, nodes]));
}

const allSpan = (firstCallAt: string | null, lastCallAt: string | null) =>
  Object.fromEntries(
    ['agents', 'campaigns', 'callGroups', 'virtualNumbers', 'customers'].map((name) => [
      name,
      [{ firstCallAt, lastCallAt }],
    ]),
  );

async function sids(): Promise<string[]> {
  const { rows } = await app.database.pool.query<{ sid: string }>('select call_sid as sid from calls order by 1');
  return rows.map(({ sid }) => sid);
}

const countEvents = async () =>
  (await app.database.pool.query<{ n: number }>('select count(*)::int as n from webhook_events')).rows[0]?.n;

test('calls that started before the moment go, those at it and after it stay', async () => {
  for (const [i, day] of ['2026-01-01', '2026-01-02', '2026-01-03'].entries()) await app.send(report(`a${i}`, day));
  expect(await deleteOldCalls(app.database.pool, { before: at('2026-01-02') })).toBe(1);
  expect(await sids()).toEqual(['a1', 'a2']);
  expect(await deleteOldCalls(app.database.pool, { before: at('2026-01-02') })).toBe(0);
});

test('who and what took part stays, with the first and last call that is left', async () => {
  for (const [i, day] of ['2026-01-01', '2026-01-02', '2026-01-03'].entries()) await app.send(report(`a${i}`, day));
  expect(await spans()).toEqual(allSpan(at('2026-01-01'), at('2026-01-03')));
  await deleteOldCalls(app.database.pool, { before: at('2026-01-02') });
  expect(await spans()).toEqual(allSpan(at('2026-01-02'), at('2026-01-03')));
  await deleteOldCalls(app.database.pool, { before: at('2026-01-04') });
  expect(await spans()).toEqual(allSpan(null, null));
});

test('deleting calls leaves the deliveries, and deleting deliveries the calls', async () => {
  await app.send(report('a', '2026-01-01'));
  await deleteOldCalls(app.database.pool, { before: at('2026-01-02') });
  expect(await countEvents()).toBe(1);
  await app.send(report('b', '2026-01-01'));
  expect(await deleteOldEvents(app.database.pool, { before: '9999-01-01T00:00:00.000Z' })).toBe(2);
  expect(await sids()).toEqual(['b']);
  expect(await countEvents()).toBe(0);
});

test('deliveries go by when they were received, those at the moment stay', async () => {
  await app.send(report('a', '2026-01-01'));
  const { rows } = await app.database.pool.query<{ at: Date }>('select received_at as at from webhook_events');
  const received = (rows[0] as { at: Date }).at;
  expect(await deleteOldEvents(app.database.pool, { before: received.toISOString() })).toBe(0);
  const after = new Date(received.getTime() + 1).toISOString();
  expect(await deleteOldEvents(app.database.pool, { before: after })).toBe(1);
});

test('a repeat of a deleted delivery changes nothing of its call', async () => {
  await app.send(report('a', '2026-01-01'));
  const call = () => app.query('{ calls { nodes { id updatedAt status talkSeconds } } }');
  const before = await call();
  await deleteOldEvents(app.database.pool, { before: '9999-01-01T00:00:00.000Z' });
  await app.send(report('a', '2026-01-01'));
  expect(await call()).toEqual(before);
});

test('many rows of several accounts are deleted in batches, each under its own lock', async () => {
  const other = await insertAccount(app.database.db, { name: 'other' });
  await app.database.pool.query(
    `insert into calls (account_id, call_sid, direction, status, started_at, created_at, updated_at)
     select (array[$1::int, $2::int])[1 + n % 2], 'many-' || n, 'INBOUND', 'COMPLETED', $3::timestamptz - n * interval '1 second', $3, $3
     from generate_series(1, 2400) n`,
    [app.account.id, other.id, at('2026-01-01')],
  );
  await app.database.pool.query(
    `insert into webhook_events (account_id, received_at, kind, form, state, body, content_hash)
     select (array[$1::int, $2::int])[1 + n % 2], $3::timestamptz - n * interval '1 second', 'OTHER', 'JSON', 'IGNORED', '', ''
     from generate_series(1, 2400) n`,
    [app.account.id, other.id, at('2026-01-01')],
  );
  const before = at('2026-01-01');
  // Two instances at once share the work.
  const calls = await Promise.all([0, 1].map(() => deleteOldCalls(app.database.pool, { before })));
  const events = await Promise.all([0, 1].map(() => deleteOldEvents(app.database.pool, { before })));
  expect(calls.reduce((a, b) => a + b)).toBe(2400);
  expect(events.reduce((a, b) => a + b)).toBe(2400);
  expect(await sids()).toEqual([]);
  expect(await countEvents()).toBe(0);
});

test('told to stop, it begins no further batch', async () => {
  await app.send(report('a', '2026-01-01'));
  const signal = AbortSignal.abort();
  expect(await deleteOldCalls(app.database.pool, { before: at('2026-01-02'), signal })).toBe(0);
  expect(await sids()).toEqual(['a']);
});

test('beside deliveries that come, first and last calls stay true', async () => {
  const days = Array.from({ length: 28 }, (_, i) => `2026-01-${String(i + 1).padStart(2, '0')}`);
  await Promise.all([
    ...days.flatMap((day) => [1, 2, 3].map((n) => app.send(report(`c-${day}-${n}`, day)))),
    ...[5, 10, 15].map((day) => deleteOldCalls(app.database.pool, { before: at(days[day] as string) })),
  ]);
  await deleteOldCalls(app.database.pool, { before: at('2026-01-16') });
  expect(await spans()).toEqual(allSpan(at('2026-01-16'), at('2026-01-28')));
  expect(await sids()).toHaveLength(39);
});
