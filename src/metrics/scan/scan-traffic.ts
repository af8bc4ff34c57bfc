import type { Chunk } from '../../packed-calls/chunk.ts';
import { Breath } from './breath.ts';
import { lookedAt, type Stretch } from './looked-at.ts';
import { findOccupancies, type Occupancies, type TrafficSelection } from './occupancies.ts';
import { firstAtOrAfter } from './row-filter.ts';
import { type SlotPlan, slotCountOf } from './slot-plan.ts';
import { sortMoments } from './sort-moments.ts';

export type BusyHour = { start: number; callCount: number; erlangs: number };

/** The traffic of one slot. */
export type Traffic = {
  peak: number;
  /** The earliest moment of the peak; null where there is none. */
  peakAt: number | null;
  /** Null where no time is looked at. */
  erlangs: number | null;
  busyHour: BusyHour | null;
};

const hourMs = 3_600_000;

/** The traffic of each slot: of calls by when they are going on, whenever they began. */
export async function scanTraffic(
  chunks: readonly Chunk[],
  selection: TrafficSelection,
  plan: SlotPlan,
): Promise<Traffic[]> {
  const slotCount = slotCountOf(plan);
  const clipped = { ...selection, to: Math.min(selection.to, selection.now) };
  const stretches = lookedAt(plan, slotCount, clipped.from, clipped.to);
  const breath = new Breath();
  const bySlot = orderBySlot(await findOccupancies(chunks, clipped, plan), slotCount);
  const traffic: Traffic[] = [];
  for (const [slot, { starts, ends }] of bySlot.entries()) {
    traffic.push(trafficOf(starts, ends, stretches[slot] ?? []));
    await breath.take();
  }
  return traffic;
}

type Spans = { starts: Float64Array; ends: Float64Array };

function orderBySlot({ count, starts, ends, slots }: Occupancies, slotCount: number): Spans[] {
  if (slotCount === 1) return [{ starts: starts.subarray(0, count), ends: ends.subarray(0, count) }];
  const limits = new Uint32Array(slotCount + 1);
  for (let i = 0; i < count; i++) {
    const next = (slots[i] as number) + 1;
    limits[next] = (limits[next] as number) + 1;
  }
  for (let slot = 1; slot <= slotCount; slot++) limits[slot] = (limits[slot] as number) + (limits[slot - 1] as number);
  const places = limits.slice();
  const ordered = { starts: new Float64Array(count), ends: new Float64Array(count) };
  for (let i = 0; i < count; i++) {
    const slot = slots[i] as number;
    const place = places[slot] as number;
    ordered.starts[place] = starts[i] as number;
    ordered.ends[place] = ends[i] as number;
    places[slot] = place + 1;
  }
  return Array.from({ length: slotCount }, (_, slot) => ({
    starts: ordered.starts.subarray(limits[slot], limits[slot + 1]),
    ends: ordered.ends.subarray(limits[slot], limits[slot + 1]),
  }));
}

function trafficOf(starts: Float64Array, ends: Float64Array, stretches: readonly Stretch[]): Traffic {
  const lookedAtMs = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  let occupiedMs = 0;
  for (let i = 0; i < starts.length; i++) occupiedMs += (ends[i] as number) - (starts[i] as number);
  sortMoments(starts);
  sortMoments(ends);
  return {
    ...peakOf(starts, ends),
    erlangs: lookedAtMs === 0 ? null : occupiedMs / lookedAtMs,
    busyHour: busyHourOf(starts, ends, stretches),
  };
}

/** A call that ends at a moment is over when another begins at it. */
function peakOf(starts: Float64Array, ends: Float64Array): { peak: number; peakAt: number | null } {
  let peak = 0;
  let peakAt: number | null = null;
  let ended = 0;
  for (let i = 0; i < starts.length; i++) {
    const ms = starts[i] as number;
    while ((ends[ended] as number) <= ms) ended++;
    if (i + 1 - ended > peak) {
      peak = i + 1 - ended;
      peakAt = ms;
    }
  }
  return { peak, peakAt };
}

function busyHourOf(starts: Float64Array, ends: Float64Array, stretches: readonly Stretch[]): BusyHour | null {
  let best = { start: 0, occupiedMs: 0 };
  for (const { from, to } of stretches) {
    if (to - from < hourMs) continue;
    const found = busiestWindow(
      starts.subarray(firstAtOrAfter(starts, from), firstAtOrAfter(starts, to)),
      ends.subarray(firstAtOrAfter(ends, from + 1), firstAtOrAfter(ends, to + 1)),
      from,
      to - hourMs,
    );
    if (found.occupiedMs > best.occupiedMs) best = found;
  }
  if (best.occupiedMs === 0) return null;
  const { start, occupiedMs } = best;
  const begun = firstAtOrAfter(starts, start + hourMs);
  const ended = firstAtOrAfter(ends, start + 1);
  return { start, callCount: begun - ended, erlangs: occupiedMs / hourMs };
}

/**
 * The earliest of the hours with the most traffic that start in [first, last]. As an hour moves, its traffic changes at
 * the rate of the calls at its end less those at its start: by one more or less wherever a call begins or ends at either.
 */
function busiestWindow(
  starts: Float64Array,
  ends: Float64Array,
  first: number,
  last: number,
): { start: number; occupiedMs: number } {
  let occupiedMs = 0;
  let atStart = 0;
  let atEnd = 0;
  // What has begun and ended at the hour's start and at its end.
  let begunAtStart = 0;
  let endedAtStart = 0;
  let begunAtEnd = 0;
  let endedAtEnd = 0;
  for (; begunAtEnd < starts.length && (starts[begunAtEnd] as number) <= first + hourMs; begunAtEnd++) {
    occupiedMs += first + hourMs - (starts[begunAtEnd] as number);
  }
  for (; endedAtEnd < ends.length && (ends[endedAtEnd] as number) <= first + hourMs; endedAtEnd++) {
    occupiedMs -= first + hourMs - (ends[endedAtEnd] as number);
  }
  while (begunAtStart < starts.length && (starts[begunAtStart] as number) <= first) begunAtStart++;
  while (endedAtStart < ends.length && (ends[endedAtStart] as number) <= first) endedAtStart++;
  atStart = begunAtStart - endedAtStart;
  atEnd = begunAtEnd - endedAtEnd;

  let start = first;
  let best = { start, occupiedMs };
  while (start < last) {
    const next = Math.min(
      last,
      starts[begunAtStart] ?? last,
      ends[endedAtStart] ?? last,
      (starts[begunAtEnd] ?? Number.POSITIVE_INFINITY) - hourMs,
      (ends[endedAtEnd] ?? Number.POSITIVE_INFINITY) - hourMs,
    );
    occupiedMs += (atEnd - atStart) * (next - start);
    start = next;
    if (occupiedMs > best.occupiedMs) best = { start, occupiedMs };
    while ((starts[begunAtStart] as number) <= start) begunAtStart++;
    while ((ends[endedAtStart] as number) <= start) endedAtStart++;
    while ((starts[begunAtEnd] as number) <= start + hourMs) begunAtEnd++;
    while ((ends[endedAtEnd] as number) <= start + hourMs) endedAtEnd++;
    atStart = begunAtStart - endedAtStart;
    atEnd = begunAtEnd - endedAtEnd;
  }
  return best;
}
