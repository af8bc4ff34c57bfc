import { addMonths, epochDayOf, isoWeekday, localDateOf } from './local-date.ts';
import { epochDayAt, startOfDayMs } from './zone.ts';

/** The units that begin with a local date. */
export type CalendarUnit = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

/** First day of the period that a day is in. weekStartsOn: ISO weekday 1 to 7. */
export function firstDayOf(unit: CalendarUnit, epochDay: number, weekStartsOn: number): number {
  const { year, month } = localDateOf(epochDay);
  switch (unit) {
    case 'DAY':
      return epochDay;
    case 'WEEK':
      return epochDay - ((isoWeekday(epochDay) - weekStartsOn + 7) % 7);
    case 'MONTH':
      return epochDayOf({ year, month, day: 1 });
    case 'QUARTER':
      return epochDayOf({ year, month: month - ((month - 1) % 3), day: 1 });
    case 'YEAR':
      return epochDayOf({ year, month: 1, day: 1 });
  }
}

/** First day of the next period, from the first day of one. */
export function nextFirstDay(unit: CalendarUnit, firstDay: number): number {
  switch (unit) {
    case 'DAY':
      return firstDay + 1;
    case 'WEEK':
      return firstDay + 7;
    case 'MONTH':
      return addMonths(firstDay, 1);
    case 'QUARTER':
      return addMonths(firstDay, 3);
    case 'YEAR':
      return addMonths(firstDay, 12);
  }
}

/** The whole period of a zone that a moment is in, as milliseconds [from, to). */
export function periodAt(
  zone: string,
  unit: CalendarUnit,
  ms: number,
  weekStartsOn: number,
): { from: number; to: number } {
  const first = firstDayOf(unit, epochDayAt(zone, ms), weekStartsOn);
  return { from: startOfDayMs(zone, first), to: startOfDayMs(zone, nextFirstDay(unit, first)) };
}
