import { type ArgumentPath, badInput } from '../errors.ts';
import { type CalendarUnit, periodAt } from './calendar.ts';
import { type Instant, instantOf, instantSyntax, msOf, parseInstant } from './instant.ts';
import { addMonths, dayMs } from './local-date.ts';
import { localMsAt, localToMs } from './zone.ts';

/** The stretch [from, to) that a question is about. */
export type TimeRange = {
  readonly from: Instant;
  readonly to: Instant;
  /** Set where the range was asked for as one whole calendar period. */
  readonly period: CalendarUnit | null;
};

/** The schema's CalendarPeriod. */
export type CalendarPeriod = keyof typeof calendarPeriods;

/** The schema's TimeRangeInput, its instants not yet read. */
export type TimeRangeInput = {
  readonly between?: { readonly from: unknown; readonly to: unknown } | null;
  readonly last?: string | null;
  readonly calendar?: CalendarPeriod | null;
};

/** What a range depends on besides itself. */
export type RangeContext = {
  readonly zone: string;
  readonly now: Instant;
  /** ISO weekday, Monday = 1 to Sunday = 7. */
  readonly weekStartsOn: number;
  /** Where the range stands in the arguments; weekStartsOn stands beside it. */
  readonly path: ArgumentPath;
};

const calendarPeriods = {
  TODAY: { unit: 'DAY', isPast: false },
  YESTERDAY: { unit: 'DAY', isPast: true },
  THIS_WEEK: { unit: 'WEEK', isPast: false },
  LAST_WEEK: { unit: 'WEEK', isPast: true },
  THIS_MONTH: { unit: 'MONTH', isPast: false },
  LAST_MONTH: { unit: 'MONTH', isPast: true },
  THIS_QUARTER: { unit: 'QUARTER', isPast: false },
  LAST_QUARTER: { unit: 'QUARTER', isPast: true },
  THIS_YEAR: { unit: 'YEAR', isPast: false },
  LAST_YEAR: { unit: 'YEAR', isPast: true },
} satisfies Record<string, { unit: CalendarUnit; isPast: boolean }>;

/** The range that a TimeRangeInput means now, or BAD_USER_INPUT. */
export function resolveRange(input: TimeRangeInput, context: RangeContext): TimeRange {
  const { weekStartsOn, path } = context;
  if (!Number.isInteger(weekStartsOn) || weekStartsOn < 1 || weekStartsOn > 7) {
    throw badInput([...path.slice(0, -1), 'weekStartsOn'], 'is no day of the week', '1 (Monday) to 7 (Sunday)');
  }
  const given = Object.keys(input).filter((key) => input[key as keyof TimeRangeInput] !== undefined);
  const [kind] = given;
  if (given.length !== 1) throw badInput(path, 'must be one kind of range', 'exactly one of between, last, calendar');
  if (kind === 'between' && input.between) return resolveBetween(input.between, [...path, 'between']);
  if (kind === 'last' && typeof input.last === 'string') return resolveLast(input.last, context);
  if (kind === 'calendar' && input.calendar) return resolveCalendar(input.calendar, context);
  throw badInput([...path, kind ?? ''], 'must not be null', 'a value, or another kind of range');
}

function resolveBetween(between: { from: unknown; to: unknown }, path: ArgumentPath): TimeRange {
  const from = readInstant(between.from, [...path, 'from']);
  const to = readInstant(between.to, [...path, 'to']);
  if (from > to) throw badInput([...path, 'to'], 'is before from', 'from or later');
  return { from, to, period: null };
}

function readInstant(value: unknown, path: ArgumentPath): Instant {
  const instant = typeof value === 'string' ? parseInstant(value) : null;
  if (instant === null) throw badInput(path, 'is no instant', instantSyntax);
  return instant;
}

const duration = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const durationSyntax = 'an ISO 8601 duration of whole numbers above 0, such as P7D, P1M or PT12H, at most P10Y';

function resolveLast(text: string, { zone, now, path }: RangeContext): TimeRange {
  const numbers = duration.exec(text)?.slice(1);
  if (!numbers?.some(Boolean) || numbers.some((number) => number !== undefined && Number(number) === 0)) {
    throw badInput([...path, 'last'], 'is no such duration', durationSyntax);
  }
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = numbers.map((number) =>
    Number(number ?? 0),
  );
  const to = msOf(now);
  const length = {
    months: years * 12 + months,
    days: weeks * 7 + days,
    ms: ((hours * 60 + minutes) * 60 + seconds) * 1000,
  };
  const isFar = length.months > 120 || length.days > 3660 || length.ms > 3660 * dayMs;
  const from = isFar ? Number.NEGATIVE_INFINITY : goBack(zone, to, length);
  if (from < goBack(zone, to, { months: 120, days: 0, ms: 0 })) {
    throw badInput([...path, 'last'], 'is longer than P10Y', durationSyntax);
  }
  return { from: instantOf(from), to: now, period: null };
}

type Length = { months: number; days: number; ms: number };

function goBack(zone: string, ms: number, length: Length): number {
  if (length.months === 0 && length.days === 0) return ms - length.ms;
  const local = localMsAt(zone, ms);
  const day = Math.floor(local / dayMs);
  const earlierDay = addMonths(day, -length.months) - length.days;
  // A time in a long gap moves forward, in Apia in 2011 by a whole day, but never beyond the end of the range.
  return Math.min(localToMs(zone, local + (earlierDay - day) * dayMs), ms) - length.ms;
}

function resolveCalendar(name: CalendarPeriod, { zone, now, weekStartsOn, path }: RangeContext): TimeRange {
  if (!Object.hasOwn(calendarPeriods, name)) {
    throw badInput([...path, 'calendar'], 'is no calendar period', Object.keys(calendarPeriods).join(', '));
  }
  const { unit, isPast } = calendarPeriods[name];
  const current = periodAt(zone, unit, msOf(now), weekStartsOn);
  const { from, to } = isPast ? periodAt(zone, unit, current.from - 1, weekStartsOn) : current;
  return { from: instantOf(from), to: instantOf(to), period: unit };
}
