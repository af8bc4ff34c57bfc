import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Call, calls } from '../../src/calls/call.table.ts';
import type { CallFilter, CallOrderField } from '../../src/graphql/generated.ts';
import { type Connection, pageFields, type PageVariables, walkBackwards, walkForwards } from '../paging/walk-pages.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { insertCalls } from '../support/factories.ts';
import { sortRows } from '../support/recount/compare.ts';
import { idOf, matchesCall } from '../support/recount/match.ts';
import { callSpecs, clockChange, toRow } from '../support/recount/random-calls.ts';
import { callFilter } from '../support/recount/random-filters.ts';
import { fillInIds, makeWorld, serviceSettings, type World } from '../support/recount/world.ts';

let app: TestApp;
let world: World;

beforeAll(async () => {
  app = await startApp(serviceSettings);
  world = await makeWorld(app);
});
afterAll(() => app.close());

const listQuery = `
  query ($filter: CallFilter, $orderBy: CallOrder, $first: Int, $after: String, $last: Int, $before: String) {
    calls(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { id } }
      ${pageFields}
    }
  }`;

const keys: Record<CallOrderField, (call: Call) => string | number | null> = {
  STARTED_AT: (call) => call.startedAt,
  UPDATED_AT: (call) => call.updatedAt,
  DURATION_SECONDS: (call) => call.durationSeconds,
  TALK_SECONDS: (call) => call.talkSeconds,
  WAIT_SECONDS: (call) => call.waitSeconds,
};

const lists = (change: number) =>
  fc.array(
    fc.record({
      filter: fc.option(callFilter(change), { freq: 4 }),
      orderBy: fc.record({
        field: fc.constantFrom(...(Object.keys(keys) as CallOrderField[])),
        direction: fc.constantFrom('ASC' as const, 'DESC' as const),
      }),
      forwards: fc.integer({ min: 1, max: 12 }),
      backwards: fc.integer({ min: 1, max: 12 }),
    }),
    { minLength: 3, maxLength: 6, size: 'max' },
  );

const worldAndLists = clockChange.chain((change) => fc.record({ calls: callSpecs(change, 40), lists: lists(change) }));

test('a walk through any filter in any order, forwards or backwards, gives each of its calls once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(worldAndLists, async ({ calls: specs, lists }) => {
      await app.database.db.execute(sql`truncate ${calls}`);
      const stored = await insertCalls(
        app.database.db,
        specs.map((spec, index) => toRow(spec, index, world)),
      );
      for (const { filter: marked, orderBy, forwards, backwards } of lists) {
        const filter: CallFilter | null = fillInIds(marked, world, stored);
        const matching = stored.filter((call) => matchesCall(filter, call, world));
        const expected = sortRows(matching, keys[orderBy.field], orderBy.direction).map(({ id }) => idOf('Call', id));
        const ask = async (page: PageVariables) =>
          (await app.query<{ calls: Connection<{ id: string }> }>(listQuery, { filter, orderBy, ...page })).calls;
        const idsOf = (nodes: { id: string }[]) => nodes.map(({ id }) => id);
        expect(idsOf(await walkForwards(ask, forwards))).toEqual(expected);
        expect(idsOf(await walkBackwards(ask, backwards))).toEqual(expected);
        const counted = await app.query(
          'query ($filter: CallFilter) { calls(filter: $filter, first: 1) { totalCount totalCountIsExact } }',
          { filter },
        );
        expect(counted).toEqual({ calls: { totalCount: expected.length, totalCountIsExact: true } });
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);
