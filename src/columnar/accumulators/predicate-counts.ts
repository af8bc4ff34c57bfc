import { holdsFor } from '../../query/holds-for.ts';
import { leavesOf, type Predicate } from '../../query/predicate.ts';
import { isOfClass } from '../scan/row-filter.ts';
import { type Stretches, stretchesOf } from '../scan/stretches.ts';
import type { CallClass, Chunk } from '../store/chunk.ts';
import type { Accumulator, AggregateValues, Batch, FillValues } from './accumulator.ts';
import { ClassKinds, classNumbersOf } from './class-numbers.ts';
import { compileSeconds, type ReadSeconds, type Seconds } from './read-seconds.ts';

/** What several tests that compare the same seconds have in common. */
export type CountPlan = {
  read: ReadSeconds | null;
  stretches: Stretches;
  kinds: ClassKinds;
  placesOf: WeakMap<Predicate, KindPlaces>;
};
/** Where among the counts of a slot those are that a test holds for, of so many kinds. */
type KindPlaces = { kinds: number; places: readonly number[] };

/** The tests depend on the class, and on these seconds alone. */
export function planCounts(tests: readonly Predicate[], seconds: Seconds | null): CountPlan {
  const leaves = tests.flatMap(leavesOf);
  return {
    read: seconds === null ? null : compileSeconds(seconds),
    stretches: stretchesOf(leaves.filter((leaf) => !isOfClass(leaf))),
    kinds: new ClassKinds(leaves.filter(isOfClass)),
    placesOf: new WeakMap(),
  };
}

const fewKinds = 4;

/**
 * Counts the calls that each of several tests holds for, in one pass. The tests depend on the class and on one number of
 * seconds alone. So calls are counted by kind of class and by stretch of seconds, and each test is asked once for each.
 */
export class PredicateCounts implements Accumulator {
  readonly #plan: CountPlan;
  readonly #slotCount: number;
  #width: number;
  #counts: Uint32Array;
  #seconds = new Int32Array(0);
  /** Of the chunk that was added last. */
  #classes: readonly CallClass[] | null = null;
  #offsets = new Uint32Array(0);

  /** There is room for the kinds that others with the same plan have found. */
  constructor(plan: CountPlan, slotCount: number) {
    this.#plan = plan;
    this.#slotCount = slotCount;
    this.#width = Math.max(plan.kinds.examples.length, fewKinds) * plan.stretches.count;
    this.#counts = new Uint32Array(slotCount * this.#width);
  }

  add(batch: Batch): void {
    const { chunk, rows, slots, count } = batch;
    const { classCode } = chunk;
    const { stretches, read } = this.#plan;
    const offsets = this.#offsetsIn(chunk);
    const counts = this.#counts;
    const width = this.#width;
    if (!read) {
      for (let k = 0; k < count; k++) {
        const place = (slots[k] as number) * width + (offsets[classCode[rows[k] as number] as number] as number);
        counts[place] = (counts[place] as number) + 1;
      }
      return;
    }
    if (this.#seconds.length < count) this.#seconds = new Int32Array(slots.length);
    const seconds = this.#seconds;
    read(chunk, rows, count, seconds);
    for (let k = 0; k < count; k++) {
      const offset = offsets[classCode[rows[k] as number] as number] as number;
      const place = (slots[k] as number) * width + offset + stretches.stretchOf(seconds[k] as number);
      counts[place] = (counts[place] as number) + 1;
    }
  }

  /** Where the counts of each class begin, by its code; there is room for them. */
  #offsetsIn({ classes }: Chunk): Uint32Array {
    if (classes === this.#classes) return this.#offsets;
    const { kinds, stretches } = this.#plan;
    const numbers = classNumbersOf(classes);
    const offsets = new Uint32Array(numbers.length);
    for (let code = 0; code < numbers.length; code++) {
      offsets[code] = kinds.kindOf(numbers[code] as number) * stretches.count;
    }
    const width = kinds.examples.length * stretches.count;
    if (width > this.#width) this.#widen(Math.max(width, 2 * this.#width));
    this.#classes = classes;
    this.#offsets = offsets;
    return offsets;
  }

  #widen(width: number): void {
    const counts = new Uint32Array(this.#slotCount * width);
    for (let slot = 0; slot < this.#slotCount; slot++) {
      counts.set(this.#counts.subarray(slot * this.#width, (slot + 1) * this.#width), slot * width);
    }
    this.#width = width;
    this.#counts = counts;
  }

  clear(slotCount: number): void {
    this.#counts.fill(0, 0, slotCount * this.#width);
  }

  valuesOf(test: Predicate): AggregateValues {
    const places = this.#placesOf(test);
    return (slot) => {
      const start = slot * this.#width;
      let sum = 0;
      for (const place of places) sum += this.#counts[start + place] as number;
      return sum;
    };
  }

  fillOf(test: Predicate): FillValues {
    return (into) => {
      const places = this.#placesOf(test);
      const [counts, width] = [this.#counts, this.#width];
      into.fill(0);
      for (const place of places) {
        for (let slot = 0, at = place; slot < into.length; slot++, at += width) {
          into[slot] = (into[slot] as number) + (counts[at] as number);
        }
      }
    };
  }

  /** Others may have found more kinds meanwhile, which nothing was counted of here. */
  #placesOf(test: Predicate): readonly number[] {
    const { kinds, stretches, placesOf } = this.#plan;
    const known = placesOf.get(test);
    const kindCount = Math.min(kinds.examples.length, this.#width / stretches.count);
    if (known?.kinds === kindCount) return known.places;
    const places: number[] = [];
    for (let kind = 0; kind < kindCount; kind++) {
      const callClass = kinds.examples[kind] as CallClass;
      for (let stretch = 0; stretch < stretches.count; stretch++) {
        const seconds = stretches.valueIn(stretch);
        const holds = holdsFor(test, (operand) =>
          typeof operand === 'string' && operand in callClass ? callClass[operand as keyof CallClass] : seconds,
        );
        if (holds) places.push(kind * stretches.count + stretch);
      }
    }
    placesOf.set(test, { kinds: kindCount, places });
    return places;
  }
}
