import { GroupCodes, type GroupKey, type GroupPart } from '../accumulators/group-codes.ts';
import type { Chunk } from '../store/chunk.ts';
import { placeInTime, type TimePieces } from './time-pieces.ts';

/** Groups that have a slot each; all others share one, or have none: -1. */
export type KnownGroups = {
  by: readonly GroupPart[];
  keys: readonly (readonly GroupKey[])[];
  slots: readonly number[];
  otherSlot: number;
  slotCount: number;
};

/** How calls fall into slots: by group, by time, or first by group and then by time within it; else all into one. */
export type SlotPlan = { groups?: KnownGroups; time?: TimePieces & { slotCount: number } };

/** Puts the slots of the first `count` rows into `slots`, drops the rows that have none, and tells how many are left. */
export type PlaceRows = (chunk: Chunk, rows: Int32Array, count: number, slots: Int32Array) => number;

export function slotCountOf({ groups, time }: SlotPlan): number {
  return (groups?.slotCount ?? 1) * (time?.slotCount ?? 1);
}

export function compileSlotPlan({ groups, time }: SlotPlan): PlaceRows {
  const placeInGroups = groups && knownGroups(groups);
  if (!placeInGroups && !time) {
    return (_chunk, _rows, count, slots) => {
      slots.fill(0, 0, count);
      return count;
    };
  }
  if (!time) {
    return (chunk, rows, count, slots) => {
      placeInGroups?.(chunk, rows, count, slots);
      return dropUnplaced(rows, count, slots);
    };
  }
  if (!placeInGroups) {
    return (chunk, rows, count, slots) => {
      placeInTime(time, chunk.startedAt, rows, count, slots);
      return dropUnplaced(rows, count, slots);
    };
  }
  let buckets = new Int32Array(0);
  return (chunk, rows, count, slots) => {
    if (buckets.length < count) buckets = new Int32Array(slots.length);
    placeInGroups(chunk, rows, count, slots);
    placeInTime(time, chunk.startedAt, rows, count, buckets);
    for (let k = 0; k < count; k++) {
      const group = slots[k] as number;
      const bucket = buckets[k] as number;
      slots[k] = group < 0 || bucket < 0 ? -1 : group * time.slotCount + bucket;
    }
    return dropUnplaced(rows, count, slots);
  };
}

function knownGroups(groups: KnownGroups) {
  const { codes, slotOfCode } = codesOf(groups);
  return (chunk: Chunk, rows: Int32Array, count: number, slots: Int32Array) => {
    codes.place(chunk, rows, count, slots, false);
    for (let k = 0; k < count; k++) {
      const code = slots[k] as number;
      slots[k] = code < 0 ? groups.otherSlot : (slotOfCode[code] as number);
    }
  };
}

function codesOf({ by, keys, slots }: KnownGroups) {
  const codes = new GroupCodes(by);
  const slotOfCode = new Int32Array(keys.length);
  for (const [i, combination] of keys.entries()) slotOfCode[codes.codeOf(combination)] = slots[i] as number;
  return { codes, slotOfCode };
}

/** The slot of a group within a slot of time; below 0: none. */
export function slotOfGroups({ groups, time }: SlotPlan): (keys: readonly GroupKey[], timeSlot: number) => number {
  let known: ReturnType<typeof codesOf> | undefined;
  return (keys, timeSlot) => {
    if (!groups) return timeSlot;
    known ??= codesOf(groups);
    const code = known.codes.findCode(keys);
    const group = code < 0 ? groups.otherSlot : (known.slotOfCode[code] as number);
    return group < 0 ? -1 : group * (time?.slotCount ?? 1) + timeSlot;
  };
}

/** Drops the rows whose slot is -1, and tells how many are left. */
export function dropUnplaced(rows: Int32Array, count: number, slots: Int32Array): number {
  let kept = 0;
  for (let k = 0; k < count; k++) {
    const slot = slots[k] as number;
    rows[kept] = rows[k] as number;
    slots[kept] = slot;
    if (slot >= 0) kept++;
  }
  return kept;
}
