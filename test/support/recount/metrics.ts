import type { Call } from '../../../src/calls/call.table.ts';
import type { ServiceLevelClock, ServiceLevelRule } from '../../../src/graphql/generated/inputs.ts';
import { readDecimal, writeDecimal } from './decimal.ts';

/** The thresholds of a question about figures: the variables of the fragments below. */
export type Thresholds = { within: number; short: number; p: number; bounds: number[] };

const clocks: ServiceLevelClock[] = ['START', 'LEG_A_PICKED', 'LEG_B_STARTED'];
const rules: ServiceLevelRule[] = [
  'SHORT_ABANDONS_EXCLUDED',
  'ABANDONED_COUNT_AGAINST',
  'ABANDONED_AFTER_T_AGAINST',
  'ABANDONED_WITHIN_T_COUNT',
  'SHORT_ABANDONS_COUNT',
  'ANSWERED_ONLY',
];
const statistics = ['speedOfAnswer', 'duration', 'talkTime', 'ringTime', 'waitTime', 'ivrTime'] as const;
const counts = [
  'callCount',
  'completedCount',
  'liveCount',
  'unreportedCount',
  'offeredCount',
  'answeredCount',
  'missedCount',
  'abandonedCount',
  'ivrEndedCount',
  'unknownCount',
  'inboundCount',
  'outboundCount',
] as const;

export const thresholdVariables = '$within: Int!, $short: Int!, $p: Float!, $bounds: [Int!]!';

/** A few fields of CallMetrics, for many rows. */
export const fewFiguresFragments = /* GraphQL */ `
  fragment FewFigures on CallMetrics {
    ${counts.join(' ')}
    shortAbandonedCount(shortAbandonSeconds: $short)
    answerRate { ...R }
    serviceLevel { ...R }
    talkTime { count sum average }
    coinsTotal
  }
  fragment R on Ratio { value numerator denominator excluded }
`;

/** Every field of CallMetrics, of service levels all rules by all clocks, with the few fields beside. */
export const figuresFragments = /* GraphQL */ `
  fragment Figures on CallMetrics {
    ...FewFigures
    answerSeizureRatio { ...R }
    abandonRate(shortAbandonSeconds: $short) { ...R }
    ${clocks
      .flatMap((clock) =>
        rules.map(
          (rule) => `${clock}_${rule}: serviceLevel(
            withinSeconds: $within, clock: ${clock}, rule: ${rule}, shortAbandonSeconds: $short
          ) { ...R }`,
        ),
      )
      .join('\n')}
    ${statistics.map((name) => `${name} { ...S }`).join('\n')}
    uniqueCustomerCount
  }
  fragment S on DurationStatistics {
    count sum average min max percentile(p: $p, belowOne: true) median: percentile(p: 50) histogram(bounds: $bounds) { from to count }
  }
  ${fewFiguresFragments}
`;

export type Figures = ReturnType<typeof recountFigures>;
export type FewFigures = ReturnType<typeof recountFewFigures>;

