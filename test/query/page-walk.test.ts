import { inArray, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Call, calls, type NewCall } from '../../src/calls/call.table.ts';
import type { CallOrderField, EntityOrderField } from '../../src/graphql/generated/inputs.ts';
import { type Agent, agents } from '../../src/participants/participants.table.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls, insertRows } from '../support/factories.ts';
import { sortRows } from '../support/recount/compare.ts';
import { toGlobalId } from '../support/seals.ts';
import { type Connection, type PageVariables, pageFields, walkBackwards, walkForwards } from './walk-pages.ts';

let app: TestApp;
let accountId: number;

beforeAll(async () => {
  app = await startApp();
  accountId = app.account.id;
});
beforeEach(async () => {
  await app.database.db.execute(sql`truncate ${calls}, ${agents}`);
});
afterAll(() => app.close());

const pageArguments = 'first: $first, after: $after, last: $last, before: $before';
const pageVariables = '$first: Int, $after: String, $last: Int, $before: String';
const query = `query ($orderBy: CallOrder, ${pageVariables}) {
  calls(orderBy: $orderBy, ${pageArguments}) { edges { cursor node { callSid } } ${pageFields} }
}`;

type Sids = Connection<{ callSid: string }>;
const sidsOf = (nodes: { callSid: string }[]) => nodes.map(({ callSid }) => callSid);
const asker = (orderBy: object | null) => async (page: PageVariables) =>
  (await app.query<{ calls: Sids }>(query, { orderBy, ...page })).calls;

const at = (ms: number) => new Date(Date.parse('2026-01-05T10:00:00.000Z') + ms).toISOString();
const directions = ['ASC', 'DESC'] as const;

/** Calls of which many are equal in each order, and a third has no key where there can be none. */
function mixedCalls(count: number, told: (index: number) => Partial<NewCall> = () => ({})): NewCall[] {
  return Array.from({ length: count }, (_, i) => {
    const seconds = i % 3 === 0 ? null : i % 4;
    return aCall({
      accountId,
      startedAt: at(i % 2),
      updatedAt: at(i % 5),
      durationSeconds: seconds,
      talkSeconds: seconds,
      waitSeconds: seconds,
      ...told(i),
    });
  });
}

const callKeys: Record<CallOrderField, (call: Call) => string | number | null> = {
  STARTED_AT: (call) => call.startedAt,
  UPDATED_AT: (call) => call.updatedAt,
  DURATION_SECONDS: (call) => call.durationSeconds,
  TALK_SECONDS: (call) => call.talkSeconds,
  WAIT_SECONDS: (call) => call.waitSeconds,
};
const callOrders = (Object.keys(callKeys) as CallOrderField[]).flatMap((field) =>
  directions.map((direction) => ({ field, direction })),
);

describe('calls that arrive between pages', () => {
  test.each(callOrders)('by $field $direction neither hide nor repeat any that were there', async (orderBy) => {
    const stored = await insertCalls(app.database.db, mixedCalls(20));
    const expected = sidsOf(sortRows(stored, callKeys[orderBy.field], orderBy.direction));
    const wereThere = new Set(expected);
    // Before, among and after those that were there, with and without a key.
    const arrive = async () => {
      await insertCalls(
        app.database.db,
        mixedCalls(4, (i) => ({ startedAt: at((i - 1) * 50), updatedAt: at((i - 1) * 50) })),
      );
    };
    for (const walk of [walkForwards, walkBackwards]) {
      const met = sidsOf(await walk(asker(orderBy), 7, arrive));
      expect(met.filter((sid) => wereThere.has(sid))).toEqual(expected);
      expect(new Set(met).size).toBe(met.length);
    }
  });
});

describe('calls that change between pages', () => {
  test('may come again by the time of their last change, but are never lost', async () => {
    const { db } = app.database;
    const stored = await insertCalls(db, mixedCalls(20));
    let changed = 0;
    // One that has come, one that has not, and one that may be either; a few times, or the walk would never end.
    const change = async () => {
      changed += 1;
      if (changed > 6) return;
      const ids = [0, 19, changed * 3].map((i) => stored[i]?.id ?? 0);
      await db
        .update(calls)
        .set({ updatedAt: at(1000 * changed) })
        .where(inArray(calls.id, ids));
    };
    const met = sidsOf(await walkForwards(asker({ field: 'UPDATED_AT', direction: 'ASC' }), 4, change));
    expect(new Set(met)).toEqual(new Set(sidsOf(stored)));
    expect(met.length).toBeGreaterThan(20);
  });
});

