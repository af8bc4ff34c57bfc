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