/** Counts every figure over calls, call by call, as the fragment Figures answers it. */
export function recountFigures(calls: readonly Call[], thresholds: Thresholds) {
  const { within, short } = thresholds;
  const inbound = calls.filter(({ direction }) => direction === 'INBOUND');
  const completed = calls.filter(({ status }) => status === 'COMPLETED');
  const answered = (call: Call) => call.outcome === 'ANSWERED';
  const abandoned = (call: Call) => call.outcome === 'ABANDONED';
  const spans = (among: readonly Call[], of: (call: Call) => number | null) =>
    recountStatistics(
      among.map(of).filter((seconds) => seconds !== null),
      thresholds,
    );
  const attempts = completed.filter(({ direction }) => direction !== 'UNKNOWN');
  const seized = attempts.filter(
    (call) => answered(call) || (call.direction === 'INBOUND' && call.legAPickedAt !== null),
  );
  const shortOnes = inbound.filter((call) => isShortAbandoned(call, short));
  const notShort = inbound.filter((call) => isOffered(call) && !shortOnes.includes(call));
  return {
    ...recountFewFigures(calls, thresholds),
    answerSeizureRatio: ratio(seized, attempts, completed.length - attempts.length),
    abandonRate: ratio(notShort.filter(abandoned), notShort, shortOnes.length),
    ...Object.fromEntries(
      clocks.flatMap((clock) =>
        rules.map((rule) => [`${clock}_${rule}`, recountServiceLevel(calls, { within, short, clock, rule })]),
      ),
    ),
    speedOfAnswer: spans(inbound.filter(answered), (call) => call.waitSeconds),
    duration: spans(completed, (call) => call.durationSeconds),
    talkTime: spans(calls.filter(answered), (call) => call.talkSeconds),
    ringTime: spans(completed, (call) => call.ringSeconds),
    waitTime: spans(
      inbound.filter((call) => answered(call) || abandoned(call)),
      (call) => call.waitSeconds,
    ),
    ivrTime: spans(completed, (call) => call.ivrSeconds),
    uniqueCustomerCount: new Set(calls.map(({ customerId }) => customerId).filter((id) => id !== null)).size,
  };
}

/** The same for the fragment FewFigures. */
export function recountFewFigures(calls: readonly Call[], { short }: Pick<Thresholds, 'short'>) {
  const countOf = (test: (call: Call) => boolean) => calls.filter(test).length;
  const ofOutcome = (outcome: Call['outcome']) => countOf((call) => call.outcome === outcome);
  const offered = calls.filter(isOffered);
  const talks = calls.flatMap((call) =>
    call.outcome === 'ANSWERED' && call.talkSeconds !== null ? [call.talkSeconds] : [],
  );
  return {
    callCount: calls.length,
    completedCount: countOf(({ status }) => status === 'COMPLETED'),
    liveCount: countOf(({ status }) => status === 'RINGING' || status === 'IN_PROGRESS'),
    unreportedCount: countOf(({ status }) => status === 'UNREPORTED'),
    offeredCount: offered.length,
    answeredCount: ofOutcome('ANSWERED'),
    missedCount: ofOutcome('MISSED'),
    abandonedCount: ofOutcome('ABANDONED'),
    ivrEndedCount: ofOutcome('IVR_ENDED'),
    unknownCount: ofOutcome('UNKNOWN'),
    inboundCount: countOf(({ direction }) => direction === 'INBOUND'),
    outboundCount: countOf(({ direction }) => direction === 'OUTBOUND'),
    shortAbandonedCount: countOf((call) => isShortAbandoned(call, short)),
    answerRate: ratio(
      offered.filter(({ outcome }) => outcome === 'ANSWERED'),
      offered,
      0,
    ),
    serviceLevel: recountServiceLevel(calls, {
      within: 20,
      short: 5,
      clock: 'LEG_A_PICKED',
      rule: 'SHORT_ABANDONS_EXCLUDED',
    }),
    talkTime: { count: talks.length, sum: sum(talks), average: talks.length === 0 ? null : sum(talks) / talks.length },
    coinsTotal: writeDecimal(calls.reduce((total, { coins }) => total + readDecimal(coins ?? '0'), 0n)),
  };
}

const isOffered = ({ outcome }: Call) => outcome === 'ANSWERED' || outcome === 'MISSED' || outcome === 'ABANDONED';

function isShortAbandoned({ direction, outcome, waitSeconds }: Call, short: number): boolean {
  return direction === 'INBOUND' && outcome === 'ABANDONED' && waitSeconds !== null && waitSeconds < short;
}

type ServiceLevel = { within: number; short: number; clock: ServiceLevelClock; rule: ServiceLevelRule };

