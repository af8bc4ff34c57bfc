const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;
const dayMs = 24 * 60 * minuteMs;

type DateInterval = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';
export type Interval = 'QUARTER_HOUR' | 'HOUR' | DateInterval;
export type ExpectedBucket = { start: string; end: string; label: string };

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall shows, as the milliseconds that UTC would show it at. */
export function wallAt(zone: string, ms: number): number {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    clocks.set(zone, clock);
  }
  const shown = Object.fromEntries(clock.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute) + (((ms % minuteMs) + minuteMs) % minuteMs);
}

/** The hour and the ISO weekday that the wall shows at a moment. */
export function clockAt(zone: string, instant: string): { hourOfDay: number; dayOfWeek: number } {
  const wall = new Date(wallAt(zone, Date.parse(instant)));
  return { hourOfDay: wall.getUTCHours(), dayOfWeek: wall.getUTCDay() || 7 };
}

/**
 * The buckets that a range touches. Found by looking at the wall clock every quarter of an hour of UTC: in the zones of
 * these tests every full local quarter and every clock change falls on one.
 */
export function bucketsOfRange(
  interval: Interval,
  zone: string,
  weekStartsOn: number,
  from: number,
  to: number,
): ExpectedBucket[] {
  if (from >= to) return [];
  const bounds =
    interval === 'QUARTER_HOUR' || interval === 'HOUR'
      ? clockBounds(interval === 'HOUR' ? 60 : 15, zone, from, to)
      : dateBounds(interval, zone, weekStartsOn, from, to);
  return bounds.slice(0, -1).map(({ ms, label }, i) => ({
    start: new Date(ms).toISOString(),
    end: new Date(bounds[i + 1]?.ms ?? Number.NaN).toISOString(),
    label,
  }));
}

type Bound = { ms: number; label: string };

function clockBounds(step: number, zone: string, from: number, to: number): Bound[] {
  const offsetAt = (ms: number) => wallAt(zone, ms) - ms;
  const bounds: Bound[] = [];
  const last = Math.ceil(to / quarterMs) * quarterMs + step * minuteMs;
  for (let ms = Math.floor(from / quarterMs) * quarterMs - step * minuteMs; ms <= last; ms += quarterMs) {
    const wall = wallAt(zone, ms);
    const isFull = new Date(wall).getUTCMinutes() % step === 0;
    if (!isFull && offsetAt(ms) === offsetAt(ms - 1)) continue;
    const offset = offsetAt(ms) / minuteMs;
    const size = Math.abs(offset);
    const two = (number: number) => String(number).padStart(2, '0');
    const sign = `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
    bounds.push({ ms, label: `${new Date(wall).toISOString().slice(0, 16)}${sign}` });
  }
  return touching(bounds, from, to);
}

function dateBounds(interval: DateInterval, zone: string, weekStartsOn: number, from: number, to: number): Bound[] {
  const bounds: Bound[] = [];
  const longest = { DAY: 2, WEEK: 8, MONTH: 32, QUARTER: 93, YEAR: 367 }[interval];
  const lastDay = Math.floor(wallAt(zone, to) / dayMs) + longest;
  for (let day = Math.floor(wallAt(zone, from) / dayMs) - longest; day <= lastDay; day++) {
    const label = labelOfFirstDay(interval, day, weekStartsOn);
    if (label !== null) bounds.push({ ms: firstMomentOf(zone, day), label });
  }
  return touching(bounds, from, to);
}

/** From the last bound at or before `from` to the first one at or after `to`. */
function touching(bounds: readonly Bound[], from: number, to: number): Bound[] {
  const first = bounds.findLastIndex(({ ms }) => ms <= from);
  const last = bounds.findIndex(({ ms }) => ms >= to);
  if (first < 0 || last < 0) throw new Error('the bounds do not reach over the range');
  return bounds.slice(first, last + 1);
}

/** What a period that begins on this date is called; null if none does. */
function labelOfFirstDay(interval: DateInterval, day: number, weekStartsOn: number): string | null {
  const date = new Date(day * dayMs);
  const [year = '', month = '', dayOfMonth = ''] = date.toISOString().slice(0, 10).split('-');
  switch (interval) {
    case 'WEEK':
      return (date.getUTCDay() || 7) === weekStartsOn ? `${year}-${month}-${dayOfMonth}` : null;
    case 'MONTH':
      return dayOfMonth === '01' ? `${year}-${month}` : null;
    case 'QUARTER':
      return dayOfMonth === '01' && Number(month) % 3 === 1 ? `${year}-Q${(Number(month) + 2) / 3}` : null;
    case 'YEAR':
      return dayOfMonth === '01' && month === '01' ? year : null;
    default:
      return `${year}-${month}-${dayOfMonth}`;
  }
}

const firstMoments = new Map<string, number>();

/** The first moment at which the wall shows this date, or a later one. */
function firstMomentOf(zone: string, day: number): number {
  const key = `${zone} ${day}`;
  const known = firstMoments.get(key);
  if (known !== undefined) return known;
  // No clock of these zones goes back over midnight, so the date only ever grows.
  let [before, after] = [(day - 1) * dayMs, (day + 1) * dayMs];
  while (after - before > quarterMs) {
    const middle = before + Math.floor((after - before) / quarterMs / 2) * quarterMs;
    if (wallAt(zone, middle) >= day * dayMs) after = middle;
    else before = middle;
  }
  firstMoments.set(key, after);
  return after;
}
