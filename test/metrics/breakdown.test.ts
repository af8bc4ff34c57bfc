import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { calls, type NewCall } from '../../src/calls/call.table.ts';
import { agents, customers, virtualNumbers } from '../../src/participants/participants.table.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertAccount, insertCalls, insertRows } from '../support/factories.ts';

let app: TestApp;
let abroad: Account;

beforeAll(async () => {
  app = await startApp();
  abroad = await insertAccount(app.database.db, { name: 'Abroad', timeZone: 'America/New_York', region: 'US' });
});
beforeEach(async () => {
  await app.database.db.execute(sql`truncate ${calls}, ${agents}, ${virtualNumbers}, ${customers}`);
});
afterAll(() => app.close());

const range = 'range: { between: { from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" } }';
const call = (told: Partial<NewCall> = {}) => aCall({ accountId: app.account.id, ...told });
const missed: Partial<NewCall> = { disposition: 'NO_ANSWER', outcome: 'MISSED' };
const live: Partial<NewCall> = { status: 'RINGING' };

type Group = {
  account: { name: string } | null;
  agent: { name: string | null; number: string } | null;
  virtualNumber: { number: string } | null;
  direction: string | null;
  disposition: string | null;
  metrics: { callCount: number };
};
type Breakdown = {
  nodes: Group[];
  totalCount: number;
  other: { callCount: number; uniqueCustomerCount: number } | null;
};

async function breakdown(args: string): Promise<Breakdown> {
  const { callMetrics } = await app.query<{ callMetrics: { breakdown: Breakdown } }>(`{
    callMetrics(${range}) {
      breakdown(${args}) {
        nodes {
          account { name } agent { name number } virtualNumber { number } direction disposition metrics { callCount }
        }
        totalCount
        other { callCount uniqueCustomerCount }
      }
    }
  }`);
  return callMetrics.breakdown;
}

/** Agents of the default account by name, each with so many calls. */
async function agentsWithCalls(named: [string | null, NewCall[]][]): Promise<void> {
  const { db } = app.database;
  const rows = named.map(([name], i) => ({ accountId: app.account.id, name, number: `${i}` }));
  const stored = await insertRows(db, agents, rows);
  await insertCalls(
    db,
    named.flatMap(([, made], i) => made.map((one) => ({ ...one, agentId: stored[i]?.id ?? null }))),
  );
}

const agentsOf = ({ nodes }: Breakdown) => nodes.map(({ agent }) => agent?.name ?? agent?.number ?? null);

