import { LoopYield } from '../scan/loop-yield.ts';
import { observedTime, type Stretch } from '../scan/observed-time.ts';
import { type SlotPlan, slotCountOf } from '../scan/slot-plan.ts';
import type { Chunk } from '../store/chunk.ts';
import { findBusyHour, type Traffic } from './busy-hour.ts';
import { findOccupancies, type Gap, type Occupancies, type TrafficSelection } from './occupancies.ts';
import { sortMoments } from './sort-moments.ts';
import { isByMinutes, scanTrafficByMinutes } from './traffic-by-minutes.ts';

/** The traffic of each slot, each with its stretches of time: all moments at which its calls begin and end are put in order. */
export async function scanTrafficByMoments(
  chunks: readonly Chunk[],
  selection: TrafficSelection,
  plan: SlotPlan,
  slots: readonly Stretch[][],
): Promise<Traffic[]> {
  const loopYield = new LoopYield(selection.cancellation);
  const occupancies = await findOccupancies(chunks, selection, plan);
  const bySlot = orderBySlot(occupancies, slots.length);
  const traffic: Traffic[] = [];
  for (const [slot, { starts, ends }] of bySlot.entries()) {
    const gaps = occupancies.gaps.filter((gap) => gap.slot === slot);
    traffic.push(trafficOf(starts, ends, slots[slot] ?? [], gaps));
    await loopYield.take();
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

function trafficOf(
  starts: Float64Array,
  ends: Float64Array,
  stretches: readonly Stretch[],
  gaps: readonly Gap[],
): Traffic {
  const lookedAtMs = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  let occupiedMs = 0;
  for (let i = 0; i < starts.length; i++) occupiedMs += (ends[i] as number) - (starts[i] as number);
  sortMoments(starts);
  sortMoments(ends);
  return {
    ...peakOf(starts, ends),
    erlangs: lookedAtMs === 0 ? null : occupiedMs / lookedAtMs,
    busyHour: findBusyHour(starts, ends, stretches, gaps),
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

/** The traffic of each slot: of calls by when they are going on, whenever they began. */
export function scanTraffic(chunks: readonly Chunk[], selection: TrafficSelection, plan: SlotPlan): Promise<Traffic[]> {
  const clipped = { ...selection, to: Math.min(selection.to, selection.now) };
  const slots = observedTime(plan, slotCountOf(plan), clipped.from, clipped.to);
  return !plan.groups && isByMinutes(clipped, slots)
    ? scanTrafficByMinutes(chunks, clipped, slots)
    : scanTrafficByMoments(chunks, clipped, plan, slots);
}
