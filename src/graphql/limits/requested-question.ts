import { countBuckets, estimateBuckets, type TimeInterval } from '../../time/buckets.ts';
import { type Comparison, compareRange } from '../../time/compare.ts';
import { type Instant, instantOf } from '../../time/instant.ts';
import { resolveRange, type TimeRange, type TimeRangeInput } from '../../time/range.ts';
import { isTimeZoneName } from '../../time/time-zone-names.ts';
import type { Given } from './collect-fields.ts';
import { isRecord } from './requested-operation.ts';

/** What is asked over a range, as far as it tells how many buckets there are. */
export type RequestedQuestion = { range: TimeRange; zone: string; weekStartsOn: number; now: Instant };

/** What decides where a question's arguments do not. */
export type QuestionDefaults = { timeZone: string };

/** Null where the arguments are refused when they are read. */
export function requestedQuestion(given: Given, { timeZone }: QuestionDefaults): RequestedQuestion | null {
  const named = given('timeZone');
  // An account's own zone cuts its ranges into as many buckets, but for one or two.
  const zone = typeof named === 'string' && isTimeZoneName(named) ? named : timeZone;
  const weekStartsOn = given('weekStartsOn') ?? 1;
  const range = given('range');
  if (typeof weekStartsOn !== 'number' || !isRecord(range)) return null;
  const now = instantOf(Date.now());
  return orNull(() => {
    const resolved = resolveRange(range as TimeRangeInput, { zone, now, weekStartsOn, path: ['range'] });
    return { range: resolved, zone, weekStartsOn, now };
  });
}

/** The same question over the range to compare with. */
export function comparedQuestion(question: RequestedQuestion | null, to: unknown): RequestedQuestion | null {
  return question && orNull(() => ({ ...question, range: compareRange(question.range, to as Comparison, question) }));
}

/** How many buckets a series has. 1 where the arguments are refused when they are read, as for more than `most` buckets. */
export function bucketCount(question: RequestedQuestion | null, interval: unknown, most: number): number {
  if (!question) return 1;
  const { range } = question;
  const count = orNull(() => {
    const estimate = estimateBuckets(interval as TimeInterval, range);
    return estimate > most * 1.1 ? estimate : countBuckets(interval as TimeInterval, range, question);
  });
  return count !== null && count <= most ? count : 1;
}

function orNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