describe('calls of one millisecond', () => {
  test.each(directions)('%s come by id, each once, whatever the page size', async (direction) => {
    const stored = await insertCalls(
      app.database.db,
      mixedCalls(11, () => ({ startedAt: at(0) })),
    );
    const expected = sidsOf(sortRows(stored, () => 0, direction));
    for (const size of [1, 2, 5, 10, 11, 12]) {
      const ask = asker({ field: 'STARTED_AT', direction });
      expect(sidsOf(await walkForwards(ask, size))).toEqual(expected);
      expect(sidsOf(await walkBackwards(ask, size))).toEqual(expected);
    }
  });
});

describe('calls without a sort key', () => {
  test.each(directions)('%s come last, forwards and backwards', async (direction) => {
    const seconds = [null, 3, null, 1, 2, null, 3];
    const stored = await insertCalls(
      app.database.db,
      mixedCalls(7, (i) => ({ talkSeconds: seconds[i] ?? null })),
    );
    const known = direction === 'ASC' ? [3, 4, 1, 6] : [6, 1, 4, 3];
    const unknown = direction === 'ASC' ? [0, 2, 5] : [5, 2, 0];
    const expected = [...known, ...unknown].map((i) => stored[i]?.callSid);
    for (const size of [1, 2, 3, 4, 7]) {
      const ask = asker({ field: 'TALK_SECONDS', direction });
      expect(sidsOf(await walkForwards(ask, size))).toEqual(expected);
      expect(sidsOf(await walkBackwards(ask, size))).toEqual(expected);
    }
  });
});

