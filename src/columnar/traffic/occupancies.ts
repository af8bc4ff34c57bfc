import type { Predicate } from '../../query/predicate.ts';
import { classNumbersOf } from '../accumulators/class-numbers.ts';
import { LoopYield } from '../scan/loop-yield.ts';
import { boundariesWithin } from '../scan/observed-time.ts';
import { classTable, compileRowFilter, firstAtOrAfter } from '../scan/row-filter.ts';
import type { CallSelection } from '../scan/scan-calls.ts';
import { compileSlotPlan, type SlotPlan } from '../scan/slot-plan.ts';
import type { Chunk } from '../store/chunk.ts';

/** Stretches of time in which calls are going on, each in a slot: a call has one for each slot that it passes through. */
export type Occupancies = {
  count: number;
  starts: Float64Array;
  ends: Float64Array;
  slots: Int32Array;
  /** Where a call is out of a slot for less than an hour: it is one call in an hour that reaches to both sides. */
  gaps: readonly Gap[];
};
export type Gap = { slot: number; from: number; to: number };

/** The traffic looked at: calls that a test holds for, clipped to [from, to), which ends at `now` at the latest. */
export type TrafficSelection = CallSelection & { now: number };

const hourMs = 3_600_000;

const isLive: Predicate = { of: 'status', in: ['RINGING', 'IN_PROGRESS'] };
const isCompleted: Predicate = { of: 'status', in: ['COMPLETED'] };

/** When and where the calls of a selection are going on: completed ones until their end, live ones until now. */
export async function findOccupancies(
  chunks: readonly Chunk[],
  selection: TrafficSelection,
  plan: SlotPlan,
): Promise<Occupancies> {
  const found = new OccupancyList();
  const keep = compileRowFilter({ all: [{ any: [isLive, isCompleted] }, selection.test] });
  const live = classTable(isLive);
  const place = compileSlotPlan(plan);
  const boundaries = boundariesWithin(plan, selection.from, selection.to);
  const loopYield = new LoopYield(selection.cancellation);
  found.reserve(chunks.reduce((sum, chunk) => sum + chunk.count, 0));
  for (const chunk of chunks) {
    const { from, to, now } = selection;
    const rows = new Int32Array(chunk.count);
    const starts = new Float64Array(chunk.count);
    const ends = new Float64Array(chunk.count);
    const isLiveByCode = classNumbersOf(chunk.classes).map((number) => live[number] as number);
    const endedAt = chunk.moment('endedAt');
    const begun = firstAtOrAfter(chunk.startedAt, to);
    let count = 0;
    for (let row = 0; row < begun; row++) {
      if (chunk.superseded !== null && chunk.superseded[row] === 1) continue;
      const start = chunk.startedAt[row] as number;
      const end = isLiveByCode[chunk.classCode[row] as number] === 1 ? now : (endedAt[row] as number);
      if (!(end > start && end > from)) continue;
      starts[row] = start < from ? from : start;
      ends[row] = end > to ? to : end;
      rows[count++] = row;
    }
    count = keep(chunk, rows, count);
    found.reserve(count);
    if (boundaries.length <= 2) {
      const slots = new Int32Array(count);
      count = place({ ...chunk, startedAt: starts }, rows, count, slots);
      for (let k = 0; k < count; k++) {
        const row = rows[k] as number;
        found.push(starts[row] as number, ends[row] as number, slots[k] as number);
      }
    } else splitAt(boundaries, { ...chunk, startedAt: starts }, rows.subarray(0, count), ends, place, found);
    await loopYield.take();
  }
  return found;
}

/**
 * Cuts calls where they may pass from one slot into another. All first parts are placed together, then all second ones,
 * and so on: so the moments of those placed together ascend.
 */
function splitAt(
  boundaries: Float64Array,
  chunk: Chunk,
  rows: Int32Array,
  ends: Float64Array,
  place: ReturnType<typeof compileSlotPlan>,
  found: OccupancyList,
): void {
  const starts = chunk.startedAt;
  const latest = new Int32Array(chunk.count).fill(-1);
  const slots = new Int32Array(rows.length);
  const partEnds = new Float64Array(chunk.count);
  const lasts = hasShortPieces(boundaries) ? new Map<string, number>() : null;
  for (let left = rows; left.length > 0; ) {
    for (const row of left) {
      const boundary = boundaries[firstAtOrAfter(boundaries, (starts[row] as number) + 1)] ?? Number.POSITIVE_INFINITY;
      partEnds[row] = Math.min(boundary, ends[row] as number);
    }
    const placed = left.slice();
    const count = place(chunk, placed, placed.length, slots);
    found.reserve(count);
    for (let k = 0; k < count; k++) {
      const row = placed[k] as number;
      const slot = slots[k] as number;
      const before = latest[row] as number;
      const isContinued = before >= 0 && found.slots[before] === slot && found.ends[before] === starts[row];
      if (isContinued) found.ends[before] = partEnds[row] as number;
      else latest[row] = found.push(starts[row] as number, partEnds[row] as number, slot);
      if (lasts) noteGap(lasts, found, `${row} ${slot}`, latest[row] as number);
    }
    left = left.filter((row) => (partEnds[row] as number) < (ends[row] as number));
    for (const row of left) starts[row] = partEnds[row] as number;
  }
}

/** Only where the clock changes by less than an hour; the first and the last piece may be cut short by the range. */
function hasShortPieces(boundaries: Float64Array): boolean {
  for (let i = 2; i + 1 < boundaries.length; i++) {
    if ((boundaries[i] as number) - (boundaries[i - 1] as number) < hourMs) return true;
  }
  return false;
}

function noteGap(lasts: Map<string, number>, found: OccupancyList, key: string, place: number): void {
  const last = lasts.get(key);
  lasts.set(key, place);
  if (last === undefined || last === place) return;
  const gap = {
    slot: found.slots[place] as number,
    from: found.ends[last] as number,
    to: found.starts[place] as number,
  };
  if (gap.to - gap.from < hourMs) found.gaps.push(gap);
}

class OccupancyList implements Occupancies {
  readonly gaps: Gap[] = [];
  count = 0;
  starts = new Float64Array(1024);
  ends = new Float64Array(1024);
  slots = new Int32Array(1024);

  /** Makes room for some more. */
  reserve(more: number): void {
    if (this.count + more <= this.slots.length) return;
    const size = Math.max(this.count + more, this.slots.length * 2);
    const { starts, ends, slots } = this;
    this.starts = new Float64Array(size);
    this.ends = new Float64Array(size);
    this.slots = new Int32Array(size);
    this.starts.set(starts);
    this.ends.set(ends);
    this.slots.set(slots);
  }

  /** The place of the new one. */
  push(start: number, end: number, slot: number): number {
    const at = this.count++;
    this.starts[at] = start;
    this.ends[at] = end;
    this.slots[at] = slot;
    return at;
  }
}
