import { firstMs, type Instant, instantOf, lastMs, msOf } from './instant.ts';
import { dayMs, epochDayOf, type LocalDate, localDateOf } from './local-date.ts';

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

/** A stretch [from, to) of one UTC offset, all in milliseconds. */
export type OffsetStretch = { readonly from: number; readonly to: number; readonly offset: number };

// 3.1 days. The shortest time that any zone ever kept an offset is 4 days (Freetown in 1939), so a block holds at most one
// change, and none if the offset is the same at both ends.
const blockMs = 2 ** 28;
// Bounds what the memory can grow to, at about 50 bytes a block: 140 years of each of 32 zones, 25 MB.
const blocksPerZone = 16_384;
const zonesKept = 32;

/** One offset for the whole block, or the change in it. */
type Block = number | { readonly before: number; readonly at: number; readonly after: number };
type Clock = { readonly format: Intl.DateTimeFormat; readonly blocks: Map<number, Block> };

const clocks = new Map<string, Clock>();

function clockOf(zone: string): Clock {
  let clock = clocks.get(zone);
  if (!clock) {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', year: 'numeric' });
    clock = { format, blocks: new Map() };
    const [oldest] = clocks.keys();
    if (clocks.size >= zonesKept && oldest !== undefined) clocks.delete(oldest);
    clocks.set(zone, clock);
  }
  return clock;
}

function readOffset(format: Intl.DateTimeFormat, ms: number): number {
  const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(ms));
  if (!match) throw new Error(`unreadable UTC offset from Intl: ${format.format(ms)}`);
  const [, sign, hour = '0', minute = '0', second = '0'] = match;
  const offset = (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000;
  return sign === '-' ? -offset : offset;
}

function blockAt(clock: Clock, index: number): Block {
  let block = clock.blocks.get(index);
  if (block === undefined) {
    if (clock.blocks.size >= blocksPerZone) clock.blocks.clear();
    block = makeBlock(clock, index);
    clock.blocks.set(index, block);
  }
  return block;
}

function makeBlock({ format, blocks }: Clock, index: number): Block {
  const start = index * blockMs;
  const before = endOffset(blocks.get(index - 1)) ?? readOffset(format, start);
  const after = startOffset(blocks.get(index + 1)) ?? readOffset(format, start + blockMs);
  if (before === after) return before;
  // Offsets change at whole seconds.
  let low = Math.floor(start / 1000);
  let high = Math.ceil((start + blockMs) / 1000);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (readOffset(format, middle * 1000) === before) low = middle;
    else high = middle;
  }
  return { before, at: high * 1000, after };
}

function startOffset(block: Block | undefined): number | undefined {
  return typeof block === 'object' ? block.before : block;
}

function endOffset(block: Block | undefined): number | undefined {
  return typeof block === 'object' ? block.after : block;
}

/** Local time minus UTC at a moment, in milliseconds. */
export function offsetAt(zone: string, ms: number): number {
  const block = blockAt(clockOf(zone), Math.floor(ms / blockMs));
  return typeof block === 'number' ? block : ms < block.at ? block.before : block.after;
}

/** The one offset of the whole of [from, to], or null if it may change in there. */
export function constantOffset(zone: string, from: number, to: number): number | null {
  const clock = clockOf(zone);
  const last = Math.floor(to / blockMs);
  let index = Math.floor(from / blockMs);
  const offset = blockAt(clock, index);
  if (typeof offset !== 'number') return null;
  while (++index <= last) if (blockAt(clock, index) !== offset) return null;
  return offset;
}

/** The stretches of one UTC offset that make up [from, to), cut at its ends. */
export function offsetStretches(zone: string, from: number, to: number): OffsetStretch[] {
  if (from >= to) return [];
  const clock = clockOf(zone);
  const stretches: OffsetStretch[] = [];
  let start = from;
  let offset = offsetAt(zone, from);
  const changeTo = (at: number, next: number) => {
    if (next === offset || at <= from || at >= to) return;
    stretches.push({ from: start, to: at, offset });
    start = at;
    offset = next;
  };
  const last = Math.floor((to - 1) / blockMs);
  for (let index = Math.floor(from / blockMs); index <= last; index++) {
    const block = blockAt(clock, index);
    if (typeof block === 'number') changeTo(index * blockMs, block);
    else {
      changeTo(index * blockMs, block.before);
      changeTo(block.at, block.after);
    }
  }
  stretches.push({ from: start, to, offset });
  return stretches;
}
