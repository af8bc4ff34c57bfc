import { isLive } from '../calls/list/list-calls.ts';
import type { Aggregate } from '../columnar/index.ts';
import type { ServiceLevelClock, ServiceLevelRule } from '../graphql/generated/inputs.ts';
import { memoize } from '../memoize.ts';
import {
  allOf,
  anyOf,
  type CallOperand,
  type ClassField,
  type Comparison,
  everything,
  not,
  nothing,
  type Predicate,
  type SpanField,
} from '../query/predicate.ts';
import { countColumn, type MetricColumn } from './metric-column.ts';

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
type Short = { shortAbandonSeconds: number };
const short = ({ shortAbandonSeconds }: Short) =>
  allOf(inbound, abandoned, compare('waitSeconds', 'lt', shortAbandonSeconds));

/** One value. `additive`: that of a whole is the sum of those of its parts. */
type Figure<Args, Value> = { kind: 'figure'; additive: boolean; of: (args: Args) => MetricColumn<Value> };
/** A share, and what it is made of; its parts add up. */
type Ratio<Args> = { kind: 'ratio'; of: (args: Args) => RatioColumns };
export type RatioColumns = Record<'numerator' | 'denominator' | 'excluded', MetricColumn<number>>;
/** Statistics of a span of whole seconds, over the calls that count for it; counts and sums add up. */
type Statistics = { kind: 'statistics'; measure: Measure };
export type Measure = { name: string; seconds: SpanField; over: Predicate };

/** A metric that the calls of a set tell by themselves. */
export type Metric = Figure<never, unknown> | Ratio<never> | Statistics;

/** Counts the calls that a formula holds for; one with arguments makes it of them. */
function count(formula: Predicate): (name: string) => Figure<unknown, number>;
function count<Args extends object>(formula: (args: Args) => Predicate): (name: string) => Figure<Args, number>;
function count<Args extends object>(formula: Predicate | ((args: Args) => Predicate)) {
  return (name: string): Figure<Args, number> => ({
    kind: 'figure',
    additive: true,
    of: made(name, formula, countColumn),
  });
}

type RatioFormula = Record<keyof RatioColumns, Predicate>;
function ratio(formula: RatioFormula): (name: string) => Ratio<unknown>;
function ratio<Args extends object>(formula: (args: Args) => RatioFormula): (name: string) => Ratio<Args>;
function ratio<Args extends object>(formula: RatioFormula | ((args: Args) => RatioFormula)) {
  return (name: string): Ratio<Args> => ({
    kind: 'ratio',
    of: made(name, formula, (named, { numerator, denominator, excluded }) => ({
      numerator: countColumn(`${named}.numerator`, numerator),
      denominator: countColumn(`${named}.denominator`, denominator),
      excluded: countColumn(`${named}.excluded`, excluded),
    })),
  });
}

/** The same for the same arguments: what is known of columns is known by them. */
function made<Args extends object, Formula extends object, Made extends object>(
  name: string,
  formula: Formula | ((args: Args) => Formula),
  make: (name: string, formula: Formula) => Made,
): (args: Args) => Made {
  if (typeof formula !== 'function') {
    const one = make(name, formula);
    return () => one;
  }
  const nameOf = (args: Args) => `${name}(${Object.values(args).join()})`;
  return memoize(nameOf, (args) => make(nameOf(args), formula(args)));
}

const statistics =
  (seconds: SpanField, over: Predicate) =>
  (name: string): Statistics => ({ kind: 'statistics', measure: { name, seconds, over } });

const total =
  <Value>(aggregate: Aggregate, additive: boolean, column: Pick<MetricColumn<Value>, 'empty' | 'read'>) =>
  (name: string): Figure<unknown, Value> => {
    const one = { name, aggregate, ...column };
    return { kind: 'figure', additive, of: () => one };
  };

