import type { Aggregate } from '../metric-columns.ts';
import type { GroupKey, GroupPart } from './group-codes.ts';
import type { RunFigures } from './run-figures.ts';
import type { AggregateValues } from './tally.ts';

/** How the calls of a run are told apart, and where a group of them belongs within the run's slot of time; below 0: nowhere. */
export type GroupsOfRuns = {
  by: readonly GroupPart[];
  slotOf: (keys: readonly GroupKey[], timeSlot: number) => number;
};

/** Adds up the figures of runs, by slot. */
export class RunSums {
  readonly #aggregates: readonly Aggregate[];
  readonly #groups: GroupsOfRuns | null;
  readonly #slotCount: number;
  /** Made when there is something to add. */
  #values: Float64Array[] | null = null;
  #slots = new Int32Array(0);

  constructor(aggregates: readonly Aggregate[], groups: GroupsOfRuns | null, slotCount: number) {
    this.#aggregates = aggregates;
    this.#groups = groups;
    this.#slotCount = slotCount;
  }

  add({ keys, values }: RunFigures, timeSlot: number): void {
    if (this.#slots.length < keys.length) this.#slots = new Int32Array(keys.length);
    const slots = this.#slots;
    for (let group = 0; group < keys.length; group++) {
      const slot = this.#groups ? this.#groups.slotOf(keys[group] as readonly GroupKey[], timeSlot) : timeSlot;
      slots[group] = slot < this.#slotCount ? slot : -1;
    }
    this.#values ??= this.#aggregates.map((aggregate) => {
      const sums = new Float64Array(this.#slotCount);
      return extremeOf(aggregate) ? sums.fill(Number.NaN) : sums;
    });
    for (const [i, aggregate] of this.#aggregates.entries()) {
      const sums = this.#values[i] as Float64Array;
      const added = values[i] as Float64Array;
      const extreme = extremeOf(aggregate);
      if (extreme) addExtremes(Math[extreme], sums, added, slots);
      else addSums(sums, added, slots);
    }
  }

  /** The sums of the first slots, aggregate by aggregate. */
  valuesOf(slotCount: number): Float64Array[] {
    const { length } = this.#aggregates;
    return Array.from({ length }, (_, i) => (this.#values?.[i] ?? new Float64Array(slotCount)).slice(0, slotCount));
  }

  /** The values of an aggregate, together with those of calls that were in none of the runs, if there are such. */
  together(aggregate: number, others: AggregateValues | null): AggregateValues {
    const extreme = extremeOf(this.#aggregates[aggregate] as Aggregate);
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

function addSums(sums: Float64Array, added: Float64Array, slots: Int32Array): void {
  for (let group = 0; group < added.length; group++) {
    const slot = slots[group] as number;
    if (slot >= 0) sums[slot] = (sums[slot] as number) + (added[group] as number);
  }
}

function addExtremes(
  extreme: (a: number, b: number) => number,
  extremes: Float64Array,
  added: Float64Array,
  slots: Int32Array,
): void {
  for (let group = 0; group < added.length; group++) {
    const slot = slots[group] as number;
    const value = added[group] as number;
    if (slot < 0 || Number.isNaN(value)) continue;
    const known = extremes[slot] as number;
    extremes[slot] = Number.isNaN(known) ? value : extreme(known, value);
  }
}
