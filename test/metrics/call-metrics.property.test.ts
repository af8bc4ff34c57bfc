import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Call, calls } from '../../src/calls/call.table.ts';
import type { CallDimension, CallFilter, CallMetric } from '../../src/graphql/generated/inputs.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { insertCalls } from '../support/factories.ts';
import { recountReached, recountRepeats } from '../support/recount/follow-ups.ts';
import { type GroupKeys, groupsInOrder } from '../support/recount/groups.ts';
import { bucketsOfRange, clockAt, type Interval } from '../support/recount/local-time.ts';
import { idOf, matchesCall, namedAccount } from '../support/recount/match.ts';
import {
  additive,
  type FewFigures,
  type Figures,
  fewFiguresFragments,
  figuresFragments,
  recountFewFigures,
  recountFigures,
  rounded,
  type Thresholds,
  thresholdVariables,
} from '../support/recount/metrics.ts';
import { callSpecs, clockChange, moments, seconds, toRow, zones } from '../support/recount/random-calls.ts';
import { callFilter } from '../support/recount/random-filters.ts';
import { goingOn, recountTraffic, type Stretch } from '../support/recount/traffic.ts';
import { fillInIds, makeWorld, serviceSettings, type World } from '../support/recount/world.ts';

let app: TestApp;
let world: World;

beforeAll(async () => {
  app = await startApp(serviceSettings);
  world = await makeWorld(app);
});
afterAll(() => app.close());

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How long a range is, and the intervals that cut it into not too many buckets. */
const lengths: { ms: number; intervals: Interval[] }[] = [
  { ms: 0, intervals: ['QUARTER_HOUR', 'DAY', 'YEAR'] },
  { ms: 1, intervals: ['QUARTER_HOUR', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] },
  { ms: 6 * hourMs, intervals: ['QUARTER_HOUR', 'HOUR', 'DAY'] },
  { ms: 2 * dayMs, intervals: ['HOUR', 'DAY', 'WEEK'] },
  { ms: 20 * dayMs, intervals: ['DAY', 'WEEK', 'MONTH'] },
  { ms: 200 * dayMs, intervals: ['WEEK', 'MONTH', 'QUARTER'] },
  { ms: 900 * dayMs, intervals: ['MONTH', 'QUARTER', 'YEAR'] },
];

const dimensions: CallDimension[] = [
  'ACCOUNT',
  'AGENT',
  'CAMPAIGN',
  'CALL_GROUP',
  'VIRTUAL_NUMBER',
  'CUSTOMER',
  'DIRECTION',
  'DISPOSITION',
  'HOUR_OF_DAY',
  'DAY_OF_WEEK',
];
const metrics: CallMetric[] = [
  'CALL_COUNT',
  'ANSWERED_COUNT',
  'MISSED_COUNT',
  'ABANDONED_COUNT',
  'ANSWER_RATE',
  'ABANDON_RATE',
  'TALK_SECONDS_TOTAL',
  'TALK_SECONDS_AVERAGE',
  'WAIT_SECONDS_AVERAGE',
  'SPEED_OF_ANSWER_AVERAGE',
  'COINS_TOTAL',
];

const thresholds: fc.Arbitrary<Thresholds> = fc.record({
  within: fc.constantFrom(...seconds, 86_400),
  short: fc.constantFrom(...seconds),
  p: fc.constantFrom(0.1, 5, 25, 50, 90, 99.9),
  bounds: fc
    .uniqueArray(fc.constantFrom(...seconds, -5), { minLength: 1, maxLength: 4 })
    .map((bounds) => bounds.sort((a, b) => a - b)),
});

type Range = { between: { from: string; to: string } };

const ranges = (change: number) =>
  fc.tuple(moments(change), fc.constantFrom(...lengths), fc.integer({ min: -2, max: 2 })).map(([at, length, shift]) => {
    const from = shift === 0 ? at : at - Math.floor((length.ms * (shift + 2)) / 4);
    const range: Range = {
      between: { from: new Date(from).toISOString(), to: new Date(from + length.ms).toISOString() },
    };
    return { range, intervals: length.intervals };
  });

