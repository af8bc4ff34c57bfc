import { type SQL, sql } from 'drizzle-orm';
import type { ClockPart, LocalClock } from '../../time/local-clock.ts';
import { calls } from '../call.table.ts';

/** What the local clock read when a call started: readClockPart in SQL. */
export function clockSql({ part, stretches }: LocalClock): SQL {
  return parts[part](localSeconds(stretches));
}

// An hour of the clock begins at whole multiples of 3600 local seconds; 1970-01-01 was a Thursday.
const hour = (local: SQL) => sql`(mod(${local}, 86400) / 3600)::integer`;
const weekday = (local: SQL) => sql`(mod(${local} / 86400 + 3, 7) + 1)::integer`;
const parts: Record<ClockPart, (local: SQL) => SQL> = {
  HOUR_OF_DAY: hour,
  DAY_OF_WEEK: weekday,
  HOUR_OF_WEEK: (local) => sql`((${weekday(local)} - 1) * 24 + ${hour(local)})`,
};

// Seconds from the local midnight that began a Thursday long before any call, so that nothing below it is negative.
const shift = 7 * 86_400 * 150_000;

function localSeconds(stretches: LocalClock['stretches']): SQL {
  const [only, ...more] = stretches;
  const epoch = sql`floor(extract(epoch from ${calls.startedAt}))::bigint + ${sql.raw(String(shift))}`;
  if (only && more.length === 0) return sql`(${epoch} + ${only.offsetSeconds}::bigint)`;
  const starts = sql.param(stretches.map(({ from }) => from));
  const offsets = sql.param(stretches.map(({ offsetSeconds }) => offsetSeconds));
  // What started before the first stretch is not in the range.
  const stretch = sql`width_bucket(${calls.startedAt}, ${starts}::timestamptz[])`;
  return sql`(${epoch} + (${offsets}::bigint[])[${stretch}])`;
}
