import { sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import { AppError } from '../errors.ts';
import type { TimeInterval } from '../graphql/generated.ts';
import { bucketsOf, estimateBuckets } from '../time/buckets.ts';
import type { MetricsQuestion } from './metrics-question.ts';
import { MetricsSheet, type MetricsSlice } from './metrics-sheet.ts';

/** A series may have so many buckets, and a breakdown so many groups. */
export const maxRows = 10_000;

export type MetricsBucket = { start: string; end: string; label: string; isPartial: boolean; metrics: MetricsSlice };

/** The figures of every bucket of the range, empty ones too. TOO_EXPENSIVE above maxRows. */
export function timeSeries(question: MetricsQuestion, interval: TimeInterval): MetricsBucket[] {
  const { db, condition, range, timeZone, weekStartsOn, now } = question;
  // Whether it is far too many is told before any is made; the estimate may be a little high.
  const estimate = estimateBuckets(interval, range);
  if (estimate > maxRows * 1.1) throw tooManyBuckets(interval, estimate);
  const buckets = bucketsOf(interval, range, { zone: timeZone, weekStartsOn, now });
  if (buckets.length > maxRows) throw tooManyBuckets(interval, buckets.length);
  const starts = sql.param(buckets.map(({ start }) => start));
  // Boundaries are made first and calls assigned to them: no function of the database cuts local hours right.
  const slot = sql`width_bucket(${calls.startedAt}, ${starts}::timestamptz[]) - 1`;
  const sheet = new MetricsSheet(db, { condition, slot });
  return buckets.map((bucket, i) => ({ ...bucket, metrics: { sheet, slot: i } }));
}

function tooManyBuckets(interval: TimeInterval, estimate: number): AppError {
  return new AppError(
    'TOO_EXPENSIVE',
    `timeSeries(interval: ${interval}) over this range has about ${estimate} buckets. Allowed: at most ${maxRows}. ` +
      'Ask for a longer interval or a shorter range.',
    { estimate, allowed: maxRows },
  );
}
