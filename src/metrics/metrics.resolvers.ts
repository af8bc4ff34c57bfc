import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { opensTo } from '../access/opens-to.ts';
import { requestedOfCalls } from '../calls/list/read-call-rows.ts';
import { badInput } from '../errors.ts';
import type { Context } from '../graphql/context.ts';
import type { CallDimension } from '../graphql/generated/inputs.ts';
import type { Resolvers } from '../graphql/generated/resolvers.ts';
import { changedOrLater } from '../graphql/live/asked-anew.ts';
import { lookAhead } from '../graphql/server/lookahead.ts';
import { fieldsBelow, fieldsOfRows } from '../query/requested-fields.ts';
import { instantOf } from '../time/instant.ts';
import { breakDown } from './answers/break-down.ts';
import { compareWith } from './answers/compare-with.ts';
import {
  type CountedPage,
  callsOfBucket,
  callsOfGroup,
  callsOfQuestion,
  listCounted,
} from './answers/counted-calls.ts';
import { type FollowUpName, followUpsOf } from './answers/follow-ups.ts';
import { groupSeries } from './answers/group-series.ts';
import { heatMap } from './answers/heat-map.ts';
import { timeSeries } from './answers/time-series.ts';
import { trafficOf } from './answers/traffic.ts';
import { binOf, catalogue, type Metric, statisticOf } from './catalogue.ts';
import { dataThrough, isFinal } from './data-state.ts';
import { likelyColumnsOf } from './likely-columns.ts';
import type { MetricColumn } from './metric-column.ts';
import { askMetrics, type MetricsQuestionInput } from './metrics-question.ts';
import type { MaybePromise, MetricsSlice, RatioSlice, StatisticsSlice } from './metrics-sheet.ts';
import { questionContext } from './question-context.ts';

/** Takes a threshold in seconds, as the caller gave it; BAD_USER_INPUT outside 0 to 86400. */
function readSeconds(argument: string, seconds: number): void {
  if (seconds >= 0 && seconds <= 86_400) return;
  throw badInput([argument], `is ${seconds}`, '0 to 86400 seconds');
}

/** The resolver of a metric of the catalogue; its numbers are thresholds. */
function resolverOf(metric: Metric) {
  return ({ sheet, slot }: MetricsSlice, args: Readonly<Record<string, unknown>>) => {
    if (metric.kind === 'statistics') return { sheet, slot, measure: metric.measure } satisfies StatisticsSlice;
    for (const name in args) if (typeof args[name] === 'number') readSeconds(name, args[name]);
    // The schema has the arguments that the formula takes.
    if (metric.kind === 'figure') return sheet.read(metric.of(args as never), slot);
    const { numerator, denominator, excluded } = metric.of(args as never);
    return {
      numerator: () => sheet.read(numerator, slot),
      denominator: () => sheet.read(denominator, slot),
      excluded: () => sheet.read(excluded, slot),
    } satisfies RatioSlice;
  };
}

type OfCatalogue = Pick<NonNullable<Resolvers['CallMetrics']>, keyof typeof catalogue>;
const plainMetrics = Object.fromEntries(
  Object.entries(catalogue).map(([name, metric]) => [name, resolverOf(metric)]),
) as OfCatalogue;

function readBounds(bounds: readonly number[]): readonly number[] {
  const rising = bounds.every((bound, i) => i === 0 || bound > (bounds[i - 1] as number));
  if (bounds.length >= 1 && bounds.length <= 100 && rising) return bounds;
  throw badInput(
    ['bounds'],
    rising ? `has ${bounds.length} bounds` : 'does not rise',
    '1 to 100 strictly rising bounds',
  );
}

function readPercent(p: number, belowOne: boolean): number {
  if (!(p > 0 && p < 100)) throw badInput(['p'], `is ${p}`, 'a number above 0 and below 100');
  if (p >= 1 || belowOne) return p;
  const likely = Number((p * 100).toPrecision(12));
  throw badInput(
    ['p'],
    `is ${p} percent; is ${likely} meant`,
    `p in percent, such as p: ${likely}; or p: ${p}, belowOne: true for a fraction of a percent`,
  );
}

