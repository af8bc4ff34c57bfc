import { periodAt } from '../../src/time/calendar.ts';
import { instantOf, msOf } from '../../src/time/instant.ts';
import { differenceOf } from './compare-answers.ts';
import * as duckdb from './duckdb-sql.ts';
import type { Question } from './questions.ts';
import { type Span, zone } from './spans.ts';

/** What both sides say, by name; a group's or bucket's names begin with its key. */
type Figures = Record<string, unknown>;
type Row = Record<string, unknown>;

/** A question as whoever knows DuckDB would ask it, and what our answer says under the names of its columns. */
type DuckdbQuestion = { sql: (span: Span) => string[]; ourRows: (report: Report) => Row[] };

type Metrics = {
  callCount: number;
  answeredCount: number;
  missedCount: number;
  abandonedCount: number;
  answerRate: { value: number | null };
  abandonRate: { value: number | null };
  serviceLevel: { value: number | null };
  duration: { sum: number };
  talkTime: { average: number | null };
  speedOfAnswer: { average: number | null };
  coinsTotal: string;
  uniqueCustomerCount: number;
  waitTime: { percentile: number };
  peakConcurrentCalls: number;
  peakConcurrentAt: string | null;
  erlangs: number;
  busyHour: { start: string; callCount: number; erlangs: number } | null;
  repeatCustomerRate: Row;
  missedCustomersReached: Row;
};
type Bucket = { start: string; metrics: Metrics & { talkTime: { percentile: number } } };
type Group = {
  agent: { id: string } | null;
  campaign: { id: string } | null;
  disposition: string | null;
  metrics: Metrics;
  timeSeries: Bucket[];
};
type Report = {
  totals: Metrics;
  timeSeries: Bucket[];
  heatMap: { metrics: Metrics }[];
  breakdown: { totalCount: number; nodes: Group[]; other: { callCount: number } | null };
  compare: { totals: Metrics };
};

const fewOf = ({ callCount, answeredCount, missedCount, duration }: Metrics): Row => ({
  calls: callCount,
  answered: answeredCount,
  missed: missedCount,
  seconds: duration.sum,
});
const usualOf = (metrics: Metrics): Row => ({
  ...fewOf(metrics),
  abandoned: metrics.abandonedCount,
  answer_rate: metrics.answerRate.value,
  abandon_rate: metrics.abandonRate.value,
  service_level: metrics.serviceLevel.value,
  talk: metrics.talkTime.average,
  speed: metrics.speedOfAnswer.average,
});

/** A bucket or cell without calls has no row in DuckDB. */
const withCalls = (rows: Row[]) => rows.filter(({ calls }) => calls !== 0);
const bucketRows = (of: (metrics: Bucket['metrics']) => Row) => (report: Report) =>
  withCalls(report.timeSeries.map(({ start, metrics }) => ({ key: msOf(start), ...of(metrics) })));
/** Cells are in order: the hours of Monday, then those of Tuesday. */
const cellRows = (of: (metrics: Metrics) => Row) => (report: Report) =>
  withCalls(report.heatMap.map(({ metrics }, i) => ({ key: `${Math.floor(i / 24) + 1} ${i % 24}`, ...of(metrics) })));
/** The number in a plain id; 0 for none. */
const numberOf = (node: { id: string } | null) => (node ? Number(node.id.split(':')[1]) : 0);
const agentRows = (of: (metrics: Metrics) => Row) => (report: Report) =>
  report.breakdown.nodes.map(({ agent, metrics }) => ({ key: `agent ${numberOf(agent)}`, ...of(metrics) }));

const byTime = (unit: string, timeZone: string, columns: string) => (span: Span) => [
  duckdb.byLocalTime(span, timeZone, duckdb.startOf(unit, timeZone), columns),
];
const byAgent = (span: Span, columns: string, filter = 'true') =>
  `select 'agent ' || coalesce(agent_id, 0) as key, ${columns} ${duckdb.callsOf(span, filter)} group by agent_id`;
const cellKey = `isodow(local) || ' ' || hour(local)`;

const campaignsBy = (unit: string): DuckdbQuestion => ({
  sql: (span) => [
    `select coalesce(campaign_id, 0) || ' ' || key as key, calls, seconds from (${duckdb.byLocalTime(
      span,
      zone,
      duckdb.startOf(unit, zone),
      `campaign_id, count(*) as calls, coalesce(sum(duration_seconds) filter (status = 'COMPLETED'), 0) as seconds`,
    )})`,
  ],
  ourRows: ({ breakdown }) =>
    breakdown.nodes.flatMap(({ campaign, timeSeries }) =>
      withCalls(
        timeSeries.map(({ start, metrics }) => ({
          key: `${numberOf(campaign)} ${msOf(start)}`,
          calls: metrics.callCount,
          seconds: metrics.duration.sum,
        })),
      ),
    ),
});

