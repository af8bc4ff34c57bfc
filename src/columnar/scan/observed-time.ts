import type { SlotPlan } from './slot-plan.ts';
import { pieceAt, type TimePieces } from './time-pieces.ts';

/** A stretch of time [from, to) without a gap. */
export type Stretch = { from: number; to: number };

/** The instants between from and to at which a call may change from one slot to another, both ends included. */
export function boundariesWithin({ groups, time }: SlotPlan, from: number, to: number): Float64Array {
  const parts = [...timePartsOf(groups?.by ?? []), ...(time ? [time] : [])];
  const inner = parts.flatMap(({ boundaries }) => [...boundaries].filter((ms) => ms > from && ms < to));
  return Float64Array.from(new Set([from, ...inner, to])).sort();
}

/** The time in [from, to) that each slot is about: that of its bucket, and of the hours and weekdays of its groups. */
export function observedTime(plan: SlotPlan, slotCount: number, from: number, to: number): Stretch[][] {
  const stretches: Stretch[][] = Array.from({ length: slotCount }, () => []);
  if (from >= to) return stretches;
  const { groups, time } = plan;
  const slotsByTimeKeys = groupSlotsByTimeKeys(plan);
  const boundaries = boundariesWithin(plan, from, to);
  for (let i = 0; i + 1 < boundaries.length; i++) {
    const start = boundaries[i] as number;
    const end = boundaries[i + 1] as number;
    const bucket = time ? slotAt(time, start) : 0;
    if (bucket < 0) continue;
    const timeKeys = timePartsOf(groups?.by ?? []).map((part) => slotAt(part, start));
    for (const group of slotsByTimeKeys.get(timeKeys.join()) ?? []) {
      const own = stretches[group * (time?.slotCount ?? 1) + bucket] as Stretch[];
      const last = own.at(-1);
      if (last?.to === start) last.to = end;
      else own.push({ from: start, to: end });
    }
  }
  return stretches;
}

/** Which slots of groups have a group with given hours and weekdays. */
function groupSlotsByTimeKeys({ groups }: SlotPlan): Map<string, Set<number>> {
  if (!groups) return new Map([['', new Set([0])]]);
  const found = new Map<string, Set<number>>();
  for (const [i, keys] of groups.keys.entries()) {
    const slot = groups.slots[i] as number;
    if (slot < 0) continue;
    const timeKeys = keys.filter((_, part) => typeof groups.by[part] === 'object').join();
    found.set(timeKeys, (found.get(timeKeys) ?? new Set()).add(slot));
  }
  return found;
}

function timePartsOf(by: readonly unknown[]): TimePieces[] {
  return by.filter((part): part is TimePieces => typeof part === 'object' && part !== null);
}

function slotAt(pieces: TimePieces, ms: number): number {
  return pieces.slots[pieceAt(pieces, ms)] ?? -1;
}
