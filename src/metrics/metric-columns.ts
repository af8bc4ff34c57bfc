import { type SQL, sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import { isLive } from '../calls/list-calls.ts';
import type { ServiceLevelClock, ServiceLevelRule } from '../graphql/generated.ts';

/**
 * An aggregate over calls. `name` tells it from others, arguments included; `empty` is its value over no calls; `read`
 * takes what the driver gives.
 */
export type MetricColumn<Value = unknown> = {
  name: string;
  sql: SQL;
  empty: Value;
  read: (raw: unknown) => Value;
};

/** A share and what it is made of. */
export type RatioColumns = Record<'numerator' | 'denominator' | 'excluded', MetricColumn<number>>;

/** A span of whole seconds over the calls that count for it. */
export type Measure = { name: string; seconds: SQL; over: SQL };

const { status, outcome, direction } = calls;
const completed = sql`${status} = 'COMPLETED'`;
const answered = sql`${outcome} = 'ANSWERED'`;
const missed = sql`${outcome} = 'MISSED'`;
const abandoned = sql`${outcome} = 'ABANDONED'`;
const offered = sql`${outcome} in ('ANSWERED', 'MISSED', 'ABANDONED')`;
const inbound = sql`${direction} = 'INBOUND'`;
const outbound = sql`${direction} = 'OUTBOUND'`;

const all = (...conditions: SQL[]) => sql`(${sql.join(conditions, sql` and `)})`;
const any = (...conditions: SQL[]) => sql`(${sql.join(conditions, sql` or `)})`;

const numberOrNull = (raw: unknown) => (raw === null ? null : Number(raw));

function count(name: string, condition: SQL): MetricColumn<number> {
  return { name, sql: sql`count(*) filter (where ${condition})`, empty: 0, read: Number };
}

/** A ratio whose numerator, denominator and left-out calls are counts of conditions. */
function ratio(name: string, parts: Record<keyof RatioColumns, SQL>): RatioColumns {
  return {
    numerator: count(`${name}.numerator`, parts.numerator),
    denominator: count(`${name}.denominator`, parts.denominator),
    excluded: count(`${name}.excluded`, parts.excluded),
  };
}

export const counts = {
  callCount: { name: 'callCount', sql: sql`count(*)`, empty: 0, read: Number } satisfies MetricColumn<number>,
  completedCount: count('completedCount', completed),
  liveCount: count('liveCount', isLive),
  unreportedCount: count('unreportedCount', sql`${status} = 'UNREPORTED'`),
  offeredCount: count('offeredCount', offered),
  answeredCount: count('answeredCount', answered),
  missedCount: count('missedCount', missed),
  abandonedCount: count('abandonedCount', abandoned),
  ivrEndedCount: count('ivrEndedCount', sql`${outcome} = 'IVR_ENDED'`),
  unknownCount: count('unknownCount', sql`${outcome} = 'UNKNOWN'`),
  inboundCount: count('inboundCount', inbound),
  outboundCount: count('outboundCount', outbound),
};

const shortAbandoned = (seconds: number) => all(inbound, abandoned, sql`${calls.waitSeconds} < ${seconds}`);

export function shortAbandonedCount(shortAbandonSeconds: number): MetricColumn<number> {
  return count(`shortAbandonedCount(${shortAbandonSeconds})`, shortAbandoned(shortAbandonSeconds));
}

export const answerRate = ratio('answerRate', { numerator: answered, denominator: offered, excluded: sql`false` });

export const answerSeizureRatio = ratio('answerSeizureRatio', {
  numerator: all(
    completed,
    any(all(inbound, any(sql`${calls.legAPickedAt} is not null`, answered)), all(outbound, answered)),
  ),
  denominator: all(completed, sql`${direction} <> 'UNKNOWN'`),
  excluded: all(completed, sql`${direction} = 'UNKNOWN'`),
});

export function abandonRate(shortAbandonSeconds: number): RatioColumns {
  const short = shortAbandoned(shortAbandonSeconds);
  const notShort = sql`${short} is not true`;
  return ratio(`abandonRate(${shortAbandonSeconds})`, {
    numerator: all(inbound, abandoned, notShort),
    denominator: all(inbound, offered, notShort),
    excluded: short,
  });
}

export type ServiceLevelQuestion = {
  withinSeconds: number;
  clock: ServiceLevelClock;
  rule: ServiceLevelRule;
  shortAbandonSeconds: number;
};

const stopped = sql`case when ${answered} then ${calls.answeredAt} else ${calls.endedAt} end`;
const secondsSince = (start: SQL) => sql`floor(extract(epoch from (${stopped}) - ${start}))`;
const clocks: Record<ServiceLevelClock, SQL> = {
  START: secondsSince(sql`${calls.startedAt}`),
  LEG_A_PICKED: sql`${calls.waitSeconds}`,
  LEG_B_STARTED: secondsSince(sql`${calls.legBStartedAt}`),
};

export function serviceLevel({ withinSeconds, clock, rule, shortAbandonSeconds }: ServiceLevelQuestion): RatioColumns {
  const time = clocks[clock];
  const timed = sql`${time} >= 0`; // a negative span is no time
  const within = sql`${time} <= ${withinSeconds}`;
  const a = all(inbound, answered, timed);
  const b = all(inbound, abandoned, timed);
  const m = all(inbound, missed);
  const at = all(a, within);
  const bt = all(b, within);
  const bs = all(b, sql`${time} < ${shortAbandonSeconds}`);
  const leftOut = all(inbound, any(answered, abandoned), sql`(${timed}) is not true`);
  const o = any(a, m, b);
  const without = (part: SQL) => all(o, sql`${part} is not true`);
  const rules: Record<ServiceLevelRule, Record<keyof RatioColumns, SQL>> = {
    SHORT_ABANDONS_EXCLUDED: { numerator: at, denominator: without(bs), excluded: any(leftOut, bs) },
    ABANDONED_COUNT_AGAINST: { numerator: at, denominator: o, excluded: leftOut },
    ABANDONED_AFTER_T_AGAINST: { numerator: at, denominator: without(bt), excluded: any(leftOut, bt) },
    ABANDONED_WITHIN_T_COUNT: { numerator: any(at, bt), denominator: o, excluded: leftOut },
    SHORT_ABANDONS_COUNT: { numerator: any(at, bs), denominator: o, excluded: leftOut },
    ANSWERED_ONLY: { numerator: at, denominator: a, excluded: any(leftOut, m, b) },
  };
  return ratio(`serviceLevel(${withinSeconds},${clock},${rule},${shortAbandonSeconds})`, rules[rule]);
}

export const measures = {
  speedOfAnswer: { name: 'speedOfAnswer', seconds: sql`${calls.waitSeconds}`, over: all(inbound, answered) },
  duration: { name: 'duration', seconds: sql`${calls.durationSeconds}`, over: completed },
  talkTime: { name: 'talkTime', seconds: sql`${calls.talkSeconds}`, over: answered },
  ringTime: { name: 'ringTime', seconds: sql`${calls.ringSeconds}`, over: completed },
  waitTime: { name: 'waitTime', seconds: sql`${calls.waitSeconds}`, over: all(inbound, any(answered, abandoned)) },
  ivrTime: { name: 'ivrTime', seconds: sql`${calls.ivrSeconds}`, over: completed },
} satisfies Record<string, Measure>;

export function measuredCount({ name, seconds, over }: Measure): MetricColumn<number> {
  return { name: `${name}.count`, sql: sql`count(${seconds}) filter (where ${over})`, empty: 0, read: Number };
}

export function measuredSum({ name, seconds, over }: Measure): MetricColumn<number> {
  const value = sql`coalesce(sum(${seconds}) filter (where ${over}), 0)`;
  return { name: `${name}.sum`, sql: value, empty: 0, read: Number };
}

export function measuredExtreme({ name, seconds, over }: Measure, which: 'min' | 'max'): MetricColumn<number | null> {
  const value = sql`${sql.raw(which)}(${seconds}) filter (where ${over})`;
  return { name: `${name}.${which}`, sql: value, empty: null, read: numberOrNull };
}

/** `p` between 0 and 100, both outside. */
export function measuredPercentile({ name, seconds, over }: Measure, p: number): MetricColumn<number | null> {
  const value = sql`percentile_cont(${p / 100}::float8) within group (order by ${seconds}) filter (where ${over})`;
  return { name: `${name}.percentile(${p})`, sql: value, empty: null, read: numberOrNull };
}

/** How many spans lie in [from, to); null: no bound. */
export function measuredBin(
  { name, seconds, over }: Measure,
  from: number | null,
  to: number | null,
): MetricColumn<number> {
  const bounds = [over, sql`${seconds} is not null`];
  if (from !== null) bounds.push(sql`${seconds} >= ${from}`);
  if (to !== null) bounds.push(sql`${seconds} < ${to}`);
  return count(`${name}.bin(${from},${to})`, all(...bounds));
}

export const coinsTotal: MetricColumn<string> = {
  name: 'coinsTotal',
  sql: sql`trim_scale(coalesce(sum(${calls.coins}), 0))::text`,
  empty: '0',
  read: String,
};

export const uniqueCustomerCount: MetricColumn<number> = {
  name: 'uniqueCustomerCount',
  sql: sql`count(distinct ${calls.customerId})`,
  empty: 0,
  read: Number,
};