export type ServiceLevelQuestion = Short & {
  withinSeconds: number;
  clock: ServiceLevelClock;
  rule: ServiceLevelRule;
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

function serviceLevel({ withinSeconds, clock, rule, shortAbandonSeconds }: ServiceLevelQuestion): RatioFormula {
  const time = clocks[clock];
  const timed = compare(time, 'gte', 0); // a negative span is no time
  const within = compare(time, 'lte', withinSeconds);
  const a = allOf(inbound, answered, timed);
  const b = allOf(inbound, abandoned, timed);
  const m = allOf(inbound, missed);
  const at = allOf(a, within);
  const bt = allOf(b, within);
  const bs = allOf(b, compare(time, 'lt', shortAbandonSeconds));
  const leftOut = allOf(inbound, anyOf(answered, abandoned), not(timed));
  const o = anyOf(a, m, b);
  const without = (part: Predicate) => allOf(o, not(part));
  const rules: Record<ServiceLevelRule, RatioFormula> = {
    SHORT_ABANDONS_EXCLUDED: { numerator: at, denominator: without(bs), excluded: anyOf(leftOut, bs) },
    ABANDONED_COUNT_AGAINST: { numerator: at, denominator: o, excluded: leftOut },
    ABANDONED_AFTER_T_AGAINST: { numerator: at, denominator: without(bt), excluded: anyOf(leftOut, bt) },
    ABANDONED_WITHIN_T_COUNT: { numerator: anyOf(at, bt), denominator: o, excluded: leftOut },
    SHORT_ABANDONS_COUNT: { numerator: anyOf(at, bs), denominator: o, excluded: leftOut },
    ANSWERED_ONLY: { numerator: at, denominator: a, excluded: anyOf(leftOut, m, b) },
  };
  return rules[rule];
}

/**
 * The plain metrics, each once, under its name in the schema, whose description says its formula in words. Resolvers, SQL and what
 * is scanned come from here.
 */
export const catalogue = named({
  callCount: count(everything),
  completedCount: count(completed),
  liveCount: count(isLive),
  unreportedCount: count(is('status', 'UNREPORTED')),
  offeredCount: count(offered),
  answeredCount: count(answered),
  missedCount: count(missed),
  abandonedCount: count(abandoned),
  ivrEndedCount: count(is('outcome', 'IVR_ENDED')),
  unknownCount: count(is('outcome', 'UNKNOWN')),
  inboundCount: count(inbound),
  outboundCount: count(outbound),
  shortAbandonedCount: count(short),
  answerRate: ratio({ numerator: answered, denominator: offered, excluded: nothing }),
  answerSeizureRatio: ratio({
    numerator: allOf(completed, anyOf(allOf(inbound, anyOf(legAPicked, answered)), allOf(outbound, answered))),
    denominator: allOf(completed, not(unknownDirection)),
    excluded: allOf(completed, unknownDirection),
  }),
  abandonRate: ratio((args: Short) => ({
    numerator: allOf(inbound, abandoned, not(short(args))),
    denominator: allOf(inbound, offered, not(short(args))),
    excluded: short(args),
  })),
  serviceLevel: ratio(serviceLevel),
  speedOfAnswer: statistics('waitSeconds', allOf(inbound, answered)),
  duration: statistics('durationSeconds', completed),
  talkTime: statistics('talkSeconds', answered),
  ringTime: statistics('ringSeconds', completed),
  waitTime: statistics('waitSeconds', allOf(inbound, anyOf(answered, abandoned))),
  ivrTime: statistics('ivrSeconds', completed),
  coinsTotal: total<string>({ of: 'coins' }, true, { empty: '0', read: String }),
  uniqueCustomerCount: total<number>({ of: 'customers' }, false, { empty: 0, read: Number }),
});

function named<Made extends Record<string, (name: string) => Metric>>(make: Made) {
  return Object.fromEntries(Object.entries(make).map(([name, one]) => [name, one(name)])) as {
    readonly [Name in keyof Made]: ReturnType<Made[Name]>;
  };
}

type Taken = Extract<Aggregate, { of: 'spans' }>['take'];
const takenName = (take: Taken) => (typeof take === 'string' ? take : `percentile(${take.percentile})`);

/** One of the statistics of a measure: 0, or null, for nothing. A percentile is between 0 and 100, both outside. */
export const statisticOf = memoize(
  ({ name }: Measure, take: Taken) => `${name}.${takenName(take)}`,
  ({ name, seconds, over }, take) => ({
    name: `${name}.${takenName(take)}`,
    aggregate: { of: 'spans', take, seconds, over },
    empty: take === 'count' || take === 'sum' ? 0 : null,
    read: (raw: unknown) => (raw === null ? null : Number(raw)),
  }),
) as <Take extends Taken>(
  measure: Measure,
  take: Take,
) => MetricColumn<Take extends 'count' | 'sum' ? number : number | null>;

/** How many spans lie in [from, to); null: no bound. */
export const binOf = memoize(
  ({ name }: Measure, from: number | null, to: number | null) => `${name}.bin(${from},${to})`,
  ({ name, seconds, over }, from, to): MetricColumn<number> => {
    const bounds = [over, not<CallOperand>({ of: seconds, isMissing: true })];
    if (from !== null) bounds.push(compare(seconds, 'gte', from));
    if (to !== null) bounds.push(compare(seconds, 'lt', to));
    return countColumn(`${name}.bin(${from},${to})`, allOf(...bounds));
  },
);
