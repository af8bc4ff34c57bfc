import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { administrator, type Viewer } from '../../src/access/viewer.ts';
import { type Call, calls } from '../../src/calls/call.table.ts';
import { hasNumbers } from '../../src/calls/list/call-filter.ts';
import type { CallFilter, LiveBoardDimension } from '../../src/graphql/generated/inputs.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { insertCalls } from '../support/factories.ts';
import { idOf, matchesCall } from '../support/recount/match.ts';
import { type FewFigures, fewFiguresFragments, recountFewFigures, rounded } from '../support/recount/metrics.ts';
import { callSpecs, clockChange, toRow } from '../support/recount/random-calls.ts';
import { callFilter } from '../support/recount/random-filters.ts';
import { fillInIds, makeWorld, serviceSettings, type World } from '../support/recount/world.ts';

let app: TestApp;
let world: World;
const viewers: Record<string, Viewer> = { all: administrator };

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  app = await startApp({ ...serviceSettings, viewerOf: (name = 'all') => viewers[name] as Viewer });
  world = await makeWorld(app);
  viewers.own = { ...administrator, name: 'own', accounts: [app.account.id] };
  viewers.other = { ...administrator, name: 'other', accounts: [world.accounts[1]?.id ?? 0] };
  viewers.masked = { name: 'masked', accounts: 'all', scopes: ['metrics', 'calls'] };
});
afterAll(async () => {
  await app.close();
  vi.useRealTimers();
});

const hourMs = 3_600_000;
const keyFields = {
  ACCOUNT: ['account', 'Account', 'accountId'],
  CALL_GROUP: ['callGroup', 'CallGroup', 'callGroupId'],
  VIRTUAL_NUMBER: ['virtualNumber', 'VirtualNumber', 'virtualNumberId'],
  AGENT: ['agent', 'Agent', 'agentId'],
} as const;

type Figures = {
  ringingCount: number;
  longestWaitSeconds: number | null;
  longestWaitSince: string | null;
  talkingCount: number;
  agentsOnPhoneCount: number;
  lastHour: FewFigures;
};
type Key = { id: string } | null;
type Row = { account: Key; callGroup: Key; virtualNumber: Key; agent: Key; figures: Figures };
type Answer = {
  data: {
    serverTime: string;
    liveBoard: { serverTime: string; totals: Figures; breakdown: Row[] };
    liveCalls: { nodes: { id: string; waitingSeconds: number | null }[] };
    calls: { nodes: { id: string; waitingSeconds: number | null }[] };
    callMetrics: { totals: FewFigures };
  } | null;
  errors?: { extensions: { code: string } }[];
};

const query = `query ($filter: CallFilter, $by: LiveBoardDimension!, $first: Int!, $short: Int!) {
  serverTime
  liveBoard(filter: $filter) {
    serverTime
    totals { ...L }
    breakdown(by: $by, first: $first) { account { id } callGroup { id } virtualNumber { id } agent { id } figures { ...L } }
  }
  liveCalls(filter: $filter, first: 500) { nodes { id waitingSeconds } }
  calls(filter: $filter, first: 500) { nodes { id waitingSeconds } }
  callMetrics(range: { last: "PT1H" }, filter: $filter) { totals { ...FewFigures } }
}
fragment L on LiveFigures {
  ringingCount longestWaitSeconds longestWaitSince talkingCount agentsOnPhoneCount lastHour { ...FewFigures }
}
${fewFiguresFragments}`;

async function askAs(who: string, variables: Record<string, unknown>): Promise<Answer> {
  const headers = { 'content-type': 'application/json', authorization: who };
  const body = JSON.stringify({ query, variables: { short: 5, ...variables } });
  return (await fetch(`${app.url}/graphql`, { method: 'POST', headers, body })).json() as Promise<Answer>;
}

const isLive = ({ status }: Call) => status === 'RINGING' || status === 'IN_PROGRESS';
const startedLately = (call: Call, now: number) => {
  const started = Date.parse(call.startedAt);
  return started >= now - hourMs && started < now;
};
const waitsSince = (call: Call) => Date.parse(call.legAPickedAt ?? call.startedAt);
const waitOf = (call: Call, now: number) =>
  call.status === 'RINGING' ? Math.max(0, Math.floor((now - waitsSince(call)) / 1000)) : null;

/** What a board shows of calls, counted one by one. */
function recount(among: readonly Call[], now: number): Figures {
  const ringing = among.filter(({ status }) => status === 'RINGING');
  const talking = among.filter(({ status }) => status === 'IN_PROGRESS');
  const since = ringing.length > 0 ? Math.min(...ringing.map(waitsSince)) : null;
  const lately = among.filter((call) => startedLately(call, now));
  return {
    ringingCount: ringing.length,
    longestWaitSeconds: ringing.length > 0 ? Math.max(...ringing.map((call) => waitOf(call, now) ?? 0)) : null,
    longestWaitSince: since === null ? null : new Date(since).toISOString(),
    talkingCount: talking.length,
    agentsOnPhoneCount: new Set(talking.map(({ agentId }) => agentId).filter((id) => id !== null)).size,
    lastHour: recountFewFigures(lately, { short: 5 }),
  };
}

