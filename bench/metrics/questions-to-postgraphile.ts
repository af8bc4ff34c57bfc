import { instantOf, msOf } from '../../src/time/instant.ts';
import { plainId } from '../support/plain-ids.ts';
import type { Span } from './spans.ts';

/** Figures under names that both sides share. */
export type Figures = Record<string, number>;

/** A question as PostGraphile with pg-aggregates can be asked it, and which of both answers' figures must be the same. */
export type TheirQuestion = {
  query: string;
  condition?: Record<string, unknown>;
  theirFigures: (data: unknown) => Figures;
  ourFigures: (report: unknown) => Figures;
};

export const theirVariables = ({ condition = {} }: TheirQuestion, { from, to }: Span) => ({
  condition: { ...condition, startedFrom: from, startedTo: to },
});

type Grouped = {
  keys: (string | null)[];
  distinctCount: { rowId: string };
  sum?: { durationSeconds: string };
};
type Theirs = {
  allCalls: {
    totalCount: number;
    aggregates: { sum: { durationSeconds: string }; distinctCount: { customerId: string } };
    groupedAggregates: Grouped[];
  };
};
type Metrics = { callCount: number; duration: { sum: number }; uniqueCustomerCount: number };
type Ours = {
  totals: Metrics;
  timeSeries: { start: string; metrics: Metrics }[];
  breakdown: {
    nodes: {
      agent: { id: string } | null;
      campaign: { id: string } | null;
      metrics: Metrics;
      timeSeries: { start: string; metrics: Metrics }[];
    }[];
  };
};

const asked = (fields: string) =>
  `query Asked($condition: CallCondition) { allCalls(condition: $condition) { ${fields} } }`;
const connection = (data: unknown) => (data as Theirs).allCalls;
const report = (value: unknown) => value as Ours;

// It has no count for a group: distinct ids of rows are what comes nearest.
const grouped = (by: string) =>
  `groupedAggregates(groupBy: [${by}]) { keys distinctCount { rowId } sum { durationSeconds } }`;
const theirGroups =
  (nameOf: (keys: readonly (string | null)[]) => string) =>
  (data: unknown): Figures =>
    Object.fromEntries(
      connection(data).groupedAggregates.flatMap(({ keys, distinctCount, sum }) => [
        [`${nameOf(keys)} calls`, Number(distinctCount.rowId)],
        [`${nameOf(keys)} seconds`, Number(sum?.durationSeconds)],
      ]),
    );
const figuresOf = (name: string, { callCount, duration }: Metrics): [string, number][] =>
  // It has no groups without calls.
  callCount === 0
    ? []
    : [
        [`${name} calls`, callCount],
        [`${name} seconds`, duration.sum],
      ];
const momentOf = (key: string | null | undefined) => instantOf(msOf(new Date(key ?? '').toISOString()));

export const totals: TheirQuestion = {
  query: asked('totalCount aggregates { sum { durationSeconds coins } average { talkSeconds waitSeconds } }'),
  theirFigures: (data) => ({
    calls: connection(data).totalCount,
    seconds: Number(connection(data).aggregates.sum.durationSeconds),
  }),
  ourFigures: (answer) => ({ calls: report(answer).totals.callCount, seconds: report(answer).totals.duration.sum }),
};

const byTime = (unit: 'HOUR' | 'DAY'): TheirQuestion => ({
  query: asked(grouped(`STARTED_AT_TRUNCATED_TO_${unit}`)),
  theirFigures: theirGroups(([start]) => momentOf(start)),
  ourFigures: (answer) =>
    Object.fromEntries(report(answer).timeSeries.flatMap(({ start, metrics }) => figuresOf(start, metrics))),
});
export const byHour = byTime('HOUR');
export const byDay = byTime('DAY');

export const byAgent: TheirQuestion = {
  query: asked(grouped('AGENT_ID')),
  theirFigures: theirGroups(([id]) => (id == null ? 'nobody' : plainId('Agent', Number(id)))),
  ourFigures: (answer) =>
    Object.fromEntries(
      report(answer).breakdown.nodes.flatMap(({ agent, metrics }) => figuresOf(agent?.id ?? 'nobody', metrics)),
    ),
};

export const byCampaignAndDay: TheirQuestion = {
  query: asked(grouped('CAMPAIGN_ID, STARTED_AT_TRUNCATED_TO_DAY')),
  theirFigures: theirGroups(
    ([id, start]) => `${id == null ? 'none' : plainId('Campaign', Number(id))} ${momentOf(start)}`,
  ),
  ourFigures: (answer) =>
    Object.fromEntries(
      report(answer).breakdown.nodes.flatMap(({ campaign, timeSeries }) =>
        timeSeries.flatMap(({ start, metrics }) => figuresOf(`${campaign?.id ?? 'none'} ${start}`, metrics)),
      ),
    ),
};

export const ofCampaign: TheirQuestion = {
  query: asked(`totalCount aggregates { sum { durationSeconds } } ${grouped('STARTED_AT_TRUNCATED_TO_DAY')}`),
  condition: { campaignId: '5' },
  theirFigures: (data) => ({ ...totals.theirFigures(data), ...byDay.theirFigures(data) }),
  ourFigures: (answer) => ({ ...totals.ourFigures(answer), ...byDay.ourFigures(answer) }),
};

export const uniqueCustomers: TheirQuestion = {
  query: asked('aggregates { distinctCount { customerId } }'),
  theirFigures: (data) => ({ customers: Number(connection(data).aggregates.distinctCount.customerId) }),
  ourFigures: (answer) => ({ customers: report(answer).totals.uniqueCustomerCount }),
};
