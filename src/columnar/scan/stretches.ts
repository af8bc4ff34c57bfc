import { memoize } from '../../memoize.ts';
import type { Leaf } from '../../query/predicate.ts';
import { noValue } from '../store/chunk.ts';

// Two hours: usual thresholds are below, and tables of so many numbers can be kept.
const maxTableSize = 2 ** 13;

/**
 * The whole numbers cut where the answer of a comparison may change: all numbers of a stretch are alike to all of them.
 * Stretch 0 is the missing number.
 */
export class Stretches {
  readonly count: number;
  readonly #cuts: readonly number[];
  readonly #first: number;
  readonly #last: number;
  readonly #table: Uint16Array | null;

  /** In ascending order. */
  constructor(cuts: readonly number[]) {
    this.#cuts = cuts;
    this.count = cuts.length + 2;
    this.#first = cuts[0] ?? 0;
    this.#last = cuts.at(-1) ?? 0;
    const span = this.#last - this.#first;
    this.#table =
      span > maxTableSize ? null : Uint16Array.from({ length: span }, (_, i) => this.#search(this.#first + i));
  }

  /** The number of the stretch that a number lies in. */
  stretchOf(value: number): number {
    if (value < this.#first) return value === noValue ? 0 : 1;
    if (value >= this.#last) return this.count - 1;
    return this.#table ? (this.#table[value - this.#first] as number) : this.#search(value);
  }

  /** A number of a stretch, which stands for all of them; null for the missing one. */
  valueIn(stretch: number): number | null {
    if (stretch === 0) return null;
    return stretch === 1 ? this.#first - 1 : (this.#cuts[stretch - 2] as number);
  }

  /** One more than the number of cuts at or below a value. */
  #search(value: number): number {
    let low = 0;
    let high = this.#cuts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#cuts[middle] as number) <= value) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }
}

const stretchesBetween = memoize(
  (cuts: readonly number[]) => cuts.join(),
  (cuts) => new Stretches(cuts),
);

/** Those that some comparisons cut. */
export function stretchesOf(leaves: readonly Leaf[]): Stretches {
  return stretchesBetween([...new Set(leaves.flatMap(cutsOf))].sort((a, b) => a - b));
}

function cutsOf(leaf: Leaf): number[] {
  if ('isMissing' in leaf) return [];
  if ('in' in leaf) return leaf.in.flatMap((value) => [Number(value), Number(value) + 1]);
  return [leaf.is === 'gt' || leaf.is === 'lte' ? Number(leaf.value) + 1 : Number(leaf.value)];
}
