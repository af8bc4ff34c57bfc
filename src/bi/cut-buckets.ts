import { bucketsOf } from '../time/buckets.ts';
import { instantOf, msOf } from '../time/instant.ts';
import { readClockPart } from '../time/local-clock.ts';
import { isoWeekday, localDateOf } from '../time/local-date.ts';
import { epochDayAt, localMsAt } from '../time/zone.ts';
import type { BiBucket } from './bi-bucket.table.ts';

/** The days and hours of a zone that a span of time touches, by the rules of every series; in milliseconds since 1970. */
export function cutBuckets(timeZone: string, span: { from: number; to: number }): BiBucket[] {
  const range = { from: instantOf(span.from), to: instantOf(span.to) };
  const context = { zone: timeZone, weekStartsOn: 1, now: range.to };
  return (['DAY', 'HOUR'] as const).flatMap((unit) =>
    bucketsOf(unit, range, context).map(({ start, end, label }): BiBucket => {
      const ms = msOf(start);
      const epochDay = epochDayAt(timeZone, ms);
      const local = localMsAt(timeZone, ms);
      return {
        timeZone,
        unit,
        startsAt: start,
        endsAt: end,
        label,
        day: dateText(epochDay),
        dayOfWeek: unit === 'DAY' ? isoWeekday(epochDay) : readClockPart('DAY_OF_WEEK', local),
        hourOfDay: unit === 'DAY' ? null : readClockPart('HOUR_OF_DAY', local),
      };
    }),
  );
}

function dateText(epochDay: number): string {
  const { year, month, day } = localDateOf(epochDay);
  return [String(year).padStart(4, '0'), ...[month, day].map((part) => String(part).padStart(2, '0'))].join('-');
}