describe('groups', () => {
  test('are ordered by count, the greatest first, unless told otherwise', async () => {
    await agentsWithCalls([
      ['a', [call()]],
      ['b', [call(), call(), call()]],
      ['c', [call(), call()]],
    ]);
    const found = await breakdown('by: [AGENT]');
    expect(agentsOf(found)).toEqual(['b', 'c', 'a']);
    expect(found).toMatchObject({ totalCount: 3, other: null });
    expect(agentsOf(await breakdown('by: [AGENT], orderBy: { metric: CALL_COUNT, direction: ASC }'))).toEqual([
      'a',
      'c',
      'b',
    ]);
  });

  test('that are equal come by lower-cased code points, nameless after named, the missing key last, either way', async () => {
    await agentsWithCalls([
      ['ravi', [call()]],
      [null, [call()]],
      ['Ravi', [call()]],
      ['Éva', [call()]],
      ['asha', [call()]],
      ['😀', [call()]],
      ['ＷＩＤＥ', [call()]],
      [null, [call()]],
      ['Zed', [call()]],
    ]);
    await insertCalls(app.database.db, [call()]);
    for (const direction of ['ASC', 'DESC']) {
      const found = await breakdown(`by: [AGENT], orderBy: { metric: CALL_COUNT, direction: ${direction} }`);
      expect(agentsOf(found)).toEqual(['asha', 'ravi', 'Ravi', 'Zed', 'Éva', 'ＷＩＤＥ', '😀', '1', '7', null]);
      expect(found.nodes.at(-1)?.agent).toBeNull();
    }
  });

  test('without a rate come last in both directions', async () => {
    await agentsWithCalls([
      ['live', [call(live)]],
      ['half', [call(), call(missed)]],
      ['none', [call(missed)]],
      ['all', [call()]],
    ]);
    const by = (direction: string) =>
      breakdown(`by: [AGENT], orderBy: { metric: ANSWER_RATE, direction: ${direction} }`);
    expect(agentsOf(await by('DESC'))).toEqual(['all', 'half', 'none', 'live']);
    expect(agentsOf(await by('ASC'))).toEqual(['none', 'half', 'all', 'live']);
  });

  test('by several keys have one for each combination there is, ordered key by key', async () => {
    await agentsWithCalls([
      ['a', [call(), call({ direction: 'OUTBOUND' })]],
      ['b', [call(live), call()]],
    ]);
    const keys = ({ nodes }: Breakdown) =>
      nodes.map((group) => [group.agent?.name, group.direction, group.disposition]);
    expect(keys(await breakdown('by: [AGENT, DIRECTION, DISPOSITION]'))).toEqual([
      ['a', 'INBOUND', 'ANSWERED'],
      ['a', 'OUTBOUND', 'ANSWERED'],
      ['b', 'INBOUND', 'ANSWERED'],
      ['b', 'INBOUND', null],
    ]);
    expect(keys(await breakdown('by: [DISPOSITION, AGENT]'))).toEqual([
      ['a', null, 'ANSWERED'],
      ['b', null, 'ANSWERED'],
      ['b', null, null],
    ]);
  });

  test('of two accounts are told apart, also where names and numbers are the same', async () => {
    const { db } = app.database;
    const accountIds = [app.account.id, abroad.id];
    const numbers = await insertRows(
      db,
      virtualNumbers,
      accountIds.map((accountId) => ({ accountId, number: '+912240000001' })),
    );
    await insertCalls(
      db,
      numbers.map(({ accountId, id }) => call({ accountId, virtualNumberId: id })),
    );
    const byNumber = await breakdown('by: [VIRTUAL_NUMBER]');
    expect(byNumber.nodes.map((group) => [group.virtualNumber?.number, group.metrics.callCount])).toEqual([
      ['+912240000001', 1],
      ['+912240000001', 1],
    ]);
    const byAccount = await breakdown('by: [ACCOUNT]');
    expect(byAccount.nodes.map(({ account }) => account?.name)).toEqual(['Abroad', 'default']);
  });

  test('of no calls are none, and there is no rest', async () => {
    expect(await breakdown('by: [AGENT, DIRECTION]')).toEqual({ nodes: [], totalCount: 0, other: null });
  });
});

describe('the rest', () => {
  test('is of the calls of all groups after the page, a customer of several groups counted once', async () => {
    const [customer] = await insertRows(app.database.db, customers, [{ accountId: app.account.id, number: '1' }]);
    const theirs = { customerId: customer?.id ?? null };
    await agentsWithCalls([
      ['a', [call(theirs), call(theirs), call(theirs)]],
      ['b', [call(theirs), call()]],
      ['c', [call(theirs)]],
    ]);
    expect(await breakdown('by: [AGENT], first: 1')).toMatchObject({
      totalCount: 3,
      other: { callCount: 3, uniqueCustomerCount: 1 },
    });
    expect(await breakdown('by: [AGENT], first: 2')).toMatchObject({ other: { callCount: 1 } });
    expect(await breakdown('by: [AGENT], first: 3')).toMatchObject({ other: null });
  });
});

