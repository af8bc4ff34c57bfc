import { type SQL, sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import { isLive } from '../calls/list/list-calls.ts';
import type { Aggregate } from '../columnar/index.ts';
import type { ServiceLevelClock, ServiceLevelRule } from '../graphql/generated/inputs.ts';
import { memoize } from '../memoize.ts';
import { allOf, anyOf, type Condition, inBothForms, isNotTrue, nothing } from '../query/condition.ts';
import type { CallOperand, ClassField, Comparison, ElapsedSeconds, SpanField } from '../query/predicate.ts';

/**
 * An aggregate over calls. `name` tells it from others, arguments included; `empty` is its value over no calls; `read`
 * takes what the driver gives. `aggregate` says the same of packed calls; without it, calls alone can answer.
 */
export type MetricColumn<Value = unknown> = {
  name: string;
  sql: SQL;
  empty: Value;
  read: (raw: unknown) => Value;
  aggregate?: Aggregate;
};

/** A share and what it is made of. */
export type RatioColumns = Record<'numerator' | 'denominator' | 'excluded', MetricColumn<number>>;

/** A span of whole seconds over the calls that count for it. */
export type Measure = { name: string; seconds: SpanField; over: Condition };

/** That a field is one of some words. */
function is(field: Exclude<ClassField, 'isLegAPicked' | 'hasRecording'>, ...words: string[]): Condition {
  const list = sql.raw(words.map((word) => `'${word}'`).join());
  return inBothForms(sql`${calls[field]} in (${list})`, { of: field, in: words });
}

/** A number of seconds as both forms read it. */
type Seconds = { sql: SQL; operand: CallOperand };
const ofField = (field: SpanField): Seconds => ({ sql: sql`${calls[field]}`, operand: field });

function compare(seconds: Seconds, sign: '<' | '<=' | '>=', value: number): Condition {
  const comparisons: Record<typeof sign, Comparison> = { '<': 'lt', '<=': 'lte', '>=': 'gte' };
  return inBothForms(sql`${seconds.sql} ${sql.raw(sign)} ${value}`, {
    of: seconds.operand,
    is: comparisons[sign],
    value,
  });
}

export const completed = is('status', 'COMPLETED');
export const answered = is('outcome', 'ANSWERED');
export const missed = is('outcome', 'MISSED');
export const abandoned = is('outcome', 'ABANDONED');
const offered = is('outcome', 'ANSWERED', 'MISSED', 'ABANDONED');
export const inbound = is('direction', 'INBOUND');
const outbound = is('direction', 'OUTBOUND');
const unknownDirection = is('direction', 'UNKNOWN');
const legAPicked = inBothForms(sql`${calls.legAPickedAt} is not null`, { of: 'isLegAPicked', in: [true] });

const all = (...conditions: Condition[]) => allOf(conditions);
const any = (...conditions: Condition[]) => anyOf(conditions);

const numberOrNull = (raw: unknown) => (raw === null ? null : Number(raw));

function count(name: string, condition: Condition): MetricColumn<number> {
  const { test: over } = condition;
  const value = sql`count(*) filter (where ${condition})`;
  return { name, sql: value, empty: 0, read: Number, ...(over && { aggregate: { of: 'calls', over } }) };
}

/** A ratio whose numerator, denominator and left-out calls are counts of conditions. */
function ratio(name: string, parts: Record<keyof RatioColumns, Condition>): RatioColumns {
  return {
    numerator: count(`${name}.numerator`, parts.numerator),
    denominator: count(`${name}.denominator`, parts.denominator),
    excluded: count(`${name}.excluded`, parts.excluded),
  };
}

export const counts = {
  callCount: {
    name: 'callCount',
    sql: sql`count(*)`,
    empty: 0,
    read: Number,
    aggregate: { of: 'calls', over: { all: [] } },
  } satisfies MetricColumn<number>,
  completedCount: count('completedCount', completed),
  liveCount: count('liveCount', isLive),
  unreportedCount: count('unreportedCount', is('status', 'UNREPORTED')),
  offeredCount: count('offeredCount', offered),
  answeredCount: count('answeredCount', answered),
  missedCount: count('missedCount', missed),
  abandonedCount: count('abandonedCount', abandoned),
  ivrEndedCount: count('ivrEndedCount', is('outcome', 'IVR_ENDED')),
  unknownCount: count('unknownCount', is('outcome', 'UNKNOWN')),
  inboundCount: count('inboundCount', inbound),
  outboundCount: count('outboundCount', outbound),
};

const wait = ofField('waitSeconds');
const shortAbandoned = (seconds: number) => all(inbound, abandoned, compare(wait, '<', seconds));

export const shortAbandonedCount = memoize(
  String,
  (shortAbandonSeconds: number): MetricColumn<number> =>
    count(`shortAbandonedCount(${shortAbandonSeconds})`, shortAbandoned(shortAbandonSeconds)),
);

export const answerRate = ratio('answerRate', { numerator: answered, denominator: offered, excluded: nothing });

export const answerSeizureRatio = ratio('answerSeizureRatio', {
  numerator: all(completed, any(all(inbound, any(legAPicked, answered)), all(outbound, answered))),
  denominator: all(completed, isNotTrue(unknownDirection)),
  excluded: all(completed, unknownDirection),
});

export const abandonRate = memoize(String, (shortAbandonSeconds: number): RatioColumns => {
  const short = shortAbandoned(shortAbandonSeconds);
  const notShort = isNotTrue(short);
  return ratio(`abandonRate(${shortAbandonSeconds})`, {
    numerator: all(inbound, abandoned, notShort),
    denominator: all(inbound, offered, notShort),
    excluded: short,
  });
});

export type ServiceLevelQuestion = {
  withinSeconds: number;
  clock: ServiceLevelClock;
  rule: ServiceLevelRule;
  shortAbandonSeconds: number;
};

const stopped = sql`case when ${answered} then ${calls.answeredAt} else ${calls.endedAt} end`;
function secondsSince(from: ElapsedSeconds['from']): Seconds {
  const value = sql`floor(extract(epoch from (${stopped}) - ${calls[from]}))`;
  const when = answered.test ?? { any: [] };
  return { sql: value, operand: { from, until: { when, is: 'answeredAt', otherwise: 'endedAt' } } };
}
const clocks: Record<ServiceLevelClock, Seconds> = {
  START: secondsSince('startedAt'),
  LEG_A_PICKED: wait,
  LEG_B_STARTED: secondsSince('legBStartedAt'),
};

const nameOfLevel = ({ withinSeconds, clock, rule, shortAbandonSeconds }: ServiceLevelQuestion) =>
  `serviceLevel(${withinSeconds},${clock},${rule},${shortAbandonSeconds})`;

export const serviceLevel = memoize(nameOfLevel, (question): RatioColumns => {
  const { withinSeconds, clock, rule, shortAbandonSeconds } = question;
  const time = clocks[clock];
  const timed = compare(time, '>=', 0); // a negative span is no time
  const within = compare(time, '<=', withinSeconds);
  const a = all(inbound, answered, timed);
  const b = all(inbound, abandoned, timed);
  const m = all(inbound, missed);
  const at = all(a, within);
  const bt = all(b, within);
  const bs = all(b, compare(time, '<', shortAbandonSeconds));
  const leftOut = all(inbound, any(answered, abandoned), isNotTrue(timed));
  const o = any(a, m, b);
  const without = (part: Condition) => all(o, isNotTrue(part));
  const rules: Record<ServiceLevelRule, Record<keyof RatioColumns, Condition>> = {
    SHORT_ABANDONS_EXCLUDED: { numerator: at, denominator: without(bs), excluded: any(leftOut, bs) },
    ABANDONED_COUNT_AGAINST: { numerator: at, denominator: o, excluded: leftOut },
    ABANDONED_AFTER_T_AGAINST: { numerator: at, denominator: without(bt), excluded: any(leftOut, bt) },
    ABANDONED_WITHIN_T_COUNT: { numerator: any(at, bt), denominator: o, excluded: leftOut },
    SHORT_ABANDONS_COUNT: { numerator: any(at, bs), denominator: o, excluded: leftOut },
    ANSWERED_ONLY: { numerator: at, denominator: a, excluded: any(leftOut, m, b) },
  };
  return ratio(nameOfLevel(question), rules[rule]);
});

export const measures = {
  speedOfAnswer: { name: 'speedOfAnswer', seconds: 'waitSeconds', over: all(inbound, answered) },
  duration: { name: 'duration', seconds: 'durationSeconds', over: completed },
  talkTime: { name: 'talkTime', seconds: 'talkSeconds', over: answered },
  ringTime: { name: 'ringTime', seconds: 'ringSeconds', over: completed },
  waitTime: { name: 'waitTime', seconds: 'waitSeconds', over: all(inbound, any(answered, abandoned)) },
  ivrTime: { name: 'ivrTime', seconds: 'ivrSeconds', over: completed },
} satisfies Record<string, Measure>;

type Taken = Extract<Aggregate, { of: 'spans' }>['take'];

function measured<Value>(
  { name, seconds, over: { test } }: Measure,
  take: Taken,
  column: Pick<MetricColumn<Value>, 'sql' | 'empty' | 'read'>,
): MetricColumn<Value> {
  const aggregate = test && { of: 'spans' as const, take, seconds, over: test };
  const taken = typeof take === 'string' ? take : `percentile(${take.percentile})`;
  return { name: `${name}.${taken}`, ...column, ...(aggregate && { aggregate }) };
}

const nameOf = ({ name }: Measure) => name;

export const measuredCount = memoize(nameOf, (measure: Measure): MetricColumn<number> => {
  const value = sql`count(${calls[measure.seconds]}) filter (where ${measure.over})`;
  return measured(measure, 'count', { sql: value, empty: 0, read: Number });
});

export const measuredSum = memoize(nameOf, (measure: Measure): MetricColumn<number> => {
  const value = sql`coalesce(sum(${calls[measure.seconds]}) filter (where ${measure.over}), 0)`;
  return measured(measure, 'sum', { sql: value, empty: 0, read: Number });
});

export const measuredExtreme = memoize(
  ({ name }: Measure, which: 'min' | 'max') => `${name}.${which}`,
  (measure, which): MetricColumn<number | null> => {
    const value = sql`${sql.raw(which)}(${calls[measure.seconds]}) filter (where ${measure.over})`;
    return measured(measure, which, { sql: value, empty: null, read: numberOrNull });
  },
);

/** `p` between 0 and 100, both outside. */
export const measuredPercentile = memoize(
  ({ name }: Measure, p: number) => `${name}.${p}`,
  (measure, p): MetricColumn<number | null> => {
    const { seconds, over } = measure;
    const value = sql`percentile_cont(${p / 100}::float8) within group (order by ${calls[seconds]}) filter (where ${over})`;
    return measured(measure, { percentile: p }, { sql: value, empty: null, read: numberOrNull });
  },
);

/** How many spans lie in [from, to); null: no bound. */
export const measuredBin = memoize(
  ({ name }: Measure, from: number | null, to: number | null) => `${name}.bin(${from},${to})`,
  (measure, from, to): MetricColumn<number> => {
    const { name, seconds, over } = measure;
    const known = inBothForms(sql`${calls[seconds]} is not null`, { not: { of: seconds, isMissing: true } });
    const bounds = [over, known];
    if (from !== null) bounds.push(compare(ofField(seconds), '>=', from));
    if (to !== null) bounds.push(compare(ofField(seconds), '<', to));
    return count(`${name}.bin(${from},${to})`, allOf(bounds));
  },
);

export const coinsTotal: MetricColumn<string> = {
  name: 'coinsTotal',
  sql: sql`trim_scale(coalesce(sum(${calls.coins}), 0))::text`,
  empty: '0',
  read: String,
  aggregate: { of: 'coins' },
};

export const uniqueCustomerCount: MetricColumn<number> = {
  name: 'uniqueCustomerCount',
  sql: sql`count(distinct ${calls.customerId})`,
  empty: 0,
  read: Number,
  aggregate: { of: 'customers' },
};
