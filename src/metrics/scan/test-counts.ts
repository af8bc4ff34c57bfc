import { holdTest } from '../../filter/hold-test.ts';
import type { Leaf, Test } from '../../filter/test.ts';
import type { CallClass, Chunk } from '../../packed-calls/chunk.ts';
import { ClassKinds } from './class-kinds.ts';
import { classNumbersOf } from './class-numbers.ts';
import { compileReaders, type Seconds, type SecondsReaders } from './read-seconds.ts';
import { isOfClass } from './row-filter.ts';
import type { Run } from './run.ts';
import { type Stretches, stretchesOf } from './stretches.ts';
import type { AggregateValues, Batch, FillValues, Tally } from './tally.ts';
import { leavesOf } from './test-leaves.ts';

/** What several tests that compare the same seconds have in common. */
export type CountPlan = {
  seconds: Seconds | null;
  readers: SecondsReaders | null;
  stretches: Stretches;
  ofClass: readonly Leaf[];
};

/** The tests depend on the class, and on these seconds alone. */
export function planCounts(tests: readonly Test[], seconds: Seconds | null): CountPlan {
  const leaves = tests.flatMap(leavesOf);
  return {
    seconds,
    readers: seconds === null ? null : compileReaders(seconds),
    stretches: stretchesOf(leaves.filter((leaf) => !isOfClass(leaf))),
    ofClass: leaves.filter(isOfClass),
  };
}

/**
 * Counts the calls that each of several tests holds for, in one pass. The tests depend on the class and on one number of
 * seconds alone. So calls are counted by kind of class and by stretch of seconds, and each test is asked once for each.
 */
export class TestCounts implements Tally {
  readonly #plan: CountPlan;
  readonly #kinds: ClassKinds;
  readonly #width: number;
  readonly #counts: Uint32Array;
  #seconds = new Int32Array(0);
  /** Of the chunk that was added last. */
  #classes: readonly CallClass[] | null = null;
  #offsets = new Uint32Array(0);

  /** `classes`: the numbers of those that occur. */
  constructor(plan: CountPlan, slotCount: number, classes: Iterable<number>) {
    this.#plan = plan;
    this.#kinds = new ClassKinds(classes, plan.ofClass);
    this.#width = this.#kinds.examples.length * plan.stretches.count;
    this.#counts = new Uint32Array(slotCount * this.#width);
  }

  add(batch: Batch): void {
    const { chunk, rows, slots, count } = batch;
    const { classCode } = chunk;
    const counts = this.#counts;
    const width = this.#width;
    const { stretches, readers } = this.#plan;
    const offsets = this.#offsetsIn(chunk);
    if (!readers) {
      for (let k = 0; k < count; k++) {
        const place = (slots[k] as number) * width + (offsets[classCode[rows[k] as number] as number] as number);
        counts[place] = (counts[place] as number) + 1;
      }
      return;
    }
    if (this.#seconds.length < count) this.#seconds = new Int32Array(slots.length);
    const seconds = this.#seconds;
    readers.ofRows(chunk, rows, count, seconds);
    for (let k = 0; k < count; k++) {
      const offset = offsets[classCode[rows[k] as number] as number] as number;
      const place = (slots[k] as number) * width + offset + stretches.stretchOf(seconds[k] as number);
      counts[place] = (counts[place] as number) + 1;
    }
  }

  /** Where the counts of each class begin, by its code. */
  #offsetsIn({ classes }: Chunk): Uint32Array {
    if (classes === this.#classes) return this.#offsets;
    const numbers = classNumbersOf(classes);
    const offsets = new Uint32Array(numbers.length);
    for (let code = 0; code < numbers.length; code++) {
      offsets[code] = (this.#kinds.kindOf[numbers[code] as number] as number) * this.#plan.stretches.count;
    }
    this.#classes = classes;
    this.#offsets = offsets;
    return offsets;
  }

  addRun(run: Run): void {
    const counts = this.#counts;
    const start = run.slot * this.#width;
    const offsets = this.#offsetsIn(run.chunk);
    const { stretches, seconds: of, readers } = this.#plan;
    if (!of || !readers) {
      const byClass = run.classCounts();
      for (let code = 0; code < byClass.length; code++) {
        const place = start + (offsets[code] as number);
        counts[place] = (counts[place] as number) + (byClass[code] as number);
      }
      return;
    }
    const known = run.secondsCounts(of, readers);
    if (known) {
      for (let i = 0; i < known.counts.length; i++) {
        const offset = offsets[known.codes[i] as number] as number;
        const place = start + offset + stretches.stretchOf(known.seconds[i] as number);
        counts[place] = (counts[place] as number) + (known.counts[i] as number);
      }
      return;
    }
    const codes = run.codes();
    const seconds = run.seconds(readers);
    for (let k = 0; k < codes.length; k++) {
      const place = start + (offsets[codes[k] as number] as number) + stretches.stretchOf(seconds[k] as number);
      counts[place] = (counts[place] as number) + 1;
    }
  }

  clear(slotCount: number): void {
    this.#counts.fill(0, 0, slotCount * this.#width);
  }

  valuesOf(test: Test): AggregateValues {
    const places = this.#placesOf(test);
    return (slot) => {
      const start = slot * this.#width;
      let sum = 0;
      for (const place of places) sum += this.#counts[start + place] as number;
      return sum;
    };
  }

  fillOf(test: Test): FillValues {
    const places = this.#placesOf(test);
    const [counts, width] = [this.#counts, this.#width];
    return (into) => {
      into.fill(0);
      for (const place of places) {
        for (let slot = 0, at = place; slot < into.length; slot++, at += width) {
          into[slot] = (into[slot] as number) + (counts[at] as number);
        }
      }
    };
  }

  /** Where among the counts of a slot those are that a test holds for. */
  #placesOf(test: Test): number[] {
    const { stretches } = this.#plan;
    const places: number[] = [];
    for (const [kind, callClass] of this.#kinds.examples.entries()) {
      for (let stretch = 0; stretch < stretches.count; stretch++) {
        const seconds = stretches.valueIn(stretch);
        const holds = holdTest(test, (operand) =>
          typeof operand === 'string' && operand in callClass ? callClass[operand as keyof CallClass] : seconds,
        );
        if (holds) places.push(kind * stretches.count + stretch);
      }
    }
    return places;
  }
}