function followUpRatio(slice: MetricsSlice, name: FollowUpName, withinHours: number): RatioSlice {
  if (withinHours < 1 || withinHours > 8760) {
    throw badInput(['withinHours'], `is ${withinHours}`, '1 to 8760 hours');
  }
  const count = async (part: keyof RatioSlice) => (await followUpsOf(slice, name, withinHours))[part];
  return {
    numerator: () => count('numerator'),
    denominator: () => count('denominator'),
    excluded: () => count('excluded'),
  };
}

const instantOrNull = (ms: number | null) => (ms === null ? null : instantOf(ms));

function quotient(numerator: MaybePromise<number>, denominator: MaybePromise<number>): MaybePromise<number | null> {
  if (typeof numerator === 'number' && typeof denominator === 'number') {
    return denominator === 0 ? null : numerator / denominator;
  }
  return Promise.all([numerator, denominator]).then(([n, d]) => quotient(n, d));
}

function allAtOnce<Value extends object>(values: MaybePromise<Value>[]): MaybePromise<Value[]> {
  const isThere = (value: MaybePromise<Value>): value is Value => !(value instanceof Promise);
  return values.every(isThere) ? values : Promise.all(values);
}

/** A row among others of its sheet. */
const rowOf = ({ metrics: { sheet, slot } }: { metrics: MetricsSlice }) => sheet.row(slot);

/** The columns that a breakdown is asked for, of its groups or the rest of them: the resolvers tell, by what they read. */
function askedColumns(info: GraphQLResolveInfo): MetricColumn[] {
  const columns = new Map<string, MetricColumn>();
  const sheet = {
    read: (column: MetricColumn) => {
      columns.set(column.name, column);
      return 0;
    },
  };
  const below = (fields: readonly FieldNode[]) => fields.flatMap((field) => fieldsBelow(field, info));
  const ofGroups = fieldsOfRows(info).filter(({ name }) => name.value === 'metrics');
  const ofRest = below(info.fieldNodes).filter(({ name }) => name.value === 'other');
  lookAhead(below([...ofGroups, ...ofRest]), 'CallMetrics', { sheet, slot: 0 }, info);
  return [...columns.values()];
}

/** How a page of the calls behind figures is asked for. */
const countedPage = (
  args: Omit<CountedPage, 'region' | 'finder' | 'asked'>,
  { service: { region }, finder }: Pick<Context, 'service' | 'finder'>,
  info: GraphQLResolveInfo,
): CountedPage => ({ ...args, region, finder, asked: requestedOfCalls(info) });

const keyOf =
  <K extends Key>(dimension: CallDimension) =>
  ({ keys }: { keys: Partial<Record<CallDimension, Key>> }) =>
    (keys[dimension] ?? null) as K | null;
type Key = number | string | null;

/** A range such as `last` moves on without any change: figures are asked anew after so long. */
const movesOnMs = 10_000;

const callMetrics = async (_root: unknown, args: MetricsQuestionInput, context: Context) =>
  askMetrics(context.db, args, await questionContext(context));

export const metricsResolvers: Pick<
  Resolvers,
  | 'CallMetricsReport'
  | 'CallMetrics'
  | 'Ratio'
  | 'DurationStatistics'
  | 'CallMetricsBucket'
  | 'CallMetricsHeatMapCell'
  | 'CallMetricsGroup'
  | 'CallMetricsGroupEdge'
  | 'CallMetricsGroupConnection'
> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'callMetrics'>;
  Subscription: Pick<NonNullable<Resolvers['Subscription']>, 'callMetrics'>;
} = {
  Query: { callMetrics },
  Subscription: {
    callMetrics: {
      subscribe: (_root, { filter }, context) =>
        changedOrLater(context, { filter, opensTo: opensTo.figures }, movesOnMs),
      resolve: callMetrics,
    },
  },
  CallMetricsReport: {
    from: ({ range }) => range.from,
    to: ({ range }) => range.to,
    dataThrough,
    isFinal,
    totals: ({ totals }) => ({ sheet: totals, slot: 0 }),
    timeSeries: (question, { interval }) => timeSeries(question, interval),
    breakdown: (question, input, _context, info) =>
      breakDown(
        question,
        input,
        likelyColumnsOf(info.fieldNodes[0], () => askedColumns(info)),
      ),
    heatMap,
    compare: (question, { to }) => compareWith(question, to),
    calls: (question, args, context, info) =>
      listCounted(
        context.lists,
        callsOfQuestion(question),
        { sheet: question.totals, slot: 0 },
        countedPage(args, context, info),
      ),
  },
  CallMetricsBucket: {
    metrics: rowOf,
    calls: (bucket, args, context, info) =>
      listCounted(context.lists, callsOfBucket(bucket), bucket.metrics, countedPage(args, context, info)),
  },
  CallMetricsHeatMapCell: { metrics: rowOf },
  CallMetricsGroupConnection: {
    edges: ({ groups }) => groups,
    nodes: ({ groups }) => groups,
    pageInfo: async ({ groups, hasNextPage, hasPreviousPage }) => ({
      hasNextPage,
      hasPreviousPage,
      startCursor: (await groups[0]?.cursor()) ?? null,
      endCursor: (await groups.at(-1)?.cursor()) ?? null,
    }),
  },
  CallMetricsGroupEdge: { node: (group) => group, cursor: ({ cursor }) => cursor() },
  CallMetricsGroup: {
    account: (group, _args, { loaders }) => loaders.accounts.find(keyOf<number>('ACCOUNT')(group)),
    agent: (group, _args, { loaders }) => loaders.agents.findById(keyOf<number>('AGENT')(group)),
    campaign: (group, _args, { loaders }) => loaders.campaigns.findById(keyOf<number>('CAMPAIGN')(group)),
    callGroup: (group, _args, { loaders }) => loaders.callGroups.findById(keyOf<number>('CALL_GROUP')(group)),
    virtualNumber: (group, _args, { loaders }) =>
      loaders.virtualNumbers.findById(keyOf<number>('VIRTUAL_NUMBER')(group)),
    customer: (group, _args, { loaders }) => loaders.customers.findById(keyOf<number>('CUSTOMER')(group)),
    direction: keyOf('DIRECTION'),
    disposition: keyOf('DISPOSITION'),
    hourOfDay: keyOf('HOUR_OF_DAY'),
    dayOfWeek: keyOf('DAY_OF_WEEK'),
    metrics: rowOf,
    timeSeries: (group, { interval }) => groupSeries(group, interval),
    calls: (group, args, context, info) =>
      listCounted(context.lists, callsOfGroup(group), group.metrics, countedPage(args, context, info)),
  },
  CallMetrics: {
    ...plainMetrics,
    repeatCustomerRate: (slice, { withinHours }) => followUpRatio(slice, 'repeatCustomerRate', withinHours),
    missedCustomersReached: (slice, { withinHours }) => followUpRatio(slice, 'missedCustomersReached', withinHours),
    peakConcurrentCalls: async (slice) => (await trafficOf(slice)).peak,
    peakConcurrentAt: async (slice) => instantOrNull((await trafficOf(slice)).peakAt),
    erlangs: async (slice) => (await trafficOf(slice)).erlangs,
    busyHour: async (slice) => {
      const { busyHour } = await trafficOf(slice);
      return busyHour && { ...busyHour, start: instantOf(busyHour.start) };
    },
  },
  Ratio: {
    value: ({ numerator, denominator }) => quotient(numerator(), denominator()),
    numerator: ({ numerator }) => numerator(),
    denominator: ({ denominator }) => denominator(),
    excluded: ({ excluded }) => excluded(),
  },
  DurationStatistics: {
    count: ({ sheet, slot, measure }) => sheet.read(statisticOf(measure, 'count'), slot),
    sum: ({ sheet, slot, measure }) => sheet.read(statisticOf(measure, 'sum'), slot),
    average: ({ sheet, slot, measure }) =>
      quotient(sheet.read(statisticOf(measure, 'sum'), slot), sheet.read(statisticOf(measure, 'count'), slot)),
    min: ({ sheet, slot, measure }) => sheet.read(statisticOf(measure, 'min'), slot),
    max: ({ sheet, slot, measure }) => sheet.read(statisticOf(measure, 'max'), slot),
    percentile: ({ sheet, slot, measure }, { p, belowOne }) =>
      sheet.read(statisticOf(measure, { percentile: readPercent(p, belowOne) }), slot),
    histogram: ({ sheet, slot, measure }, { bounds }) => {
      const rising = readBounds(bounds);
      const edges = [null, ...rising, null];
      return allAtOnce(
        edges.slice(1).map((to, i) => {
          const from = edges[i] ?? null;
          const count = sheet.read(binOf(measure, from, to), slot);
          return typeof count === 'number' ? { from, to, count } : count.then((later) => ({ from, to, count: later }));
        }),
      );
    },
  },
};