const questions = (change: number) =>
  ranges(change).chain(({ range, intervals }) =>
    fc.record({
      range: fc.constant(range),
      interval: fc.constantFrom(...intervals),
      filter: fc.option(callFilter(change), { freq: 3 }),
      timeZone: fc.option(fc.constantFrom(...zones), { freq: 6 }),
      weekStartsOn: fc.integer({ min: 1, max: 7 }),
      thresholds,
      by: fc.uniqueArray(fc.constantFrom(...dimensions), { minLength: 1, maxLength: 3, size: 'max' }),
      orderBy: fc.record({
        metric: fc.constantFrom(...metrics),
        direction: fc.constantFrom('ASC' as const, 'DESC' as const),
      }),
      first: fc.integer({ min: 3, max: 15 }),
    }),
  );
type Question = ReturnType<typeof questions> extends fc.Arbitrary<infer Asked> ? Asked : never;

const callsAndQuestions = clockChange.chain((change) =>
  fc.record({
    calls: callSpecs(change, 50),
    questions: fc.noBias(fc.array(questions(change), { minLength: 2, maxLength: 4, size: 'max' })),
  }),
);

/** Holds for random calls and questions; `check` is given the calls of filter and range. */
async function forAllQuestions(
  check: (question: Question, among: Call[], variables: object) => Promise<void>,
  numRuns = 20,
) {
  await fc.assert(
    fc.asyncProperty(callsAndQuestions, async ({ calls: specs, questions }) => {
      await app.database.db.execute(sql`truncate ${calls}`);
      const stored = await insertCalls(
        app.database.db,
        specs.map((spec, index) => toRow(spec, index, world)),
      );
      for (const marked of questions) {
        const question = { ...marked, filter: fillInIds<CallFilter | null>(marked.filter, world, stored) };
        const { range, filter, timeZone, weekStartsOn } = question;
        const { from, to } = range.between;
        const among = stored.filter(
          (call) => call.startedAt >= from && call.startedAt < to && matchesCall(filter, call, world),
        );
        await check(question, among, { range, filter, timeZone, weekStartsOn, ...question.thresholds });
      }
    }),
    { numRuns },
  );
}

/** The zone in which a question is answered. */
function zoneOf(timeZone: string | null, filter: CallFilter | null): string {
  return timeZone ?? namedAccount(world, filter)?.timeZone ?? world.service.timeZone;
}

/** callCount and its parts, in every set of calls. */
function expectIdentities(figures: FewFigures): void {
  const { callCount, completedCount, liveCount, unreportedCount, offeredCount } = figures;
  expect(callCount).toBe(completedCount + liveCount + unreportedCount);
  expect(completedCount).toBe(offeredCount + figures.ivrEndedCount + figures.unknownCount);
  expect(offeredCount).toBe(figures.answeredCount + figures.missedCount + figures.abandonedCount);
}

function sumOf(parts: readonly FewFigures[]): bigint[] {
  return additive(recountFewFigures([], { short: 0 })).map((zero, i) =>
    parts.reduce((total, part) => total + (additive(part)[i] ?? 0n), zero),
  );
}

const question = '$range: TimeRangeInput!, $filter: CallFilter, $timeZone: TimeZone, $weekStartsOn: Int!';
const asked = 'range: $range, filter: $filter, timeZone: $timeZone, weekStartsOn: $weekStartsOn';

type Bucket = { start: string; end: string; label: string; isPartial: boolean; metrics: FewFigures };
type SeriesReport = { from: string; to: string; timeZone: string; totals: Figures; timeSeries: Bucket[] };

test('totals and every bucket of every interval are what a recount gives, and add up', async () => {
  const query = `
    query ($interval: TimeInterval!, ${question}, ${thresholdVariables}) {
      callMetrics(${asked}) {
        from to timeZone
        totals { ...Figures }
        timeSeries(interval: $interval) { start end label isPartial metrics { ...FewFigures } }
      }
    }
    ${figuresFragments}`;
  await forAllQuestions(async ({ range, filter, timeZone, weekStartsOn, interval, thresholds }, among, variables) => {
    const { callMetrics } = await app.query<{ callMetrics: SeriesReport }>(query, { ...variables, interval });
    const { from, to } = range.between;
    const zone = zoneOf(timeZone, filter);
    const buckets = bucketsOfRange(interval, zone, weekStartsOn, Date.parse(from), Date.parse(to));
    const now = new Date().toISOString();
    expect(rounded(callMetrics)).toEqual(
      rounded({
        from,
        to,
        timeZone: zone,
        totals: recountFigures(among, thresholds),
        timeSeries: buckets.map(({ start, end, label }) => ({
          start,
          end,
          label,
          isPartial: start < from || end > to || end > now,
          metrics: recountFewFigures(
            among.filter(({ startedAt }) => startedAt >= start && startedAt < end),
            thresholds,
          ),
        })),
      }),
    );
    const { totals, timeSeries } = callMetrics;
    for (const figures of [totals, ...timeSeries.map((bucket) => bucket.metrics)]) expectIdentities(figures);
    expect(sumOf(timeSeries.map((bucket) => bucket.metrics))).toEqual(additive(totals));
  });
}, 120_000);