/** The rows of a board in order. */
function recountRows(among: readonly Call[], by: LiveBoardDimension, now: number): Row[] {
  const [field, type, column] = keyFields[by];
  const shown = among.filter((call) => isLive(call) || startedLately(call, now));
  const groups = new Map<number | null, Call[]>();
  for (const call of shown) groups.set(call[column], [...(groups.get(call[column]) ?? []), call]);
  const rows = [...groups].map(([key, own]) => ({ key, figures: recount(own, now) }));
  rows.sort((a, b) => {
    const [x, y] = [a.figures.longestWaitSince, b.figures.longestWaitSince];
    if (x !== y) return x === null ? 1 : y === null ? -1 : Date.parse(x) - Date.parse(y);
    const order =
      b.figures.talkingCount - a.figures.talkingCount || b.figures.lastHour.callCount - a.figures.lastHour.callCount;
    if (order !== 0) return order;
    return a.key === null ? 1 : b.key === null ? -1 : a.key - b.key;
  });
  const none = { account: null, callGroup: null, virtualNumber: null, agent: null };
  return rows.map(({ key, figures }) => ({ ...none, [field]: key === null ? null : { id: idOf(type, key) }, figures }));
}

const boards = clockChange.chain((now) =>
  fc.record({
    now: fc.constant(now),
    calls: callSpecs(now, 40),
    statuses: fc.array(fc.constantFrom('RINGING', 'RINGING', 'IN_PROGRESS', 'UNREPORTED', null, null), {
      minLength: 40,
      maxLength: 40,
    }),
    asked: fc.array(
      fc.record({
        who: fc.constantFrom('all', 'own', 'other', 'masked'),
        filter: fc.option(callFilter(now), { freq: 2 }),
        by: fc.constantFrom<LiveBoardDimension>('ACCOUNT', 'CALL_GROUP', 'VIRTUAL_NUMBER', 'AGENT'),
        first: fc.constantFrom(1, 3, 500),
      }),
      { minLength: 4, maxLength: 6, size: 'max' },
    ),
  }),
);

test('a board is what a recount of the calls gives, for any filter, accounts and mask', async () => {
  const seen = { rows: 0, waits: 0, agents: 0, lately: 0 };
  await fc.assert(
    fc.asyncProperty(fc.noBias(boards), async ({ now, calls: specs, statuses, asked }) => {
      vi.setSystemTime(now);
      await app.database.db.execute(sql`truncate ${calls}`);
      const stored = await insertCalls(
        app.database.db,
        specs.map((spec, i) =>
          toRow({ ...spec, status: (statuses[i] as Call['status'] | null) ?? spec.status }, i, world),
        ),
      );
      for (const { who, filter: marked, by, first } of asked) {
        const filter = fillInIds<CallFilter | null>(marked, world, stored);
        const { data, errors } = await askAs(who, { filter, by, first });
        const codes = new Set(errors?.map(({ extensions }) => extensions.code));
        if (codes.size > 0) {
          // Who is not shown numbers may ask of them only whether there is one.
          expect([who, [...codes], hasNumbers(filter)]).toEqual(['masked', ['FORBIDDEN'], true]);
          continue;
        }
        const { accounts } = viewers[who] as Viewer;
        const among = stored.filter(
          (call) => (accounts === 'all' || accounts.includes(call.accountId)) && matchesCall(filter, call, world),
        );
        const expected = { totals: recount(among, now), rows: recountRows(among, by, now).slice(0, first) };
        const at = new Date(now).toISOString();
        expect([data?.serverTime, data?.liveBoard.serverTime]).toEqual([at, at]);
        expect(rounded(data?.liveBoard.totals)).toEqual(rounded(expected.totals));
        expect(rounded(data?.liveBoard.breakdown)).toEqual(rounded(expected.rows));
        // The same as everywhere else where it is told.
        expect(data?.liveBoard.totals.lastHour).toEqual(data?.callMetrics.totals);
        const waits = (some: readonly Call[]) =>
          new Map(some.map((call) => [idOf('Call', call.id), waitOf(call, now)] as const));
        const told = (list: { nodes: { id: string; waitingSeconds: number | null }[] } | undefined) =>
          new Map(list?.nodes.map(({ id, waitingSeconds }) => [id, waitingSeconds]));
        expect(told(data?.liveCalls)).toEqual(waits(among.filter(isLive)));
        expect(told(data?.calls)).toEqual(waits(among));
        seen.rows += expected.rows.length;
        seen.waits += Number((expected.totals.longestWaitSeconds ?? 0) > 0);
        seen.agents += Number(expected.totals.agentsOnPhoneCount > 1);
        seen.lately += Number(expected.totals.lastHour.answeredCount > 0);
      }
    }),
    { numRuns: 12 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  expect(seen.rows).toBeGreaterThan(50);
}, 120_000);
