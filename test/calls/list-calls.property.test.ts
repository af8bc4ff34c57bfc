import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Call, calls } from '../../src/calls/call.table.ts';
import type { CallFilter, CallOrderField } from '../../src/graphql/generated/inputs.ts';
import { type Connection, type PageVariables, pageFields, walkBackwards, walkForwards } from '../query/walk-pages.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { insertCalls } from '../support/factories.ts';
import { sortRows } from '../support/recount/compare.ts';
import { readDecimal, writeDecimal } from '../support/recount/decimal.ts';
import { idOf, matchesCall, regionOf } from '../support/recount/match.ts';
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

const shown = [
  'callSid direction status disposition outcome endedBy customerNumber agentNumber agentName sourceNumber',
  'destinationNumber dialedNumber startedAt legAPickedAt legBStartedAt legBPickedAt answeredAt endedAt',
  'durationSeconds talkSeconds ivrSeconds ringSeconds waitSeconds recordingUrl keyPress hangupCause errorCode',
  'providerStatus providerDirection createdAt updatedAt',
].flatMap((names) => names.split(' ')) as (keyof Call)[];
const relatives = {
  account: 'Account',
  customer: 'Customer',
  agent: 'Agent',
  virtualNumber: 'VirtualNumber',
  callGroup: 'CallGroup',
  campaign: 'Campaign',
} as const;

/** A call as the query below shows it. */
function expectedNode(call: Call) {
  const related = Object.entries(relatives).map(([field, type]) => {
    const id = idOf(type, call[`${field as keyof typeof relatives}Id`]);
    return [field, id === null ? null : { id }];
  });
  return {
    id: idOf('Call', call.id),
    coins: call.coins === null ? null : writeDecimal(readDecimal(call.coins)),
    ...Object.fromEntries(shown.map((name) => [name, call[name]])),
    ...Object.fromEntries(related),
  };
}

/** The lists that calls are in: all, the live ones, and those of each kind of participant. */
const lists: Record<string, { open: string; close: string; has: (call: Call, id: number) => boolean }> = {
  calls: { open: 'list: calls', close: '', has: () => true },
  liveCalls: {
    open: 'list: liveCalls',
    close: '',
    has: ({ status }) => status === 'RINGING' || status === 'IN_PROGRESS',
  },
  agents: { open: 'owner: agent(id: $id) { list: calls', close: '}', has: (call, id) => call.agentId === id },
  campaigns: { open: 'owner: campaign(id: $id) { list: calls', close: '}', has: (call, id) => call.campaignId === id },
  callGroups: {
    open: 'owner: callGroup(id: $id) { list: calls',
    close: '}',
    has: (call, id) => call.callGroupId === id,
  },
  virtualNumbers: {
    open: 'owner: virtualNumber(id: $id) { list: calls',
    close: '}',
    has: (call, id) => call.virtualNumberId === id,
  },
  customers: { open: 'owner: customer(id: $id) { list: calls', close: '}', has: (call, id) => call.customerId === id },
};
type ListName = 'calls' | 'liveCalls' | 'agents' | 'campaigns' | 'callGroups' | 'virtualNumbers' | 'customers';
const ownerTypes = {
  agents: 'Agent',
  campaigns: 'Campaign',
  callGroups: 'CallGroup',
  virtualNumbers: 'VirtualNumber',
  customers: 'Customer',
} as const;

function queryOf(name: ListName): string {
  const { open, close } = lists[name] as (typeof lists)[string];
  const isOwned = close !== '';
  const order = name === 'liveCalls' ? ['', ''] : ['$orderBy: CallOrder,', 'orderBy: $orderBy,'];
  return `
    query (
      ${isOwned ? '$id: ID!,' : ''} ${order[0]} $filter: CallFilter,
      $first: Int, $after: String, $last: Int, $before: String
    ) {
      ${open}(filter: $filter, ${order[1]} first: $first, after: $after, last: $last, before: $before) {
        edges {
          cursor
          node { id coins ${shown.join(' ')} ${Object.keys(relatives).map((field) => `${field} { id }`)} }
        }
        ${pageFields}
        totalCount
        totalCountIsExact
      } ${close}
    }`;
}

const keys: Record<CallOrderField, (call: Call) => string | number | null> = {
  STARTED_AT: (call) => call.startedAt,
  UPDATED_AT: (call) => call.updatedAt,
  DURATION_SECONDS: (call) => call.durationSeconds,
  TALK_SECONDS: (call) => call.talkSeconds,
  WAIT_SECONDS: (call) => call.waitSeconds,
};

const questions = (change: number) =>
  fc.array(
    fc.record({
      name: fc.oneof(
        { weight: 3, arbitrary: fc.constant<ListName>('calls') },
        { weight: 2, arbitrary: fc.constantFrom(...(Object.keys(lists) as ListName[])) },
      ),
      owner: fc.nat(13),
      filter: fc.option(callFilter(change), { freq: 4 }),
      orderBy: fc.record({
        field: fc.constantFrom(...(Object.keys(keys) as CallOrderField[])),
        direction: fc.constantFrom('ASC' as const, 'DESC' as const),
      }),
      forwards: fc.integer({ min: 3, max: 14 }),
      backwards: fc.integer({ min: 3, max: 17 }),
    }),
    { minLength: 3, maxLength: 5, size: 'max' },
  );

const callsAndQuestions = clockChange.chain((change) =>
  fc.record({ calls: callSpecs(change, 40), asked: fc.noBias(questions(change)) }),
);

type List = Connection<ReturnType<typeof expectedNode>> & { totalCount: number; totalCountIsExact: boolean };

test('a walk through any list of calls, forwards or backwards, gives each that the filter matches once, whole and in order', async () => {
  await fc.assert(
    fc.asyncProperty(callsAndQuestions, async ({ calls: specs, asked }) => {
      await app.database.db.execute(sql`truncate ${calls}`);
      const stored = await insertCalls(
        app.database.db,
        specs.map((spec, index) => toRow(spec, index, world)),
      );
      for (const { name, owner: place, filter: marked, orderBy, forwards, backwards } of asked) {
        const filter: CallFilter | null = fillInIds(marked, world, stored);
        const owners = name === 'calls' || name === 'liveCalls' ? [] : world[name];
        const owner = owners[place % owners.length];
        const region = world.accounts.find(({ id }) => id === owner?.accountId)?.region ?? regionOf(world, filter);
        const { has } = lists[name] as (typeof lists)[string];
        const matching = stored.filter((call) => has(call, owner?.id ?? 0) && matchesCall(filter, call, world, region));
        const { field, direction } =
          name === 'liveCalls' ? ({ field: 'STARTED_AT', direction: 'DESC' } as const) : orderBy;
        const expected = sortRows(matching, keys[field], direction).map(expectedNode);
        const id = owner ? idOf(ownerTypes[name as keyof typeof ownerTypes], owner.id) : null;
        const ask = async (page: PageVariables) => {
          const answer = await app.query<{ list?: List; owner?: { list: List } }>(queryOf(name), {
            ...(id !== null && { id }),
            ...(name !== 'liveCalls' && { orderBy }),
            filter,
            ...page,
          });
          const list = (answer.owner ?? answer).list as List;
          expect(list).toMatchObject({ totalCount: expected.length, totalCountIsExact: true });
          return list;
        };
        expect(await walkForwards(ask, forwards)).toEqual(expected);
        expect(await walkBackwards(ask, backwards)).toEqual(expected);
      }
    }),
    { numRuns: 20 },
  );
}, 120_000);
