import { badInput } from '../../errors.ts';
import type { TimeInterval } from '../../graphql/generated/inputs.ts';
import { type Bucket, bucketsOf, estimateBuckets } from '../../time/buckets.ts';
import type { MetricsQuestion } from '../metrics-question.ts';
import { MetricsSheet, type MetricsSlice } from '../metrics-sheet.ts';
import { type CountedCalls, callsOfQuestion } from './counted-calls.ts';

export type MetricsBucket = Bucket & {
  metrics: MetricsSlice;
  /** The calls that the whole series is of. */
  seriesOf: () => CountedCalls;
};

/** The figures of every bucket of the range, empty ones too. BAD_USER_INPUT where the interval is too fine for the range. */
export function timeSeries(question: MetricsQuestion, interval: TimeInterval): MetricsBucket[] {
  const buckets = cutIntoBuckets(question, interval);
  const sheet = new MetricsSheet(question, { time: timeSlots(buckets) });
  const seriesOf = () => callsOfQuestion(question);
  return buckets.map((bucket, slot) => ({ ...bucket, metrics: { sheet, slot }, seriesOf }));
}

export function timeSlots(buckets: readonly Bucket[]) {
  return { starts: buckets.map(({ start }) => start), count: buckets.length };
}

const intervals: readonly TimeInterval[] = ['QUARTER_HOUR', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'];

/** The buckets of a question's range. */
export function cutIntoBuckets(
  { range, timeZone, weekStartsOn, now, budget: { maxRows } }: MetricsQuestion,
  interval: TimeInterval,
): Bucket[] {
  // Whether it is far too many is told before any is made; the estimate may be a little high.
  const estimate = estimateBuckets(interval, range);
  if (estimate > maxRows * 1.1) throw tooFine(estimate);
  const buckets = bucketsOf(interval, range, { zone: timeZone, weekStartsOn, now });
  if (buckets.length > maxRows) throw tooFine(buckets.length);
  return buckets;

  function tooFine(count: number) {
    const fitting = intervals.filter((longer) => estimateBuckets(longer, range) <= maxRows);
    return badInput(
      ['interval'],
      `${interval} cuts this range into about ${count} buckets, more than ${maxRows}`,
      fitting.length > 0 ? `${fitting.join(', ')}, or a shorter range` : 'a shorter range',
    );
  }
}
