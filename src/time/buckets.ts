import { type CalendarUnit, firstDayOf, nextFirstDay } from './calendar.ts';
import { clampMs, type Instant, instantOf, msOf } from './instant.ts';
import { dayMs, localDateOf } from './local-date.ts';
import { epochDayAt, offsetStretches, startOfDayMs } from './zone.ts';

/** The schema's TimeInterval. */
export type TimeInterval = 'QUARTER_HOUR' | 'HOUR' | CalendarUnit;

/** One step [start, end) of a time series. start and end are its own, not cut by the range. */
export type Bucket = {
  readonly start: Instant;
  readonly end: Instant;
  readonly label: string;
  /** The range cuts it, or it has not ended. */
  readonly isPartial: boolean;
};

type BucketContext = { readonly zone: string; readonly weekStartsOn: number; readonly now: Instant };
type Range = { readonly from: Instant; readonly to: Instant };
type Boundary = { readonly ms: number; readonly label: string };

const hourMs = 3_600_000;
const clockSteps = { QUARTER_HOUR: hourMs / 4, HOUR: hourMs };
const averageDays = { DAY: 1, WEEK: 7, MONTH: 30.4, QUARTER: 91.2, YEAR: 365.2 };

/** The buckets that a range touches, in order and without gaps; none for an empty range. */
export function bucketsOf(interval: TimeInterval, range: Range, context: BucketContext): Bucket[] {
  const from = msOf(range.from);
  const to = msOf(range.to);
  const now = msOf(context.now);
  if (from >= to) return [];
  const boundaries =
    interval === 'QUARTER_HOUR' || interval === 'HOUR'
      ? clockBoundaries(clockSteps[interval], from, to, context.zone)
      : calendarBoundaries(interval, from, to, context);
  const buckets: Bucket[] = [];
  let end = '';
  boundaries.forEach(({ ms: startMs, label }, index) => {
    const endMs = boundaries[index + 1]?.ms ?? startMs;
    if (endMs <= from || startMs >= to || endMs === startMs) return;
    const start = end || instantOf(clampMs(startMs));
    end = instantOf(clampMs(endMs));
    buckets.push({ start, end, label, isPartial: startMs < from || endMs > to || endMs > now });
  });
  return buckets;
}

/** At least as many buckets as there are, without making them; at most 3 % and 12 buckets too many. */
export function estimateBuckets(interval: TimeInterval, range: Range): number {
  const ms = msOf(range.to) - msOf(range.from);
  if (ms <= 0) return 0;
  if (interval === 'QUARTER_HOUR' || interval === 'HOUR') {
    // Each clock change adds at most two, and no zone ever changed its clocks twice within 3.9 days.
    return Math.floor(ms / clockSteps[interval]) + 2 * Math.floor(ms / (3.9 * dayMs)) + 5;
  }
  // Seven days cover what the clock can gain on UTC, and short months in a row.
  return Math.floor((ms + 7 * dayMs) / (averageDays[interval] * dayMs)) + 2;
}

/** How many buckets there are, without making them: `bucketsOf(...).length`. */
export function countBuckets(interval: TimeInterval, range: Range, context: Omit<BucketContext, 'now'>): number {
  const from = msOf(range.from);
  const to = msOf(range.to);
  const { zone, weekStartsOn } = context;
  if (from >= to) return 0;
  if (interval === 'QUARTER_HOUR' || interval === 'HOUR') return 1 + countSteps(clockSteps[interval], from, to, zone);
  const last = epochDayAt(zone, to - 1);
  let count = 0;
  let day = firstDayOf(interval, epochDayAt(zone, from), weekStartsOn);
  for (; day <= last; day = nextFirstDay(interval, day)) count += 1;
  return interval === 'DAY' ? count - daysLeftOut(from, to, zone) : count;
}

/** Days that a zone never had: Samoa left one out when it crossed the date line. */
function daysLeftOut(from: number, to: number, zone: string): number {
  let count = 0;
  let before: number | undefined;
  for (const { from: start, to: end, offset } of offsetStretches(zone, from, to)) {
    if (before !== undefined) count += Math.max(0, Math.floor((start + offset) / dayMs) - Math.ceil(before / dayMs));
    before = end + offset;
  }
  return count;
}

/** Full local hours or quarters and clock changes inside of (from, to). */
function countSteps(step: number, from: number, to: number, zone: string): number {
  let count = 0;
  for (const { from: start, to: end, offset } of offsetStretches(zone, from - step, to + step)) {
    const fullAt = (ms: number) => Math.ceil((ms + offset) / step);
    const first = Math.max(start, from + 1);
    count += Math.max(0, fullAt(Math.min(end, to)) - fullAt(first));
    const isChange = start > from && start < to && (start + offset) % step !== 0;
    if (isChange) count += 1;
  }
  return count;
}

/** Every full local hour or quarter and every clock change, from at or before `from` to at or after `to`. */
function clockBoundaries(step: number, from: number, to: number, zone: string): Boundary[] {
  const boundaries: Boundary[] = [];
  const windowStart = from - step;
  for (const stretch of offsetStretches(zone, windowStart, to + step)) {
    const { offset } = stretch;
    const offsetText = textOfOffset(offset);
    const firstFull = Math.ceil((stretch.from + offset) / step) * step - offset;
    const add = (ms: number) => boundaries.push({ ms, label: `${textOfLocal(ms + offset)}${offsetText}` });
    if (stretch.from > windowStart && stretch.from < firstFull) add(stretch.from);
    for (let ms = firstFull; ms < stretch.to; ms += step) add(ms);
  }
  return boundaries;
}

/** The first instants of days, weeks and so on, from at or before `from` to at or after `to`. */
function calendarBoundaries(unit: CalendarUnit, from: number, to: number, context: BucketContext): Boundary[] {
  const boundaries: Boundary[] = [];
  let day = firstDayOf(unit, epochDayAt(context.zone, from), context.weekStartsOn);
  let ms: number;
  do {
    ms = startOfDayMs(context.zone, day);
    boundaries.push({ ms, label: labelOf(unit, day) });
    day = nextFirstDay(unit, day);
  } while (ms < to);
  return boundaries;
}

function labelOf(unit: CalendarUnit, firstDay: number): string {
  const date = localDateOf(firstDay);
  const year = String(date.year).padStart(4, '0');
  const month = twoDigits(date.month);
  switch (unit) {
    case 'DAY':
    case 'WEEK':
      return `${year}-${month}-${twoDigits(date.day)}`;
    case 'MONTH':
      return `${year}-${month}`;
    case 'QUARTER':
      return `${year}-Q${Math.ceil(date.month / 3)}`;
    case 'YEAR':
      return year;
  }
}

/** Such as 2026-11-01T01:00; with seconds where a clock change of old left them. */
function textOfLocal(localMs: number): string {
  const text = instantOf(localMs).replace('+0', '');
  return text.endsWith(':00.000Z') ? text.slice(0, -8) : text.slice(0, -5);
}

/** Such as -04:00; with seconds where the zone was still on local mean time. */
function textOfOffset(offset: number): string {
  const seconds = Math.abs(offset) / 1000;
  const minutes = Math.floor(seconds / 60);
  const tail = seconds % 60 === 0 ? '' : `:${twoDigits(seconds % 60)}`;
  return `${offset < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}${tail}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