function recountServiceLevel(calls: readonly Call[], { within, short, clock, rule }: ServiceLevel) {
  const terms = { A: 0, At: 0, M: 0, B: 0, Bt: 0, Bs: 0, leftOut: 0 };
  for (const call of calls) {
    if (call.direction !== 'INBOUND' || !isOffered(call)) continue;
    if (call.outcome === 'MISSED') {
      terms.M += 1;
      continue;
    }
    const time = secondsOnClock(call, clock);
    if (time === null) {
      terms.leftOut += 1;
      continue;
    }
    if (call.outcome === 'ANSWERED') {
      terms.A += 1;
      if (time <= within) terms.At += 1;
    } else {
      terms.B += 1;
      if (time <= within) terms.Bt += 1;
      if (time < short) terms.Bs += 1;
    }
  }
  const { A, At, M, B, Bt, Bs, leftOut } = terms;
  const O = A + M + B;
  switch (rule) {
    case 'SHORT_ABANDONS_EXCLUDED':
      return quotient(At, O - Bs, leftOut + Bs);
    case 'ABANDONED_COUNT_AGAINST':
      return quotient(At, O, leftOut);
    case 'ABANDONED_AFTER_T_AGAINST':
      return quotient(At, O - Bt, leftOut + Bt);
    case 'ABANDONED_WITHIN_T_COUNT':
      return quotient(At + Bt, O, leftOut);
    case 'SHORT_ABANDONS_COUNT':
      return quotient(At + Bs, O, leftOut);
    case 'ANSWERED_ONLY':
      return quotient(At, A, leftOut + M + B);
  }
}

/** Whole seconds from the clock's start to the answer or the end; null where one is missing or they are the wrong way round. */
function secondsOnClock(call: Call, clock: ServiceLevelClock): number | null {
  const start = {
    START: call.startedAt,
    LEG_A_PICKED: call.legAPickedAt ?? call.startedAt,
    LEG_B_STARTED: call.legBStartedAt,
  };
  return secondsBetween(start[clock], call.outcome === 'ANSWERED' ? call.answeredAt : call.endedAt);
}

export function secondsBetween(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null;
  const ms = Date.parse(to) - Date.parse(from);
  return ms < 0 ? null : Math.trunc(ms / 1000);
}

function recountStatistics(seconds: readonly number[], { p, bounds }: Thresholds) {
  const sorted = [...seconds].sort((a, b) => a - b);
  const total = sum(sorted);
  return {
    count: sorted.length,
    sum: total,
    average: sorted.length === 0 ? null : total / sorted.length,
    min: sorted[0] ?? null,
    max: sorted.at(-1) ?? null,
    percentile: percentile(sorted, p),
    median: percentile(sorted, 50),
    histogram: [null, ...bounds].map((from, i) => {
      const to = bounds[i] ?? null;
      const within = sorted.filter((value) => (from === null || value >= from) && (to === null || value < to));
      return { from, to, count: within.length };
    }),
  };
}

/** Linear interpolation between the two values around the place p percent of the way from the first to the last. */
function percentile(sorted: readonly number[], p: number): number | null {
  if (sorted.length === 0) return null;
  const place = (p / 100) * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? 0;
  return low + (place - below) * (high - low);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const ratio = (part: readonly Call[], whole: readonly Call[], excluded: number) =>
  quotient(part.length, whole.length, excluded);
const quotient = (numerator: number, denominator: number, excluded: number) => ({
  value: denominator === 0 ? null : numerator / denominator,
  numerator,
  denominator,
  excluded,
});

/** Rounds every number to ten digits: both ways of computing a float may differ in the last bit. */
export function rounded<Value>(value: Value): Value {
  if (typeof value === 'number') return (Number.isInteger(value) ? value : Number(value.toPrecision(10))) as Value;
  if (Array.isArray(value)) return value.map(rounded) as Value;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rounded(item)])) as Value;
}

/** The figures that add up over groups and buckets. */
export function additive(figures: FewFigures) {
  return [
    ...counts.map((name) => figures[name]),
    figures.shortAbandonedCount,
    figures.answerRate.numerator,
    figures.answerRate.denominator,
    figures.serviceLevel.numerator,
    figures.serviceLevel.denominator,
    figures.serviceLevel.excluded,
    figures.talkTime.count,
    figures.talkTime.sum,
  ]
    .map(BigInt)
    .concat(readDecimal(figures.coinsTotal));
}
