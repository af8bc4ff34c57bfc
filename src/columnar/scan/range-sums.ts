import type { AggregateValues } from '../accumulators/accumulator.ts';
import type { Aggregate } from '../accumulators/aggregate.ts';
import type { GroupKey, GroupPart } from '../accumulators/group-codes.ts';
import type { RangeFigures } from './range-figures.ts';

/** How the calls of a range are told apart, and where a group of them belongs within the range's slot of time; below 0: nowhere. */
export type GroupsOfRanges = {
  by: readonly GroupPart[];
  slotOf: (keys: readonly GroupKey[], timeSlot: number) => number;
};

/** Adds up the figures of ranges, by slot. */
export class RangeSums {
  /** Of each aggregate: whether the least or the greatest is wanted; null: the sum. */
  readonly #extremes: readonly ('min' | 'max' | null)[];
  readonly #groups: GroupsOfRanges | null;
  readonly #slotCount: number;
  /** Made when there is something to add. */
  #values: Float64Array[] | null = null;
  #slots = new Int32Array(0);

  constructor(aggregates: readonly Aggregate[], groups: GroupsOfRanges | null, slotCount: number) {
    this.#extremes = aggregates.map(extremeOf);
    this.#groups = groups;
    this.#slotCount = slotCount;
  }

  add({ keys, values }: RangeFigures, timeSlot: number): void {
    if (this.#slots.length < keys.length) this.#slots = new Int32Array(keys.length);
    const slots = this.#slots;
    for (let group = 0; group < keys.length; group++) {
      const slot = this.#groups ? this.#groups.slotOf(keys[group] as readonly GroupKey[], timeSlot) : timeSlot;
      slots[group] = slot < this.#slotCount ? slot : -1;
    }
    this.#values ??= this.#extremes.map((extreme) => {
      const sums = new Float64Array(this.#slotCount);
      return extreme ? sums.fill(Number.NaN) : sums;
    });
    const size = keys.length;
    for (let i = 0; i < this.#extremes.length; i++) {
      const sums = this.#values[i] as Float64Array;
      const extreme = this.#extremes[i];
      if (extreme) addExtremes(Math[extreme], sums, values, i * size, slots, size);
      else addSums(sums, values, i * size, slots, size);
    }
  }

  /** What was added to the first slots, as figures have it. */
  values(slotCount: number): Float64Array {
    const values = new Float64Array(this.#extremes.length * slotCount);
    for (const [i, own] of (this.#values ?? []).entries()) values.set(own.subarray(0, slotCount), i * slotCount);
    return values;
  }

  /** The values of an aggregate, together with those of calls that were in none of the ranges, if there are such. */
  together(aggregate: number, others: AggregateValues | null): AggregateValues {
    const extreme = this.#extremes[aggregate];
    const sums = this.#values?.[aggregate];
    if (!sums) return others ?? (() => (extreme ? null : 0));
    if (!extreme) return (slot) => (sums[slot] as number) + Number(others?.(slot) ?? 0);
    return (slot) => {
      const own = sums[slot] as number;
      const other = others?.(slot) ?? null;
      if (Number.isNaN(own)) return other;
      return other === null ? own : Math[extreme](own, Number(other));
    };
  }
}

function extremeOf(aggregate: Aggregate): 'min' | 'max' | null {
  return aggregate.of === 'spans' && (aggregate.take === 'min' || aggregate.take === 'max') ? aggregate.take : null;
}

function addSums(sums: Float64Array, added: Float64Array, first: number, slots: Int32Array, size: number): void {
  for (let group = 0; group < size; group++) {
    const slot = slots[group] as number;
    if (slot >= 0) sums[slot] = (sums[slot] as number) + (added[first + group] as number);
  }
}

function addExtremes(
  extreme: (a: number, b: number) => number,
  extremes: Float64Array,
  added: Float64Array,
  first: number,
  slots: Int32Array,
  size: number,
): void {
  for (let group = 0; group < size; group++) {
    const slot = slots[group] as number;
    const value = added[first + group] as number;
    if (slot < 0 || Number.isNaN(value)) continue;
    const known = extremes[slot] as number;
    extremes[slot] = Number.isNaN(known) ? value : extreme(known, value);
  }
}