/** The whole month before a whole month. */
function monthBefore({ from }: Span): Span {
  const before = periodAt(zone, 'MONTH', msOf(from) - 1, 1);
  return { from: instantOf(before.from), to: instantOf(before.to) };
}

const bounds = [10, 30, 60, 120, 300, 600, 1200];
const ofCampaign = 'campaign_id = 5';
const ofTwo = `agent_id in (7, 19, 42, 101, 250) and direction = 'INBOUND'`;
const ofAlternatives = `(coalesce(outcome = 'MISSED', false) or coalesce(wait_seconds > 60, false))
  and campaign_id is distinct from 5`;

const ratioOf = ({ numerator, denominator, excluded }: Row): Row => ({ numerator, denominator, excluded });
const trafficOf = ({ peakConcurrentCalls, peakConcurrentAt, erlangs }: Metrics): Row => ({
  peak: peakConcurrentCalls,
  peak_at: peakConcurrentAt && msOf(peakConcurrentAt),
  erlangs,
});
const hourOf = ({ busyHour }: Metrics): Row => ({
  start: busyHour && msOf(busyHour.start),
  erlangs: busyHour?.erlangs,
});

const byName: Record<string, DuckdbQuestion> = {
  totals: {
    sql: (span) => [`select ${duckdb.usual}, sum(coins)::double as coins ${duckdb.callsOf(span)}`],
    ourRows: ({ totals }) => [{ ...usualOf(totals), coins: Number(totals.coinsTotal) }],
  },
  'service level, unusual thresholds': {
    sql: (span) => [
      `select ${duckdb.serviceLevels({ a: 'wait_seconds', b: 'b', c: 'c' })} from (select *,
        ${duckdb.secondsFrom('started_at')} as b, ${duckdb.secondsFrom('leg_b_started_at')} as c ${duckdb.callsOf(span)})`,
    ],
    ourRows: ({ totals }) => {
      const { a, b, c } = totals as unknown as Record<'a' | 'b' | 'c', Row>;
      return [
        { a_numerator: a.numerator, a_denominator: a.denominator, a_excluded: a.excluded },
        { b_value: b.value, b_excluded: b.excluded, c_value: c.value, c_excluded: c.excluded },
      ];
    },
  },
  'by hour': { sql: byTime('hour', zone, duckdb.few), ourRows: bucketRows(fewOf) },
  'by day': { sql: byTime('day', zone, duckdb.usual), ourRows: bucketRows(usualOf) },
  'by month': { sql: byTime('month', zone, duckdb.usual), ourRows: bucketRows(usualOf) },
  'by day, Kathmandu': { sql: byTime('day', 'Asia/Kathmandu', duckdb.usual), ourRows: bucketRows(usualOf) },
  'by day, New York': { sql: byTime('day', 'America/New_York', duckdb.few), ourRows: bucketRows(fewOf) },
  'heat map, Kathmandu': {
    sql: (span) => [duckdb.byLocalTime(span, 'Asia/Kathmandu', cellKey, duckdb.few)],
    ourRows: cellRows(fewOf),
  },
  'by agent': { sql: (span) => [byAgent(span, duckdb.usual)], ourRows: agentRows(usualOf) },
  'by agent and disposition': {
    sql: (span) => [
      `select coalesce(name, '') || ' ' || coalesce(disposition::varchar, '') as key, ${duckdb.few}
       from calls left join agents on agents.id = agent_id where ${duckdb.within(span)} group by agent_id, name, disposition`,
    ],
    ourRows: ({ breakdown }) =>
      breakdown.nodes.map(({ agent, disposition, metrics }) => ({
        key: `${(agent as { name?: string } | null)?.name ?? ''} ${disposition ?? ''}`,
        ...fewOf(metrics),
      })),
  },
  'by campaign and day': campaignsBy('day'),
  'by campaign and month': campaignsBy('month'),
  'percentiles and histogram': {
    sql: (span) => [
      `select quantile_cont(wait_seconds, [0.5, 0.9]) ${duckdb.waited} as wait, max(wait_seconds) ${duckdb.waited} as longest,
        quantile_cont(talk_seconds, [0.5, 0.95]) ${duckdb.talked} as talk, ${duckdb.talkBins(bounds)} ${duckdb.callsOf(span)}`,
    ],
    ourRows: ({ totals }) => {
      const { waitTime, talkTime } = totals as unknown as Record<string, Record<string, number>>;
      const bins = (talkTime?.histogram ?? []) as unknown as { count: number }[];
      return [
        { wait: [waitTime?.p50, waitTime?.p90], longest: waitTime?.max, talk: [talkTime?.p50, talkTime?.p95] },
        Object.fromEntries(bins.map(({ count }, i) => [`bin${i}`, count])),
      ];
    },
  },
  'p90 by day': {
    sql: byTime(
      'day',
      zone,
      `quantile_cont(wait_seconds, 0.9) ${duckdb.waited} as wait, quantile_cont(talk_seconds, 0.9) ${duckdb.talked} as talk`,
    ),
    ourRows: bucketRows(({ waitTime, talkTime }) => ({ wait: waitTime.percentile, talk: talkTime.percentile })),
  },
  'compared with the period before': {
    sql: (span) => [
      `select 'now' as key, ${duckdb.usual} ${duckdb.callsOf(span)}`,
      `select 'before' as key, ${duckdb.usual} ${duckdb.callsOf(monthBefore(span))}`,
    ],
    ourRows: ({ totals, compare }) => [
      { key: 'now', ...usualOf(totals) },
      { key: 'before', ...usualOf(compare.totals) },
    ],
  },
  'one campaign': {
    sql: (span) => [
      `select ${duckdb.usual} ${duckdb.callsOf(span, ofCampaign)}`,
      duckdb.byLocalTime(span, zone, duckdb.startOf('day', zone), duckdb.few, ofCampaign),
    ],
    ourRows: (report) => [usualOf(report.totals), ...bucketRows(fewOf)(report)],
  },
  'five agents, inbound': {
    sql: (span) => [`select ${duckdb.usual} ${duckdb.callsOf(span, ofTwo)}`, byAgent(span, duckdb.few, ofTwo)],
    ourRows: (report) => [usualOf(report.totals), ...agentRows(fewOf)(report)],
  },
  'missed or long waits': {
    sql: (span) => [duckdb.byLocalTime(span, zone, duckdb.startOf('day', zone), duckdb.few, ofAlternatives)],
    ourRows: bucketRows(fewOf),
  },
  'peak and erlangs': {
    sql: (span) => [duckdb.peaks(duckdb.whole(span), span)],
    ourRows: ({ totals }) => [{ key: 0, ...trafficOf(totals) }],
  },
  'busy hour': {
    sql: (span) => [duckdb.busyHours(duckdb.whole(span), span)],
    ourRows: ({ totals }) => [{ key: 0, ...hourOf(totals), calls: totals.busyHour?.callCount }],
  },
  'peak by day': {
    sql: (span) => [duckdb.peaks(duckdb.days(span), span), duckdb.busyHours(duckdb.days(span), span)],
    ourRows: ({ timeSeries }) =>
      timeSeries.map(({ start, metrics }) => ({
        key: msOf(start),
        peak: metrics.peakConcurrentCalls,
        start: metrics.busyHour && msOf(metrics.busyHour.start),
      })),
  },
  'a dashboard in one operation': {
    sql: (span) => [
      `select ${duckdb.usual} ${duckdb.callsOf(span)}`,
      duckdb.byLocalTime(span, zone, duckdb.startOf('day', zone), duckdb.few),
      byAgent(span, duckdb.few),
      duckdb.byLocalTime(span, zone, cellKey, 'count(*) as calls'),
    ],
    ourRows: (report) => [
      usualOf(report.totals),
      ...bucketRows(fewOf)(report),
      ...cellRows(({ callCount }) => ({ calls: callCount }))(report),
    ],
  },
  'unique customers': {
    sql: (span) => [`select count(distinct customer_id) as customers ${duckdb.callsOf(span)}`],
    ourRows: ({ totals }) => [{ customers: totals.uniqueCustomerCount }],
  },
  'unique customers by day': {
    sql: byTime('day', zone, 'count(distinct customer_id) as customers'),
    ourRows: bucketRows(({ uniqueCustomerCount }) => ({ customers: uniqueCustomerCount })),
  },
  'repeat customers': {
    sql: (span) => [duckdb.repeats(span)],
    ourRows: ({ totals }) => [ratioOf(totals.repeatCustomerRate)],
  },
  'missed customers reached': {
    sql: (span) => [duckdb.reached(span)],
    ourRows: ({ totals }) => [ratioOf(totals.missedCustomersReached)],
  },
};

/** The statements of a question for DuckDB, all of them for one answer. */
export const duckdbStatements = ({ name }: Question, span: Span): string[] => of(name).sql(span);

/** Where DuckDB's rows and our report differ first; groups that ours leaves to `other` are not compared. */
export function differenceFromDuckdb({ name }: Question, rows: readonly Row[], report: unknown): string | null {
  const ours = figuresOf(of(name).ourRows(report as Report));
  const theirs = figuresOf(rows);
  return differenceOf(ours, Object.fromEntries(Object.keys(ours).map((figure) => [figure, theirs[figure] ?? null])));
}

function of(name: string): DuckdbQuestion {
  const found = byName[name];
  if (!found) throw new Error(`${name}: there is no statement of DuckDB for it`);
  return found;
}

function figuresOf(rows: readonly Row[]): Figures {
  const figures: Figures = {};
  for (const { key, ...row } of rows) {
    for (const [name, value] of Object.entries(row)) figures[key == null ? name : `${key} ${name}`] = value ?? null;
  }
  return figures;
}
