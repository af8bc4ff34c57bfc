import pg from 'pg';
import { periodAt } from '../../src/time/calendar.ts';
import { type Instant, instantOf } from '../../src/time/instant.ts';
import { dayMs } from '../../src/time/local-date.ts';

/** Asia/Kolkata has no clock changes: days there are whole days of elapsed time. */
export const zone = 'Asia/Kolkata';

export type SpanName = 'day' | 'month' | 'year';
export type Span = { from: Instant; to: Instant };

/** Whether a customer has called again is known after so long: until then the answers change with the clock. */
const settledAfterDays = 7;

/**
 * The newest whole month of the calls in a database, a Wednesday in the middle of it, and the newest 365 days but for the last
 * ones that are not settled.
 */
export async function findSpans(url: string): Promise<Record<SpanName, Span>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      'select (extract(epoch from max(started_at)) * 1000)::float8 as newest from calls',
    );
    const newest = periodAt(zone, 'DAY', Number(rows[0]?.newest), 1);
    const month = periodAt(zone, 'MONTH', periodAt(zone, 'MONTH', newest.from, 1).from - 1, 1);
    const week = periodAt(zone, 'WEEK', month.from + 14 * dayMs, 1);
    const wednesday = { from: week.from + 2 * dayMs, to: week.from + 3 * dayMs };
    const span = ({ from, to }: { from: number; to: number }) => ({ from: instantOf(from), to: instantOf(to) });
    const year = { from: newest.to - 365 * dayMs, to: newest.to - settledAfterDays * dayMs };
    return { day: span(wednesday), month: span(month), year: span(year) };
  } finally {
    await client.end();
  }
}
