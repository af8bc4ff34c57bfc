import { observedTime } from '../scan/observed-time.ts';
import { type SlotPlan, slotCountOf } from '../scan/slot-plan.ts';
import type { Chunk } from '../store/chunk.ts';
import type { Traffic } from './busy-hour.ts';
import type { TrafficSelection } from './occupancies.ts';
import { isByMinutes, scanTrafficByMinutes } from './traffic-by-minutes.ts';
import { scanTrafficByMoments } from './traffic-by-moments.ts';

/** The traffic of each slot: of calls by when they are going on, whenever they began. */
export function scanTraffic(chunks: readonly Chunk[], selection: TrafficSelection, plan: SlotPlan): Promise<Traffic[]> {
  const clipped = { ...selection, to: Math.min(selection.to, selection.now) };
  const slots = observedTime(plan, slotCountOf(plan), clipped.from, clipped.to);
  return !plan.groups && isByMinutes(clipped, slots)
    ? scanTrafficByMinutes(chunks, clipped, slots)
    : scanTrafficByMoments(chunks, clipped, plan, slots);
}