describe('questions that cannot be', () => {
  const refusal = (argument: string[]) => ({ code: 'BAD_USER_INPUT', argument, allowed: expect.any(String) });

  test.each([
    ['by: []', ['by']],
    ['by: [AGENT, AGENT]', ['by']],
    ['by: [AGENT, CAMPAIGN, DIRECTION, DISPOSITION]', ['by']],
    ['by: [AGENT], first: 0', ['first']],
    ['by: [AGENT], first: 501', ['first']],
  ])('breakdown(%s) is refused, and what is beside it stands', async (args, argument) => {
    const { data, errors } = await app.ask(
      `{ callMetrics(${range}) { totals { callCount } breakdown(${args}) { totalCount } } }`,
    );
    expect(data).toEqual({ callMetrics: { totals: { callCount: 0 }, breakdown: null } });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([refusal(argument)]);
  });

  test.each([
    ['shortAbandonedCount(shortAbandonSeconds: -1)', ['shortAbandonSeconds']],
    ['abandonRate(shortAbandonSeconds: 86401) { value }', ['shortAbandonSeconds']],
    ['serviceLevel(withinSeconds: -1) { value }', ['withinSeconds']],
    ['serviceLevel(withinSeconds: 86401) { value }', ['withinSeconds']],
    ['serviceLevel(shortAbandonSeconds: -1) { value }', ['shortAbandonSeconds']],
    ['talkTime { percentile(p: 0) }', ['p']],
    ['talkTime { percentile(p: 100) }', ['p']],
    ['talkTime { percentile(p: -5) }', ['p']],
    ['talkTime { histogram(bounds: []) { count } }', ['bounds']],
    ['talkTime { histogram(bounds: [1, 1]) { count } }', ['bounds']],
    ['talkTime { histogram(bounds: [2, 1]) { count } }', ['bounds']],
    [`talkTime { histogram(bounds: [${Array.from({ length: 101 }, (_, i) => i)}]) { count } }`, ['bounds']],
  ])('%s is refused', async (figure, argument) => {
    const { errors } = await app.ask(`{ callMetrics(${range}) { totals { callCount ${figure} } } }`);
    expect(errors?.map(({ extensions }) => extensions)).toEqual([refusal(argument)]);
  });

  test('the limits of figures are taken', async () => {
    await insertCalls(app.database.db, [call({ talkSeconds: 5 })]);
    const { data, errors } = await app.ask(`{ callMetrics(${range}) { totals {
      shortAbandonedCount(shortAbandonSeconds: 86400)
      serviceLevel(withinSeconds: 0, shortAbandonSeconds: 0) { value }
      talkTime {
        low: percentile(p: 0.000001, belowOne: true) high: percentile(p: 99.999999)
        histogram(bounds: [${Array.from({ length: 100 }, (_, i) => i)}]) { from to count }
        ends: histogram(bounds: [-2147483648, 2147483647]) { count }
      }
    } } }`);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      callMetrics: { totals: { talkTime: { low: 5, high: 5, ends: [{ count: 0 }, { count: 1 }, { count: 0 }] } } },
    });
  });

  test('a percentile that is null is refused by its type', async () => {
    const { errors } = await app.ask(`{ callMetrics(${range}) { totals { talkTime { percentile(p: null) } } } }`);
    expect(errors).toHaveLength(1);
  });

  test('ten thousand groups are answered, more are too expensive', async () => {
    const accountId = app.account.id;
    const { db } = app.database;
    const many = (count: number, from = 0) =>
      Array.from({ length: count }, (_, i) => ({ accountId, number: `${from + i}` }));
    const stored = await insertRows(db, agents, many(9_999));
    await insertCalls(
      db,
      stored.map(({ id }) => call({ agentId: id })),
    );
    await insertCalls(db, [call()]);
    expect(await breakdown('by: [AGENT], first: 1')).toMatchObject({ totalCount: 10_000, other: { callCount: 9_999 } });
    const [last] = await insertRows(db, agents, many(1, 9_999));
    await insertCalls(db, [call({ agentId: last?.id ?? null })]);
    const { data, errors } = await app.ask(
      `{ callMetrics(${range}) { breakdown(by: [AGENT], first: 1) { totalCount } totals { callCount } } }`,
    );
    expect(data).toEqual({ callMetrics: { breakdown: null, totals: { callCount: 10_001 } } });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['TOO_EXPENSIVE']);
  });
});

test('as many figures as a question can hold are answered together', async () => {
  await insertCalls(app.database.db, [call({ talkSeconds: 5, durationSeconds: 7 })]);
  const bounds = Array.from({ length: 100 }, (_, i) => i);
  const figures = ['talkTime', 'duration', 'ringTime', 'ivrTime', 'waitTime', 'speedOfAnswer'].flatMap((name) =>
    [0, 200, 400].map(
      (from) => `${name}_${from}: ${name} { histogram(bounds: [${bounds.map((i) => i + from)}]) { count } }`,
    ),
  );
  const { data, errors } = await app.ask(`{ callMetrics(${range}) { totals { ${figures.join('\n')} } } }`);
  expect(errors).toBeUndefined();
  type Histograms = { callMetrics: { totals: Record<string, { histogram: { count: number }[] }> } };
  const { totals } = (data as unknown as Histograms).callMetrics;
  expect(Object.keys(totals)).toHaveLength(18);
  const countOf = (name: string) => totals[name]?.histogram.map(({ count }) => count).indexOf(1);
  expect([countOf('talkTime_0'), countOf('duration_0'), countOf('talkTime_400'), countOf('ringTime_0')]).toEqual([
    6, 8, 0, -1,
  ]);
});