type Group = GroupKeys & { metrics: Figures };
type GroupsReport = {
  totals: FewFigures;
  breakdown: {
    edges: { cursor: string; node: Group }[];
    nodes: Group[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
    totalCount: number;
    other: Figures | null;
  };
};

test('groups by any dimensions come in any order page by page, are what a recount gives, and add up with the rest', async () => {
  const query = `
    query ($by: [CallDimension!]!, $orderBy: CallMetricsOrder, $first: Int!, $after: String, ${question}, ${thresholdVariables}) {
      callMetrics(${asked}) {
        totals { ...FewFigures }
        breakdown(by: $by, orderBy: $orderBy, first: $first, after: $after) {
          edges { cursor node { ...Keys metrics { ...Figures } } }
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
          totalCount
          other { ...Figures }
        }
      }
    }
    fragment Keys on CallMetricsGroup {
      account { id } agent { id } campaign { id } callGroup { id } virtualNumber { id } customer { id } direction disposition
      hourOfDay dayOfWeek
    }
    ${figuresFragments}`;
  await forAllQuestions(async ({ filter, timeZone, by, orderBy, first, thresholds }, among, variables) => {
    const expected = groupsInOrder(among, by, orderBy, world, zoneOf(timeZone, filter));
    const met: Group[] = [];
    for (let after: string | null = null; ; ) {
      const answer: { callMetrics: GroupsReport } = await app.query(query, { ...variables, by, orderBy, first, after });
      const { totals, breakdown } = answer.callMetrics;
      const page = expected.slice(met.length, met.length + first);
      const rest = expected.slice(met.length + first).flatMap((group) => group.calls);
      const nodes = breakdown.edges.map(({ node }) => node);
      expect(rounded(nodes)).toEqual(
        page.map((group) => ({ ...group.keys, metrics: rounded(recountFigures(group.calls, thresholds)) })),
      );
      expect(rounded(breakdown.other)).toEqual(rest.length === 0 ? null : rounded(recountFigures(rest, thresholds)));
      expect(breakdown).toMatchObject({
        totalCount: expected.length,
        pageInfo: {
          hasNextPage: rest.length > 0,
          hasPreviousPage: met.length > 0,
          startCursor: breakdown.edges[0]?.cursor ?? null,
          endCursor: breakdown.edges.at(-1)?.cursor ?? null,
        },
      });
      met.push(...nodes);
      const sets = [...met.map((group) => group.metrics), ...(breakdown.other ? [breakdown.other] : [])];
      for (const figures of sets) expectIdentities(figures);
      expect(sumOf(sets)).toEqual(additive(totals));
      if (!breakdown.pageInfo.hasNextPage) break;
      after = breakdown.pageInfo.endCursor;
    }
    expect(met).toHaveLength(expected.length);
  });
}, 120_000);

test('the heat map has 168 cells by the wall clock, which are what a recount gives and add up to the totals', async () => {
  const query = `
    query (${question}, $short: Int!) {
      callMetrics(${asked}) {
        totals { ...FewFigures }
        heatMap { dayOfWeek hourOfDay metrics { ...FewFigures } }
      }
    }
    ${fewFiguresFragments}`;
  type Cell = { dayOfWeek: number; hourOfDay: number; metrics: FewFigures };
  await forAllQuestions(async ({ filter, timeZone, thresholds }, among, variables) => {
    const { short } = thresholds;
    const { range, weekStartsOn } = variables as { range: Range; weekStartsOn: number };
    const { callMetrics } = await app.query<{ callMetrics: { totals: FewFigures; heatMap: Cell[] } }>(query, {
      range,
      filter,
      timeZone,
      weekStartsOn,
      short,
    });
    const zone = zoneOf(timeZone, filter);
    const cells = Array.from({ length: 168 }, (_, i) => ({ dayOfWeek: Math.floor(i / 24) + 1, hourOfDay: i % 24 }));
    expect(rounded(callMetrics.heatMap)).toEqual(
      rounded(
        cells.map((cell) => ({
          ...cell,
          metrics: recountFewFigures(
            among.filter(({ startedAt }) => {
              const at = clockAt(zone, startedAt);
              return at.dayOfWeek === cell.dayOfWeek && at.hourOfDay === cell.hourOfDay;
            }),
            thresholds,
          ),
        })),
      ),
    );
    expect(sumOf(callMetrics.heatMap.map(({ metrics }) => metrics))).toEqual(additive(callMetrics.totals));
  }, 8);
}, 120_000);

test('each group has its own series, and drilling through shows exactly its calls', async () => {
  const query = `
    query ($by: [CallDimension!]!, $orderBy: CallMetricsOrder, $first: Int!, $interval: TimeInterval!, ${question}) {
      callMetrics(${asked}) {
        breakdown(by: $by, orderBy: $orderBy, first: $first) {
          nodes {
            metrics { callCount }
            timeSeries(interval: $interval) { start metrics { callCount talkTime { sum } } }
            calls(first: 500) { totalCount totalCountIsExact nodes { callSid } pageInfo { hasNextPage } }
          }
        }
      }
    }`;
  type Node = {
    metrics: { callCount: number };
    timeSeries: { start: string; metrics: { callCount: number; talkTime: { sum: number } } }[];
    calls: { totalCount: number; totalCountIsExact: boolean; nodes: { callSid: string }[] };
  };
  await forAllQuestions(async (asking, among) => {
    const { range, filter, timeZone, weekStartsOn, by, orderBy, first, interval, thresholds } = asking;
    const variables = { range, filter, timeZone, weekStartsOn, by, orderBy, first, interval };
    const zone = zoneOf(timeZone, filter);
    const { callMetrics } = await app.query<{ callMetrics: { breakdown: { nodes: Node[] } } }>(query, variables);
    const expected = groupsInOrder(among, by, orderBy, world, zone).slice(0, first);
    const [from, to] = [Date.parse(range.between.from), Date.parse(range.between.to)];
    const buckets = bucketsOfRange(interval, zone, weekStartsOn, from, to);
    expect(callMetrics.breakdown.nodes).toEqual(
      expected.map(({ calls: own }) => ({
        metrics: { callCount: own.length },
        timeSeries: buckets.map(({ start, end }) => {
          const inside = own.filter(({ startedAt }) => startedAt >= start && startedAt < end);
          const { callCount, talkTime } = recountFewFigures(inside, thresholds);
          return { start, metrics: { callCount, talkTime: { sum: talkTime.sum } } };
        }),
        calls: {
          totalCount: own.length,
          totalCountIsExact: true,
          nodes: [...own]
            .sort((a, b) => (a.startedAt === b.startedAt ? b.id - a.id : a.startedAt < b.startedAt ? 1 : -1))
            .map(({ callSid }) => ({ callSid })),
          pageInfo: { hasNextPage: false },
        },
      })),
    );
  });
}, 120_000);

test('drilling through a report, its comparison, a bucket and a bucket of a group shows the calls that are counted there', async () => {
  const page = 'calls(first: 60) { totalCount totalCountIsExact nodes { callSid } pageInfo { hasNextPage } }';
  const query = `
    query ($by: [CallDimension!]!, $interval: TimeInterval!, ${question}) {
      calls(first: 60, ${asked}) { totalCount totalCountIsExact nodes { callSid } pageInfo { hasNextPage } }
      callMetrics(${asked}) {
        totals { callCount }
        ${page}
        timeSeries(interval: $interval) { metrics { callCount } ${page} }
        breakdown(by: $by, first: 2) { nodes { timeSeries(interval: $interval) { metrics { callCount } ${page} } } }
        compare(to: SAME_PERIOD_LAST_WEEK) { totals { callCount } ${page} }
      }
    }`;
  type Page = { totalCount: number; totalCountIsExact: boolean; nodes: { callSid: string }[] };
  type Counted = { metrics: { callCount: number }; calls: Page };
  type Report = { totals: { callCount: number }; calls: Page };
  type Answer = {
    calls: Page;
    callMetrics: Report & {
      timeSeries: Counted[];
      breakdown: { nodes: { timeSeries: Counted[] }[] };
      compare: Report;
    };
  };
  const pageOf = (own: readonly Call[]) => ({
    totalCount: own.length,
    totalCountIsExact: true,
    nodes: [...own]
      .sort((a, b) => (a.startedAt === b.startedAt ? b.id - a.id : a.startedAt < b.startedAt ? 1 : -1))
      .map(({ callSid }) => ({ callSid })),
    pageInfo: { hasNextPage: false },
  });
  await forAllQuestions(async ({ range, filter, timeZone, weekStartsOn, interval, by }, among) => {
    const variables = { range, filter, timeZone, weekStartsOn, interval, by };
    const { calls: listed, callMetrics } = await app.query<Answer>(query, variables);
    const zone = zoneOf(timeZone, filter);
    expect(listed).toEqual(pageOf(among));
    expect(callMetrics.calls).toEqual(pageOf(among));
    expect(callMetrics.totals.callCount).toBe(among.length);
    const buckets = bucketsOfRange(
      interval,
      zone,
      weekStartsOn,
      Date.parse(range.between.from),
      Date.parse(range.between.to),
    );
    const inside = (calls: readonly Call[]) =>
      buckets.map(({ start, end }) => calls.filter(({ startedAt }) => startedAt >= start && startedAt < end));
    const seriesOf = (calls: readonly Call[]) =>
      inside(calls).map((own) => ({ metrics: { callCount: own.length }, calls: pageOf(own) }));
    expect(callMetrics.timeSeries).toEqual(seriesOf(among));
    const groups = groupsInOrder(among, by, { metric: 'CALL_COUNT', direction: 'DESC' }, world, zone).slice(0, 2);
    expect(callMetrics.breakdown.nodes).toEqual(groups.map(({ calls: own }) => ({ timeSeries: seriesOf(own) })));
    const { compare } = callMetrics;
    expect(compare.calls.totalCount).toBe(compare.totals.callCount);
    expect(compare.calls.nodes).toHaveLength(compare.totals.callCount);
  }, 6);
}, 120_000);

test('under agents, campaigns and the like stand the figures of their calls, in the zone of their account', async () => {
  const variables = '$range: TimeRangeInput!, $filter: CallFilter, $timeZone: TimeZone, $weekStartsOn: Int!';
  const own = `id account { id } metrics(${asked}) { ...FewFigures }`;
  const query = `
    query (${variables}, $short: Int!) {
      agents(first: 500) { nodes { ${own} } }
      campaigns(first: 500) { nodes { ${own} } }
      callGroups(first: 500) { nodes { ${own} } }
      virtualNumbers(first: 500) { nodes { ${own} } }
      customers(first: 500) { nodes { ${own} } }
    }
    ${fewFiguresFragments}`;
  const kinds = {
    agents: ['Agent', 'agentId'],
    campaigns: ['Campaign', 'campaignId'],
    callGroups: ['CallGroup', 'callGroupId'],
    virtualNumbers: ['VirtualNumber', 'virtualNumberId'],
    customers: ['Customer', 'customerId'],
  } as const;
  type Row = { id: string; account: { id: string }; metrics: FewFigures };
  await forAllQuestions(async ({ range, filter, timeZone, weekStartsOn, thresholds }) => {
    const stored = await app.database.db.select().from(calls);
    const { short } = thresholds;
    const answer = await app.query<Record<keyof typeof kinds, { nodes: Row[] }>>(query, {
      range,
      filter,
      timeZone,
      weekStartsOn,
      short,
    });
    const { from, to } = range.between;
    for (const [name, [type, column]] of Object.entries(kinds) as [keyof typeof kinds, (typeof kinds)['agents']][]) {
      for (const { id, account, metrics } of answer[name].nodes) {
        const { region } = world.accounts.find((row) => idOf('Account', row.id) === account.id) ?? world.service;
        const theirs = stored.filter(
          (call) =>
            idOf(type, call[column]) === id &&
            call.startedAt >= from &&
            call.startedAt < to &&
            matchesCall(filter, call, { ...world, service: { ...world.service, region } }, region),
        );
        expect(rounded(metrics)).toEqual(rounded(recountFewFigures(theirs, thresholds)));
      }
    }
  }, 8);
}, 120_000);

test('a comparison is what the same question over the other range answers', async () => {
  const report =
    'from to isFinal totals { ...FewFigures } timeSeries(interval: $interval) { label metrics { callCount } }';
  const variables = `$interval: TimeInterval!, ${question}, $short: Int!`;
  const compared = `query (${variables}, $to: Comparison!) {
    callMetrics(${asked}) { compare(to: $to) { ${report} } }
  } ${fewFiguresFragments}`;
  const direct = `query (${variables}) { callMetrics(${asked}) { ${report} } } ${fewFiguresFragments}`;
  type Report = { from: string; to: string };
  await forAllQuestions(async ({ range, filter, timeZone, weekStartsOn, interval, thresholds: { short } }) => {
    const asking = { filter, timeZone, weekStartsOn, interval, short };
    for (const to of ['PREVIOUS_PERIOD', 'SAME_PERIOD_LAST_WEEK', 'SAME_PERIOD_LAST_YEAR']) {
      const { callMetrics } = await app.query<{ callMetrics: { compare: Report } }>(compared, { ...asking, range, to });
      const { compare } = callMetrics;
      const again = await app.query<{ callMetrics: Report }>(direct, {
        ...asking,
        range: { between: { from: compare.from, to: compare.to } },
      });
      expect(compare).toEqual(again.callMetrics);
    }
  }, 8);
}, 120_000);

const beyond = `
  fragment Beyond on CallMetrics {
    repeatCustomerRate(withinHours: $hours) { ...R }
    missedCustomersReached(withinHours: $hours) { ...R }
    peakConcurrentCalls peakConcurrentAt erlangs busyHour { start callCount erlangs }
  }
  fragment R on Ratio { value numerator denominator excluded }`;

test('figures that look beyond the calls of the range are what a recount gives, in totals, buckets, groups, cells and rest', async () => {
  const query = `
    query ($interval: TimeInterval!, $by: [CallDimension!]!, $first: Int!, $hours: Int!, ${question}) {
      callMetrics(${asked}) {
        totals { ...Beyond }
        timeSeries(interval: $interval) { start metrics { ...Beyond } }
        breakdown(by: $by, first: $first) { nodes { metrics { ...Beyond } } other { ...Beyond } }
        heatMap { metrics { ...Beyond } }
      }
    }
    ${beyond}`;
  const now = Date.now();
  await forAllQuestions(async (asking, among) => {
    const { range, filter, timeZone, weekStartsOn, interval, by, first, thresholds } = asking;
    // The recount looks at every quarter of an hour.
    if (Date.parse(range.between.to) - Date.parse(range.between.from) > 2 * dayMs) return;
    const zone = zoneOf(timeZone, filter);
    const hours = Math.max(1, thresholds.within % 9000);
    const variables = { range, filter, timeZone, weekStartsOn, interval, by, first, hours };
    const { callMetrics } = await app.query<{ callMetrics: unknown }>(query, variables);
    const stored = await app.database.db.select().from(calls);
    const asked = stored.filter((call) => matchesCall(filter, call, world));
    const [from, to] = [Date.parse(range.between.from), Math.min(Date.parse(range.between.to), now)];
    const figures = (own: Call[], isAt: (call: Call, ms: number) => boolean, pieces: Stretch[]) => ({
      repeatCustomerRate: recountRepeats(own, stored, hours, now),
      missedCustomersReached: recountReached(own, stored, hours, now),
      ...recountTraffic(
        asked.flatMap((call) => {
          const span = goingOn(call, now);
          const parts = span ? pieces.flatMap((piece) => clip(span, piece)) : [];
          return joined(parts.filter((part) => isAt(call, part.from)));
        }),
        joined(pieces),
      ),
    });
    const whole = from < to ? [{ from, to }] : [];
    const everywhere = () => true;
    // Zones of these tests change what the clock shows only at full quarters of UTC.
    const quarters = cutAt(whole, 15 * 60_000);
    const shown = new Map<number, ReturnType<typeof clockAt>>();
    const clock = (ms: number) => {
      const at = shown.get(ms) ?? clockAt(zone, new Date(ms).toISOString());
      shown.set(ms, at);
      return at;
    };
    const groups = groupsInOrder(among, by, { metric: 'CALL_COUNT', direction: 'DESC' }, world, zone);
    const names = new Map<string, string>();
    const keysAt = (call: Call, ms: number) => {
      const { hourOfDay, dayOfWeek } = clock(ms);
      const known = `${call.id} ${hourOfDay} ${dayOfWeek}`;
      const startedAt = new Date(ms).toISOString();
      const order = { metric: 'CALL_COUNT', direction: 'ASC' } as const;
      const keys =
        names.get(known) ?? JSON.stringify(groupsInOrder([{ ...call, startedAt }], by, order, world, zone)[0]?.keys);
      names.set(known, keys);
      return keys;
    };
    const isTimed = by.some((dimension) => dimension === 'HOUR_OF_DAY' || dimension === 'DAY_OF_WEEK');
    const grouped = (some: typeof groups) => {
      const keys = new Set(some.map((group) => JSON.stringify(group.keys)));
      const times = new Set(some.map(({ keys: { hourOfDay, dayOfWeek } }) => `${hourOfDay} ${dayOfWeek}`));
      const isTheirs = ({ from: at }: Stretch) => {
        const { hourOfDay, dayOfWeek } = clock(at);
        return times.has(
          `${by.includes('HOUR_OF_DAY') ? hourOfDay : null} ${by.includes('DAY_OF_WEEK') ? dayOfWeek : null}`,
        );
      };
      const pieces = isTimed ? quarters.filter(isTheirs) : whole;
      return figures(
        some.flatMap((group) => group.calls),
        (call, at) => keys.has(keysAt(call, at)),
        pieces,
      );
    };
    const [start, end] = [Date.parse(range.between.from), Date.parse(range.between.to)];
    const rest = groups.slice(first);
    expect(rounded(callMetrics)).toEqual(
      rounded({
        totals: figures(among, everywhere, whole),
        timeSeries: bucketsOfRange(interval, zone, weekStartsOn, start, end).map((bucket) => ({
          start: bucket.start,
          metrics: figures(
            among.filter(({ startedAt }) => startedAt >= bucket.start && startedAt < bucket.end),
            everywhere,
            whole.flatMap((piece) => clip(piece, { from: Date.parse(bucket.start), to: Date.parse(bucket.end) })),
          ),
        })),
        breakdown: {
          nodes: groups.slice(0, first).map((group) => ({ metrics: grouped([group]) })),
          other: rest.length > 0 ? grouped(rest) : null,
        },
        heatMap: Array.from({ length: 168 }, (_, i) => {
          const isThen = (ms: number) => {
            const { dayOfWeek, hourOfDay } = clock(ms);
            return dayOfWeek === Math.floor(i / 24) + 1 && hourOfDay === i % 24;
          };
          const own = among.filter(({ startedAt }) => isThen(Date.parse(startedAt)));
          return {
            metrics: figures(
              own,
              everywhere,
              quarters.filter((piece) => isThen(piece.from)),
            ),
          };
        }),
      }),
    );
  }, 20);
}, 120_000);

function clip({ from, to }: Stretch, piece: Stretch): Stretch[] {
  const cut = { from: Math.max(from, piece.from), to: Math.min(to, piece.to) };
  return cut.from < cut.to ? [cut] : [];
}

function cutAt(stretches: readonly Stretch[], step: number): Stretch[] {
  return stretches.flatMap(({ from, to }) => {
    const first = Math.floor(from / step) * step;
    const count = Math.ceil((to - first) / step);
    return Array.from({ length: count }, (_, i) => ({
      from: Math.max(from, first + i * step),
      to: Math.min(to, first + (i + 1) * step),
    }));
  });
}

/** Pieces that touch are one: a busy hour may lie across. */
function joined(pieces: readonly Stretch[]): Stretch[] {
  const all: Stretch[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (last?.to === piece.from) last.to = piece.to;
    else all.push({ ...piece });
  }
  return all;
}
