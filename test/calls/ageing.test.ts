import { afterAll, beforeAll, expect, test } from 'vitest';
import { ageLiveCalls } from '../../src/calls/write/age-live-calls.ts';
import { type Instant, instantOf, msOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { insertAccount } from '../support/factories.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let sids = 0;
const newSid = () => `1672649960.${5000 + sids++}`;
const clock = () => instantOf(Date.now());

const live = (CallSid: string, more: Record<string, unknown> = {}) => ({
  type: 'live_call',
  CallSid,
  Direction: 'IVR',
  SourceNumber: '9812345678',
  DestinationNumber: '08062861230',
  Status: 'Transfer to agent',
  ...more,
});
const report = (CallSid: string) => ({
  type: 'call_report',
  CallSid,
  Direction: 'IVR',
  SourceNumber: '9812345678',
  DestinationNumber: '08062861230',
  DialWhomNumber: '9281234567',
  Status: 'ANSWER',
  StartTime: '2023-01-02 14:29:20',
  EndTime: '2023-01-02 14:30:20',
  CallDuration: '60',
  TalkDuration: '40',
});

/** Marks every call that was last heard of before this. */
const age = (silentSince: Instant) => ageLiveCalls(app.database.pool, { silentSince, clock });
/** As if the age limit had passed since everything that was sent so far. */
const ageAll = () => age(instantOf(Date.now() + 60_000));

async function heardOfAt(sid: string): Promise<Instant> {
  const { rows } = await app.database.pool.query<{ at: Date }>(
    'select live_event_at as at from calls where call_sid = $1',
    [sid],
  );
  return rows[0]?.at.toISOString() ?? '';
}

type Call = Record<'status' | 'disposition' | 'outcome' | 'answeredAt' | 'updatedAt', string> & {
  waitSeconds: number | null;
  talkSeconds: number | null;
};

async function call(callSid: string): Promise<Call> {
  const { callBySid } = await app.query<{ callBySid: Call }>(
    `query ($callSid: String!) {
      callBySid(callSid: $callSid) { status disposition outcome answeredAt waitSeconds talkSeconds updatedAt }
    }`,
    { callSid },
  );
  return callBySid;
}

async function liveBoard(): Promise<string[]> {
  const { liveCalls } = await app.query<{ liveCalls: { nodes: { callSid: string }[] } }>(
    '{ liveCalls(first: 500) { nodes { callSid } } }',
  );
  return liveCalls.nodes.map(({ callSid }) => callSid);
}

test('a live call becomes UNREPORTED when its last live event is older than the limit, and not at the limit', async () => {
  const sid = newSid();
  await app.send(live(sid));
  const heard = await heardOfAt(sid);
  const before = await call(sid);

  await age(heard);
  expect(await call(sid)).toEqual(before);
  expect(await liveBoard()).toContain(sid);

  expect(await age(instantOf(msOf(heard) + 1))).toBeGreaterThan(0);
  const after = await call(sid);
  expect(after).toMatchObject({ status: 'UNREPORTED', disposition: null, outcome: null, talkSeconds: null });
  expect(after.updatedAt > before.updatedAt).toBe(true);
  expect(await liveBoard()).not.toContain(sid);
});

test('each live event puts the end of its patience off', async () => {
  const sid = newSid();
  await app.send(live(sid));
  const first = await heardOfAt(sid);
  await app.send(live(sid, { DialWhomNumber: '9281234567' }));
  const second = await heardOfAt(sid);
  expect(second >= first).toBe(true);
  await age(second);
  expect(await call(sid)).toMatchObject({ status: 'RINGING' });
});

test('it no longer counts as live, and counts as unreported', async () => {
  const counts = async () => {
    const { callMetrics } = await app.query<{ callMetrics: { totals: Record<string, number> } }>(
      `{ callMetrics(range: { last: "P10Y" }) {
           totals { callCount liveCount unreportedCount completedCount } } }`,
    );
    return callMetrics.totals;
  };
  const sid = newSid();
  await app.send(live(sid));
  const before = await counts();
  const marked = await ageAll();
  const after = await counts();
  expect(marked).toBe(before.liveCount);
  expect(after).toEqual({ ...before, liveCount: 0, unreportedCount: (before.unreportedCount ?? 0) + marked });
});

test('what only a live call has, the moment of its answer and the wait till then, goes', async () => {
  const sid = newSid();
  await app.send(
    live(sid, {
      Status: 'Picked',
      StartTime: '2023-01-02 14:29:20',
      LegA_Picked_time: '2023-01-02 14:29:21',
      LegB_Start_time: '2023-01-02 14:29:30',
      LegB_Picked_time: '2023-01-02 14:29:36',
    }),
  );
  expect(await call(sid)).toMatchObject({ status: 'IN_PROGRESS', waitSeconds: 15 });
  await ageAll();
  expect(await call(sid)).toMatchObject({ status: 'UNREPORTED', answeredAt: null, waitSeconds: null });
});

test('a late report completes it', async () => {
  const sid = newSid();
  await app.send(live(sid, { campid: '77' }));
  await ageAll();
  await app.send(report(sid));
  expect(await call(sid)).toMatchObject({ status: 'COMPLETED', outcome: 'ANSWERED', talkSeconds: 40 });
  await ageAll();
  expect(await call(sid)).toMatchObject({ status: 'COMPLETED' });
});

test('a later live event makes it live again, for a whole age limit', async () => {
  const sid = newSid();
  await app.send(live(sid));
  await ageAll();
  await app.send(live(sid, { Status: 'Picked' }));
  expect(await call(sid)).toMatchObject({ status: 'IN_PROGRESS' });
  expect(await liveBoard()).toContain(sid);
  await age(await heardOfAt(sid));
  expect(await call(sid)).toMatchObject({ status: 'IN_PROGRESS' });
  await ageAll();
  expect(await call(sid)).toMatchObject({ status: 'UNREPORTED' });
});

test('an identical delivery is no event, and does not make it live again', async () => {
  const sid = newSid();
  await app.send(live(sid));
  await ageAll();
  const before = await call(sid);
  await app.send(live(sid));
  expect(await call(sid)).toEqual(before);
});

test('one that was marked is not marked again', async () => {
  const sid = newSid();
  await app.send(live(sid));
  await ageAll();
  const before = await call(sid);
  expect(await ageAll()).toBe(0);
  expect(await call(sid)).toEqual(before);
});

test('calls of all accounts are marked, however many', async () => {
  const other = await insertAccount(app.database.db, { name: 'other' });
  const before = '2026-01-01T00:00:00.000Z';
  await app.database.pool.query(
    `insert into calls (account_id, call_sid, direction, status, started_at, created_at, updated_at, live_event_at)
     select (array[$1::int, $2::int])[1 + n % 2], 'many-' || n, 'INBOUND', 'RINGING', $3::timestamptz, $3::timestamptz, $3::timestamptz,
       $3::timestamptz - n * interval '1 second' from generate_series(1, 1203) n`,
    [app.account.id, other.id, before],
  );
  expect(await age(before)).toBe(1203);
  const { rows } = await app.database.pool.query(
    `select count(*)::int as n from calls where call_sid like 'many-%' and status = 'UNREPORTED' and updated_at > $1`,
    [before],
  );
  expect(rows).toEqual([{ n: 1203 }]);
});

test('beside deliveries, by two instances at once, no report is lost and no finished call is touched', async () => {
  const all = Array.from({ length: 300 }, newSid);
  let isSending = true;
  const ageing = async () => {
    let marked = 0;
    while (isSending) marked += await ageAll();
    return marked;
  };
  const instances = [ageing(), ageing()];
  for (let at = 0; at < all.length; at += 30) {
    const some = all.slice(at, at + 30);
    await Promise.all(some.map((sid) => app.send(live(sid))));
    // Reports, further live events and live events without a report, all at once.
    await Promise.all(
      some.flatMap((sid, i) => [
        ...(i % 3 < 2 ? [app.send(report(sid))] : []),
        app.send(live(sid, { Status: 'Picked' })),
        app.send(live(sid, { DialWhomNumber: '9281234567' })),
      ]),
    );
  }
  isSending = false;
  await Promise.all(instances);
  await ageAll();
  const { rows } = await app.database.pool.query<{ status: string; outcome: string; talk: number; n: number }>(
    `select status, outcome, talk_seconds as talk, count(*)::int as n from calls where call_sid = any($1)
     group by 1, 2, 3 order by 1`,
    [all],
  );
  expect(rows).toEqual([
    { status: 'COMPLETED', outcome: 'ANSWERED', talk: 40, n: 200 },
    { status: 'UNREPORTED', outcome: null, talk: null, n: 100 },
  ]);
});
