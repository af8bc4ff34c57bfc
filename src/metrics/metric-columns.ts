import { type SQL, sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import { callSql } from '../calls/list/call-predicate.ts';
import { isLive } from '../calls/list/list-calls.ts';
import type { Aggregate } from '../columnar/index.ts';
import type { ServiceLevelClock, ServiceLevelRule } from '../graphql/generated/inputs.ts';
import { memoize } from '../memoize.ts';
import {
  allOf as all,
  anyOf as any,
  type CallOperand,
  type ClassField,
  type Comparison,
  everything,
  isEverything,
  not,
  nothing,
  type Predicate,
  type SpanField,
} from '../query/predicate.ts';

/** An aggregate over calls. `name` tells it from others, arguments included; `read` takes what a source gives. */
export type MetricColumn<Value = unknown> = {
  name: string;
  aggregate: Aggregate;
  /** Its value over no calls. */
  empty: Value;
  read: (raw: unknown) => Value;
};

const numberOrNull = (raw: unknown) => (raw === null ? null : Number(raw));

/** The aggregate of a column in a statement. */
export function aggregateSql(aggregate: Aggregate): SQL {
  switch (aggregate.of) {
    case 'calls':
      return sql`count(*)${filterSql(aggregate.over)}`;
    case 'spans': {
      const { take, seconds, over } = aggregate;
      const [span, filter] = [calls[seconds], filterSql(over)];
      if (typeof take === 'object') {
        return sql`percentile_cont(${take.percentile / 100}::float8) within group (order by ${span})${filter}`;
      }
      if (take === 'sum') return sql`coalesce(sum(${span})${filter}, 0)`;
      return sql`${sql.raw(take)}(${span})${filter}`;
    }
    case 'coins':
      return sql`trim_scale(coalesce(sum(${calls.coins}), 0))::text`;
    case 'customers':
      return sql`count(distinct ${calls.customerId})`;
  }
}

const filterSql = (over: Predicate) => (isEverything(over) ? sql`` : sql` filter (where ${callSql(over)})`);

/** A share and what it is made of. */
export type RatioColumns = Record<'numerator' | 'denominator' | 'excluded', MetricColumn<number>>;

/** A span of whole seconds over the calls that count for it. */
export type Measure = { name: string; seconds: SpanField; over: Predicate };

/** That a field is one of some words. */
const is = (of: Exclude<ClassField, 'isLegAPicked' | 'hasRecording'>, ...words: string[]): Predicate => ({
  of,
  in: words,
});
const compare = (of: CallOperand, is: Comparison, value: number): Predicate => ({ of, is, value });

export const completed = is('status', 'COMPLETED');
export const answered = is('outcome', 'ANSWERED');
export const missed = is('outcome', 'MISSED');
export const abandoned = is('outcome', 'ABANDONED');
const offered = is('outcome', 'ANSWERED', 'MISSED', 'ABANDONED');
export const inbound = is('direction', 'INBOUND');
const outbound = is('direction', 'OUTBOUND');
const unknownDirection = is('direction', 'UNKNOWN');
const legAPicked: Predicate = { of: 'isLegAPicked', in: [true] };

function count(name: string, over: Predicate): MetricColumn<number> {
  return { name, aggregate: { of: 'calls', over }, empty: 0, read: Number };
}

/** A ratio whose numerator, denominator and left-out calls are counts of conditions. */
function ratio(name: string, parts: Record<keyof RatioColumns, Predicate>): RatioColumns {
  return {
    numerator: count(`${name}.numerator`, parts.numerator),
    denominator: count(`${name}.denominator`, parts.denominator),
    excluded: count(`${name}.excluded`, parts.excluded),
  };
}

export const counts = {
  callCount: count('callCount', everything),
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

const shortAbandoned = (seconds: number) => all(inbound, abandoned, compare('waitSeconds', 'lt', seconds));

export const shortAbandonedCount = memoize(
  String,
  (shortAbandonSeconds: number): MetricColumn<number> =>
    count(`shortAbandonedCount(${shortAbandonSeconds})`, shortAbandoned(shortAbandonSeconds)),
);

export const answerRate = ratio('answerRate', { numerator: answered, denominator: offered, excluded: nothing });

export const answerSeizureRatio = ratio('answerSeizureRatio', {
  numerator: all(completed, any(all(inbound, any(legAPicked, answered)), all(outbound, answered))),
  denominator: all(completed, not(unknownDirection)),
  excluded: all(completed, unknownDirection),
});

export const abandonRate = memoize(String, (shortAbandonSeconds: number): RatioColumns => {
  const short = shortAbandoned(shortAbandonSeconds);
  const notShort = not(short);
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

const secondsSince = (from: 'startedAt' | 'legBStartedAt'): CallOperand => ({
  from,
  until: { when: answered, is: 'answeredAt', otherwise: 'endedAt' },
});
const clocks: Record<ServiceLevelClock, CallOperand> = {
  START: secondsSince('startedAt'),
  LEG_A_PICKED: 'waitSeconds',
  LEG_B_STARTED: secondsSince('legBStartedAt'),
};

const nameOfLevel = ({ withinSeconds, clock, rule, shortAbandonSeconds }: ServiceLevelQuestion) =>
  `serviceLevel(${withinSeconds},${clock},${rule},${shortAbandonSeconds})`;

export const serviceLevel = memoize(nameOfLevel, (question): RatioColumns => {
  const { withinSeconds, clock, rule, shortAbandonSeconds } = question;
  const time = clocks[clock];
  const timed = compare(time, 'gte', 0); // a negative span is no time
  const within = compare(time, 'lte', withinSeconds);
  const a = all(inbound, answered, timed);
  const b = all(inbound, abandoned, timed);
  const m = all(inbound, missed);
  const at = all(a, within);
  const bt = all(b, within);
  const bs = all(b, compare(time, 'lt', shortAbandonSeconds));
  const leftOut = all(inbound, any(answered, abandoned), not(timed));
  const o = any(a, m, b);
  const without = (part: Predicate) => all(o, not(part));
  const rules: Record<ServiceLevelRule, Record<keyof RatioColumns, Predicate>> = {
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
  { name, seconds, over }: Measure,
  take: Taken,
  column: Pick<MetricColumn<Value>, 'empty' | 'read'>,
): MetricColumn<Value> {
  const taken = typeof take === 'string' ? take : `percentile(${take.percentile})`;
  return { name: `${name}.${taken}`, aggregate: { of: 'spans', take, seconds, over }, ...column };
}

const nameOf = ({ name }: Measure) => name;
const numbers = { empty: 0, read: Number };
const numbersOrNull = { empty: null, read: numberOrNull };

export const measuredCount = memoize(nameOf, (measure: Measure) => measured(measure, 'count', numbers));

export const measuredSum = memoize(nameOf, (measure: Measure) => measured(measure, 'sum', numbers));

export const measuredExtreme = memoize(
  ({ name }: Measure, which: 'min' | 'max') => `${name}.${which}`,
  (measure, which) => measured<number | null>(measure, which, numbersOrNull),
);

/** `p` between 0 and 100, both outside. */
export const measuredPercentile = memoize(
  ({ name }: Measure, p: number) => `${name}.${p}`,
  (measure, percentile) => measured<number | null>(measure, { percentile }, numbersOrNull),
);

/** How many spans lie in [from, to); null: no bound. */
export const measuredBin = memoize(
  ({ name }: Measure, from: number | null, to: number | null) => `${name}.bin(${from},${to})`,
  (measure, from, to): MetricColumn<number> => {
    const { name, seconds, over } = measure;
    const bounds = [over, not<CallOperand>({ of: seconds, isMissing: true })];
    if (from !== null) bounds.push(compare(seconds, 'gte', from));
    if (to !== null) bounds.push(compare(seconds, 'lt', to));
    return count(`${name}.bin(${from},${to})`, all(...bounds));
  },
);

export const coinsTotal: MetricColumn<string> = {
  name: 'coinsTotal',
  aggregate: { of: 'coins' },
  empty: '0',
  read: String,
};

export const uniqueCustomerCount: MetricColumn<number> = {
  name: 'uniqueCustomerCount',
  aggregate: { of: 'customers' },
  empty: 0,
  read: Number,
};
