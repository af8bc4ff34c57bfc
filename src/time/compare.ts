import { type CalendarUnit, periodAt } from './calendar.ts';
import { clampMs, instantOf, msOf } from './instant.ts';
import { addMonths, dayMs, localDateOf } from './local-date.ts';
import type { TimeRange } from './range.ts';
import { localMsAt, localToMs, startOfDayMs } from './zone.ts';

/** The schema's Comparison. */
export type Comparison = 'PREVIOUS_PERIOD' | 'SAME_PERIOD_LAST_WEEK' | 'SAME_PERIOD_LAST_YEAR';

type CompareContext = { readonly zone: string; readonly weekStartsOn: number };

/** The range to compare a range with. Never before the year 0001: what would lie there is cut off. */
export function compareRange(range: TimeRange, comparison: Comparison, context: CompareContext): TimeRange {
  const from = readClock(context.zone, msOf(range.from));
  const to = readClock(context.zone, msOf(range.to));
  switch (comparison) {
    case 'PREVIOUS_PERIOD':
      return previousPeriod(range, from, to, context);
    case 'SAME_PERIOD_LAST_WEEK':
      return rangeOf(shiftDays(from, -7), shiftDays(to, -7), keep(range, ['DAY', 'WEEK']));
    case 'SAME_PERIOD_LAST_YEAR':
      return samePeriodLastYear(range, from, to);
  }
}

function previousPeriod(range: TimeRange, from: Reading, to: Reading, { zone, weekStartsOn }: CompareContext) {
  if (range.period) {
    const previous = periodAt(zone, range.period, from.ms - 1, weekStartsOn);
    return rangeOf(previous.from, previous.to, range.period);
  }
  if (from.isFirstOfMonth && to.isFirstOfMonth) {
    return rangeOf(shiftMonths(from, monthOf(from) - monthOf(to)), from.ms, null);
  }
  if (from.isMidnight && to.isMidnight) return rangeOf(shiftDays(from, from.day - to.day), from.ms, null);
  return rangeOf(2 * from.ms - to.ms, from.ms, null);
}

function samePeriodLastYear(range: TimeRange, from: Reading, to: Reading): TimeRange {
  const period = keep(range, ['DAY', 'MONTH', 'QUARTER', 'YEAR']);
  if (from.isFirstOfMonth && to.isFirstOfMonth) return rangeOf(shiftMonths(from, -12), shiftMonths(to, -12), period);
  const days = addMonths(from.day, -12) - from.day;
  return rangeOf(shiftDays(from, days), shiftDays(to, days), period);
}

/** What calendar and clock show at a moment. The first instant of a date reads as its midnight, also where that is 01:00. */
type Reading = {
  zone: string;
  ms: number;
  day: number;
  timeOfDay: number;
  isMidnight: boolean;
  isFirstOfMonth: boolean;
};

function readClock(zone: string, ms: number): Reading {
  const local = localMsAt(zone, ms);
  const day = Math.floor(local / dayMs);
  const isMidnight = startOfDayMs(zone, day) === ms;
  const timeOfDay = isMidnight ? 0 : local - day * dayMs;
  return { zone, ms, day, timeOfDay, isMidnight, isFirstOfMonth: isMidnight && localDateOf(day).day === 1 };
}

function shiftDays(reading: Reading, days: number): number {
  return momentOf(reading, reading.day + days);
}

function shiftMonths(reading: Reading, months: number): number {
  return momentOf(reading, addMonths(reading.day, months));
}

function momentOf({ zone, isMidnight, timeOfDay }: Reading, day: number): number {
  return isMidnight ? startOfDayMs(zone, day) : localToMs(zone, day * dayMs + timeOfDay);
}

function monthOf({ day }: Reading): number {
  const { year, month } = localDateOf(day);
  return year * 12 + month;
}

function keep({ period }: TimeRange, units: CalendarUnit[]): CalendarUnit | null {
  return period && units.includes(period) ? period : null;
}

function rangeOf(fromMs: number, toMs: number, period: CalendarUnit | null): TimeRange {
  // Ends on both sides of a clock change can change places; then nothing is left between them.
  return { from: instantOf(clampMs(fromMs)), to: instantOf(clampMs(Math.max(fromMs, toMs))), period };
}