describe('a part of a list', () => {
  test('between two cursors is cut from either end, and knows that the list goes on', async () => {
    const stored = await insertCalls(
      app.database.db,
      mixedCalls(6, (i) => ({ startedAt: at(i) })),
    );
    const sids = sidsOf(stored);
    const ask = asker({ field: 'STARTED_AT', direction: 'ASC' });
    const cursors = (await ask({})).edges.map(({ cursor }) => cursor);
    const [after, before] = [cursors[0] ?? null, cursors[5] ?? null];
    const parts: [PageVariables, (string | undefined)[]][] = [
      [{ after, before }, sids.slice(1, 5)],
      [{ first: 2, after, before }, sids.slice(1, 3)],
      [{ last: 2, after, before }, sids.slice(3, 5)],
      [{ first: 4, after, before }, sids.slice(1, 5)],
      [{ last: 4, after, before }, sids.slice(1, 5)],
    ];
    for (const [page, expected] of parts) {
      const part = await ask(page);
      expect(sidsOf(part.edges.map(({ node }) => node))).toEqual(expected);
      expect(part.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    }
    expect((await ask({ first: 2, before })).edges.map(({ node }) => node.callSid)).toEqual(sids.slice(0, 2));
    expect((await ask({ last: 2, after })).edges.map(({ node }) => node.callSid)).toEqual(sids.slice(4));
    expect((await ask({ after: before })).edges).toEqual([]);
    expect((await ask({ before: after })).edges).toEqual([]);
  });

  test('of an empty list has no rows, no cursors and nothing around it', async () => {
    for (const page of [{}, { first: 1 }, { last: 1 }]) {
      expect(await asker(null)(page)).toEqual({
        edges: [],
        pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
      });
    }
  });

  test('is fifty rows unless told otherwise, the latest start first', async () => {
    const stored = await insertCalls(
      app.database.db,
      mixedCalls(51, (i) => ({ startedAt: at(i) })),
    );
    const page = await asker(null)({});
    expect(sidsOf(page.edges.map(({ node }) => node))).toEqual(sidsOf([...stored].reverse()).slice(0, 50));
    expect(page.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  });

  test('has the same rows in nodes as in edges', async () => {
    await insertCalls(app.database.db, mixedCalls(5));
    const { calls: page } = await app.query<{ calls: { nodes: object[]; edges: { node: object }[] } }>(
      '{ calls(last: 3) { nodes { id } edges { node { id } } } }',
    );
    expect(page.nodes).toHaveLength(3);
    expect(page.edges.map(({ node }) => node)).toEqual(page.nodes);
  });

  test('can be as large as 500', async () => {
    await insertCalls(app.database.db, mixedCalls(501));
    expect((await asker(null)({ first: 500 })).edges).toHaveLength(500);
    expect((await asker(null)({ last: 500 })).edges).toHaveLength(500);
  });
});

describe('agents that arrive between pages', () => {
  const keys: Record<EntityOrderField, (agent: Agent) => string | null> = {
    NAME: ({ name }) => name?.toLowerCase() ?? null,
    FIRST_CALL_AT: ({ firstCallAt }) => firstCallAt,
    LAST_CALL_AT: ({ lastCallAt }) => lastCallAt,
  };
  const orders = (Object.keys(keys) as EntityOrderField[]).flatMap((field) =>
    directions.map((direction) => ({ field, direction })),
  );
  let made = 0;
  const someAgents = (count: number) => {
    made += 100;
    return Array.from({ length: count }, (_, i) => ({
      accountId,
      number: `${made + i}`,
      name: [null, 'Asha', 'asha', 'Ravi', 'É'][i % 5] ?? null,
      firstCallAt: i % 3 === 0 ? null : at(i % 4),
      lastCallAt: i % 3 === 0 ? null : at(i % 4),
    }));
  };
  const agentsQuery = `query ($orderBy: EntityOrder, ${pageVariables}) {
    agents(orderBy: $orderBy, ${pageArguments}) { edges { cursor node { id } } ${pageFields} }
  }`;

  test.each(orders)('by $field $direction neither hide nor repeat any that were there', async (orderBy) => {
    const stored = await insertRows(app.database.db, agents, someAgents(17));
    const sorted = sortRows(stored, keys[orderBy.field], orderBy.direction);
    const expected = sorted.map(({ id }) => toGlobalId('Agent', id));
    const ask = async (page: PageVariables) =>
      (await app.query<{ agents: Connection<{ id: string }> }>(agentsQuery, { orderBy, ...page })).agents;
    const arrive = async () => {
      await insertRows(app.database.db, agents, someAgents(5));
    };
    for (const walk of [walkForwards, walkBackwards]) {
      const met = (await walk(ask, 6, arrive)).map(({ id }) => id);
      expect(met.filter((id) => expected.includes(id))).toEqual(expected);
      expect(new Set(met).size).toBe(met.length);
    }
  });
});

describe('totalCount', () => {
  const counted = '{ calls(first: 1) { totalCount totalCountIsExact } }';

  test('is of the whole list, on every page of it', async () => {
    await insertCalls(app.database.db, mixedCalls(6));
    const paged = `query ($after: String) { calls(first: 2, after: $after) { totalCount pageInfo { endCursor } } }`;
    type Page = { calls: { totalCount: number; pageInfo: { endCursor: string } } };
    const first = await app.query<Page>(paged);
    const second = await app.query<Page>(paged, { after: first.calls.pageInfo.endCursor });
    expect([first, second].map((page) => page.calls.totalCount)).toEqual([6, 6]);
  });

  test('is exact up to 10,000 calls, and says where it stopped', async () => {
    await insertCalls(app.database.db, mixedCalls(10_000));
    expect(await app.query(counted)).toEqual({ calls: { totalCount: 10_000, totalCountIsExact: true } });
    await insertCalls(app.database.db, mixedCalls(1));
    expect(await app.query(counted)).toEqual({ calls: { totalCount: 10_000, totalCountIsExact: false } });
    const figures = await app.query(`{
      callMetrics(range: { between: { from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" } }) { totals { callCount } }
    }`);
    expect(figures).toEqual({ callMetrics: { totals: { callCount: 10_001 } } });
  });

  test('costs nothing unless it is asked for', async () => {
    await insertCalls(app.database.db, mixedCalls(3));
    app.takeStatements();
    await app.query('{ calls(first: 1) { nodes { id } pageInfo { hasNextPage } } }');
    expect(app.takeStatements()).toHaveLength(1);
    await app.query(counted);
    expect(app.takeStatements()).toHaveLength(1);
  });
});
