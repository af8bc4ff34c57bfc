import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { calls } from '../../src/calls/call.table.ts';
import { agents } from '../../src/participants/participants.table.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls, insertRows } from '../support/factories.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ limits: { LIMIT_TABLE_ROWS: 500 } });
});
beforeEach(async () => {
  await app.database.db.execute(sql`truncate ${calls}, ${agents}, webhook_events`);
});
afterAll(() => app.close());

const january = 'range: { between: { from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" } }';
const agentsOf = async (count: number) =>
  insertRows(
    app.database.db,
    agents,
    Array.from({ length: count }, (_, i) => ({ accountId: app.account.id, number: `${i}`, name: `Agent ${i}` })),
  );

test('fifty agents with figures cost a handful of statements', async () => {
  const stored = await agentsOf(51); // one more than a page: the end of a list is a statement of its own
  await insertCalls(
    app.database.db,
    stored.flatMap(({ id }, i) =>
      Array.from({ length: i % 3 }, () => aCall({ accountId: app.account.id, agentId: id })),
    ),
  );
  const query = (first: number) => `{ agents(first: ${first}) { nodes { name metrics(${january}) {
    callCount answerRate { value } talkTime { average } uniqueCustomerCount repeatCustomerRate { value } erlangs } } } }`;
  await app.query(query(1));
  app.takeStatements();
  await app.query(query(1));
  const forOne = app.takeStatements().length;
  const { agents: all } = await app.query<{ agents: { nodes: { name: string; metrics: { callCount: number } }[] } }>(
    query(50),
  );
  expect(app.takeStatements().length).toBe(forOne);
  expect(forOne).toBeLessThan(12);
  for (const { name, metrics } of all.nodes) expect(metrics.callCount).toBe(Number(name.slice(6)) % 3);
});

test('drilling through a group shows as many calls as it counts, also beyond where other lists stop counting', async () => {
  await app.database.db.execute(sql`insert into ${calls} (account_id, call_sid, direction, status, disposition, outcome,
      started_at, created_at, updated_at)
    select ${app.account.id}, 'many-' || i, 'INBOUND', 'COMPLETED', 'ANSWERED', 'ANSWERED',
      timestamptz '2026-01-05T00:00:00Z' + i * interval '1 second', now(), now() from generate_series(1, 10050) as i`);
  type Group = { metrics: { callCount: number }; calls: { totalCount: number; totalCountIsExact: boolean } };
  const { callMetrics, calls: list } = await app.query<{
    callMetrics: { breakdown: { nodes: Group[] } };
    calls: { totalCount: number };
  }>(`{ callMetrics(${january}) { breakdown(by: [DIRECTION]) { nodes { metrics { callCount }
    calls(first: 1) { totalCount totalCountIsExact } } } } calls(first: 1) { totalCount } }`);
  expect(list.totalCount).toBe(10_000);
  expect(callMetrics.breakdown.nodes).toEqual([
    { metrics: { callCount: 10_050 }, calls: { totalCount: 10_050, totalCountIsExact: true } },
  ]);
});

describe('a report says how fresh and how settled it is', () => {
  const state = async (range: string) =>
    (
      await app.query<{ callMetrics: { dataThrough: string | null; isFinal: boolean } }>(
        `{ callMetrics(${range}) { dataThrough isFinal } }`,
      )
    ).callMetrics;

  test('dataThrough is when the newest delivery was received', async () => {
    expect((await state(january)).dataThrough).toBeNull();
    const before = new Date().toISOString();
    await app.send({ CallSid: 'fresh-1', Status: 'ANSWER', StartTime: '2026-01-02 14:29:20' });
    const { dataThrough } = await state(january);
    expect(String(dataThrough) >= before && String(dataThrough) <= new Date().toISOString()).toBe(true);
  });

  test('it is final once the range is over for longer than a call may be silent, and none of its calls is live', async () => {
    expect((await state(january)).isFinal).toBe(true);
    expect((await state('range: { last: "PT1H" }')).isFinal).toBe(false);
    const hours = (ago: number) => new Date(Date.now() - ago * 3_600_000).toISOString();
    const ended = (ago: number) => `range: { between: { from: "${hours(ago + 1)}", to: "${hours(ago)}" } }`;
    expect((await state(ended(3.9))).isFinal).toBe(false);
    expect((await state(ended(4.1))).isFinal).toBe(true);
    await insertCalls(app.database.db, [aCall({ accountId: app.account.id, status: 'RINGING' })]);
    expect((await state(january)).isFinal).toBe(false);
  });
});

describe('what would be too dear is refused before it runs', () => {
  const codes = async (selection: string) =>
    (await app.ask(`{ callMetrics(${january}) { ${selection} } }`)).errors?.map(({ extensions }) => extensions) ?? [];

  test('an interval that is too fine for the range, with those that are not', async () => {
    expect(await codes('timeSeries(interval: HOUR) { label }')).toEqual([
      {
        code: 'BAD_USER_INPUT',
        argument: ['interval'],
        allowed: 'DAY, WEEK, MONTH, QUARTER, YEAR, or a shorter range',
      },
    ]);
    expect(await codes('timeSeries(interval: DAY) { label }')).toEqual([]);
  });

  test('groups times buckets, with what they would be', async () => {
    const stored = await agentsOf(20);
    await insertCalls(
      app.database.db,
      stored.map(({ id }) => aCall({ accountId: app.account.id, agentId: id })),
    );
    const series = (first: number) =>
      codes(`breakdown(by: [AGENT], first: ${first}) { nodes { timeSeries(interval: DAY) { label } } }`);
    expect(await series(10)).toEqual([]);
    const refused = await series(20);
    expect(refused[0]).toEqual({ code: 'TOO_EXPENSIVE', limit: 'LIMIT_TABLE_ROWS', asked: 640, allowed: 500 });
  });

  test('more than a hundred tables of figures in one operation', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => `a${i}: compare(to: PREVIOUS_PERIOD) { totals { callCount } }`).join(' ');
    expect(await codes(many(100))).toEqual([]);
    const more = `${many(100)} totals { callCount }`;
    expect(await codes(more)).toEqual([{ code: 'TOO_EXPENSIVE', limit: 'LIMIT_TABLES', asked: 101, allowed: 100 }]);
  });

  test.each([0, 8761, -1])('repeatCustomerRate(withinHours: %i)', async (hours) => {
    expect(await codes(`totals { repeatCustomerRate(withinHours: ${hours}) { value } callCount }`)).toEqual([
      { code: 'BAD_USER_INPUT', argument: ['withinHours'], allowed: '1 to 8760 hours' },
    ]);
  });
});
