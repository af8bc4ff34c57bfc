import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { requestedOfCalls } from '../calls/list/requested-of-calls.ts';
import { badInput } from '../errors.ts';
import type { CallDimension } from '../graphql/generated/inputs.ts';
import type { Resolvers } from '../graphql/generated/resolvers.ts';
import { lookAhead } from '../graphql/server/lookahead.ts';
import { fieldsBelow, fieldsOfRows } from '../query/requested-fields.ts';
import { instantOf } from '../time/instant.ts';
import { breakDown } from './answers/break-down.ts';
import { compareWith } from './answers/compare-with.ts';
import { type FollowUpName, followUpsOf } from './answers/follow-ups.ts';
import { groupCalls } from './answers/group-calls.ts';
import { groupSeries } from './answers/group-series.ts';
import { heatMap } from './answers/heat-map.ts';
import { timeSeries } from './answers/time-series.ts';
import { trafficOf } from './answers/traffic.ts';
import { dataThrough, isFinal } from './data-state.ts';
import { likelyColumnsOf } from './likely-columns.ts';
import {
  abandonRate,
  answerRate,
  answerSeizureRatio,
  coinsTotal,
  counts,
  type Measure,
  type MetricColumn,
  measuredBin,
  measuredCount,
  measuredExtreme,
  measuredPercentile,
  measuredSum,
  measures,
  type RatioColumns,
  serviceLevel,
  shortAbandonedCount,
  uniqueCustomerCount,
} from './metric-columns.ts';
import { askMetrics } from './metrics-question.ts';
import type { MaybePromise, MetricsSlice, RatioSlice, StatisticsSlice } from './metrics-sheet.ts';
import { questionContext } from './question-context.ts';

const value =
  <Value>(column: MetricColumn<Value>) =>
  ({ sheet, slot }: MetricsSlice) =>
    sheet.read(column, slot);
const ratio =
  (columns: RatioColumns) =>
  ({ sheet, slot }: MetricsSlice): RatioSlice => ({
    numerator: () => sheet.read(columns.numerator, slot),
    denominator: () => sheet.read(columns.denominator, slot),
    excluded: () => sheet.read(columns.excluded, slot),
  });
const statistics =
  (measure: Measure) =>
  ({ sheet, slot }: MetricsSlice): StatisticsSlice => ({ sheet, slot, measure });

/** A threshold in seconds, as the caller gave it; BAD_USER_INPUT outside 0 to 86400. */
function readSeconds(argument: string, seconds: number): number {
  if (seconds >= 0 && seconds <= 86_400) return seconds;
  throw badInput([argument], `is ${seconds}`, '0 to 86400 seconds');
}

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

const keyOf =
  <K extends Key>(dimension: CallDimension) =>
  ({ keys }: { keys: Partial<Record<CallDimension, Key>> }) =>
    (keys[dimension] ?? null) as K | null;
type Key = number | string | null;

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
> & { Query: Pick<NonNullable<Resolvers['Query']>, 'callMetrics'> } = {
  Query: {
    callMetrics: async (_root, args, context) => askMetrics(context.db, args, await questionContext(context)),
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
  },
  CallMetricsBucket: { metrics: rowOf },
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
    direction: keyOf('DIRECTION'),
    disposition: keyOf('DISPOSITION'),
    hourOfDay: keyOf('HOUR_OF_DAY'),
    dayOfWeek: keyOf('DAY_OF_WEEK'),
    metrics: rowOf,
    timeSeries: (group, { interval }) => groupSeries(group, interval),
    calls: (group, args, { service, lists }, info) =>
      groupCalls(lists, group, { ...args, asked: requestedOfCalls(info) }, service.region),
  },
  CallMetrics: {
    callCount: value(counts.callCount),
    completedCount: value(counts.completedCount),
    liveCount: value(counts.liveCount),
    unreportedCount: value(counts.unreportedCount),
    offeredCount: value(counts.offeredCount),
    answeredCount: value(counts.answeredCount),
    missedCount: value(counts.missedCount),
    abandonedCount: value(counts.abandonedCount),
    ivrEndedCount: value(counts.ivrEndedCount),
    unknownCount: value(counts.unknownCount),
    inboundCount: value(counts.inboundCount),
    outboundCount: value(counts.outboundCount),
    shortAbandonedCount: ({ sheet, slot }, { shortAbandonSeconds }) =>
      sheet.read(shortAbandonedCount(readSeconds('shortAbandonSeconds', shortAbandonSeconds)), slot),
    answerRate: ratio(answerRate),
    answerSeizureRatio: ratio(answerSeizureRatio),
    abandonRate: (slice, { shortAbandonSeconds }) =>
      ratio(abandonRate(readSeconds('shortAbandonSeconds', shortAbandonSeconds)))(slice),
    serviceLevel: (slice, { withinSeconds, clock, rule, shortAbandonSeconds }) =>
      ratio(
        serviceLevel({
          withinSeconds: readSeconds('withinSeconds', withinSeconds),
          clock,
          rule,
          shortAbandonSeconds: readSeconds('shortAbandonSeconds', shortAbandonSeconds),
        }),
      )(slice),
    speedOfAnswer: statistics(measures.speedOfAnswer),
    duration: statistics(measures.duration),
    talkTime: statistics(measures.talkTime),
    ringTime: statistics(measures.ringTime),
    waitTime: statistics(measures.waitTime),
    ivrTime: statistics(measures.ivrTime),
    coinsTotal: value(coinsTotal),
    uniqueCustomerCount: value(uniqueCustomerCount),
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
    count: ({ sheet, slot, measure }) => sheet.read(measuredCount(measure), slot),
    sum: ({ sheet, slot, measure }) => sheet.read(measuredSum(measure), slot),
    average: ({ sheet, slot, measure }) =>
      quotient(sheet.read(measuredSum(measure), slot), sheet.read(measuredCount(measure), slot)),
    min: ({ sheet, slot, measure }) => sheet.read(measuredExtreme(measure, 'min'), slot),
    max: ({ sheet, slot, measure }) => sheet.read(measuredExtreme(measure, 'max'), slot),
    percentile: ({ sheet, slot, measure }, { p, belowOne }) =>
      sheet.read(measuredPercentile(measure, readPercent(p, belowOne)), slot),
    histogram: ({ sheet, slot, measure }, { bounds }) => {
      const rising = readBounds(bounds);
      const edges = [null, ...rising, null];
      return allAtOnce(
        edges.slice(1).map((to, i) => {
          const from = edges[i] ?? null;
          const count = sheet.read(measuredBin(measure, from, to), slot);
          return typeof count === 'number' ? { from, to, count } : count.then((later) => ({ from, to, count: later }));
        }),
      );
    },
  },
};
