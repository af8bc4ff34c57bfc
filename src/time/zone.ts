import { firstMs, type Instant, instantOf, lastMs, msOf } from './instant.ts';
import { dayMs, epochDayOf, type LocalDate, localDateOf } from './local-date.ts';
import { constantOffset, offsetAt, offsetStretches } from './zone-offsets.ts';

/** What a wall clock and its calendar show. */
export type LocalTime = LocalDate & { readonly hour: number; readonly minute: number; readonly second: number };

/** A stretch [from, to) in which local time is UTC plus one offset. */
export type OffsetSegment = { from: Instant; to: Instant; offsetSeconds: number };

/**
 * The moment at which the clock of a zone reads so. A time that does not exist moves forward by the gap; of a repeated
 * one the second counts. Throws RangeError for what is no real date and time, or no instant of the years 1 to 9999.
 */
export function localToInstant(zone: string, local: LocalTime): Instant {
  const { hour, minute, second } = local;
  const day = epochDayOf(local);
  const isRealTime = isUpTo(hour, 23) && isUpTo(minute, 59) && isUpTo(second, 59);
  if (!isRealTime || !isRealDate(local, day)) throw new RangeError('not a real local date and time');
  const ms = localToMs(zone, day * dayMs + ((hour * 60 + minute) * 60 + second) * 1000);
  if (ms < firstMs || ms > lastMs) throw new RangeError('a local time outside the years 0001 to 9999 of UTC');
  return instantOf(ms);
}

function isUpTo(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}

function isRealDate(date: LocalDate, epochDay: number): boolean {
  const real = localDateOf(epochDay);
  return real.day === date.day && real.month === date.month && real.year === date.year;
}

/** As localToInstant, from and to milliseconds: a local time is written as the milliseconds it would be in UTC. */
export function localToMs(zone: string, local: number): number {
  // No offset reaches a day, so only these two days matter, and they hold at most one change.
  const offset = constantOffset(zone, local - dayMs, local + dayMs);
  if (offset !== null) return local - offset;
  let ms = Number.NaN;
  for (const stretch of offsetStretches(zone, local - dayMs, local + dayMs)) {
    if (Number.isNaN(ms) || local - stretch.offset >= stretch.from) ms = local - stretch.offset;
  }
  return ms;
}

/**
 * As localToMs, but of a time that the clock shows twice the moment that `choose` picks among them, in order; undefined: as
 * localToMs.
 */
export function chooseLocalMs(
  zone: string,
  local: number,
  choose: (moments: readonly number[]) => number | undefined,
): number {
  const offset = constantOffset(zone, local - dayMs, local + dayMs);
  if (offset !== null) return local - offset;
  const moments = offsetStretches(zone, local - dayMs, local + dayMs)
    .map((stretch) => local - stretch.offset)
    .filter((ms) => localMsAt(zone, ms) === local);
  return (moments.length > 1 ? choose(moments) : undefined) ?? localToMs(zone, local);
}

/** What the clock of a zone reads at a moment, as the milliseconds it would be in UTC. */
export function localMsAt(zone: string, ms: number): number {
  return ms + offsetAt(zone, ms);
}

/** The first instant of a local date: 01:00 in Havana in spring; of a date that was skipped, the next instant. */
export function startOfDay(zone: string, date: LocalDate): Instant {
  return instantOf(startOfDayMs(zone, epochDayOf(date)));
}

/** As startOfDay, from days and to milliseconds since 1970. */
export function startOfDayMs(zone: string, epochDay: number): number {
  const midnight = epochDay * dayMs;
  const offset = constantOffset(zone, midnight - dayMs, midnight + dayMs);
  if (offset !== null) return midnight - offset;
  for (const stretch of offsetStretches(zone, midnight - dayMs, midnight + dayMs)) {
    const ms = Math.max(midnight - stretch.offset, stretch.from);
    if (ms < stretch.to) return ms;
  }
  throw new Error(`no start of day ${epochDay} in ${zone}`);
}

/**
 * The day a moment lies in: from the first instant of one local date to that of the next. Where the clock goes back over
 * midnight this is the later date although the clock shows the earlier one again.
 */
export function epochDayAt(zone: string, ms: number): number {
  let day = Math.floor(localMsAt(zone, ms) / dayMs);
  while (startOfDayMs(zone, day + 1) <= ms) day++;
  return day;
}

/** The stretches of constant UTC offset that make up [from, to), in order, cut at its ends. */
export function offsetSegments(zone: string, from: Instant, to: Instant): OffsetSegment[] {
  return offsetStretches(zone, msOf(from), msOf(to)).map((stretch) => ({
    from: instantOf(stretch.from),
    to: instantOf(stretch.to),
    offsetSeconds: stretch.offset / 1000,
  }));
}
