import type { Predicate, SpanField } from '../../query/predicate.ts';
import { noValue } from '../store/chunk.ts';
import type { Accumulator, AggregateValues, Batch } from './accumulator.ts';
import type { SecondsCounts } from './read-seconds.ts';
import { SpanGatherer } from './span-statistics.ts';

// Of each slot, seconds below a limit are counted one by one; 64 MB hold all counts. What is beyond is kept as it is. The
// limit grows as longer spans come: most are short, and counters that nobody needs would still have to be made.
const maxCounters = 2 ** 24;
const maxSeconds = 2 ** 14;
const firstSeconds = 2 ** 9;

/** Every value of a span over the calls of some classes, for exact percentiles. */
export class SpanPercentiles implements Accumulator {
  readonly #spans: SpanGatherer;
  readonly #field: SpanField;
  readonly #greatestLimit: number;
  #limit: number;
  #counts: Uint32Array;
  readonly #sizes: Uint32Array;
  readonly #others = new Map<number, { below: number[]; beyond: number[] }>();

  constructor(field: SpanField, over: Predicate, slotCount: number) {
    this.#spans = new SpanGatherer(field, over);
    this.#field = field;
    this.#greatestLimit = Math.min(maxSeconds, Math.floor(maxCounters / slotCount));
    this.#limit = Math.min(firstSeconds, this.#greatestLimit);
    this.#counts = new Uint32Array(slotCount * this.#limit);
    this.#sizes = new Uint32Array(slotCount);
  }

  add(batch: Batch): void {
    const { chunk, range } = batch;
    const known = range?.secondsCounts(this.#field, () => codesAndSeconds(batch, this.#field)) ?? null;
    if (range && known) {
      this.#addCounts(known, this.#spans.isOverIn(chunk), range.slot);
      return;
    }
    const gathered = this.#spans.gather(batch);
    const { values, slots } = this.#spans;
    this.#makeRoom(values, gathered);
    const [counts, sizes, limit] = [this.#counts, this.#sizes, this.#limit];
    for (let k = 0; k < gathered; k++) {
      const value = values[k] as number;
      const slot = range ? range.slot : (slots[k] as number);
      sizes[slot] = (sizes[slot] as number) + 1;
      if (value >= 0 && value < limit) {
        const place = slot * limit + value;
        counts[place] = (counts[place] as number) + 1;
      } else this.#keep(slot, value);
    }
  }

  #addCounts({ codes, seconds, counts: added }: SecondsCounts, isOver: Uint16Array, slot: number): void {
    this.#makeRoom(seconds, seconds.length);
    const counts = this.#counts;
    const limit = this.#limit;
    const start = slot * limit;
    let size = 0;
    for (let i = 0; i < added.length; i++) {
      const value = seconds[i] as number;
      if (value === noValue || isOver[codes[i] as number] !== 1) continue;
      const count = added[i] as number;
      size += count;
      if (value >= 0 && value < limit) counts[start + value] = (counts[start + value] as number) + count;
      else for (let each = 0; each < count; each++) this.#keep(slot, value);
    }
    this.#sizes[slot] = (this.#sizes[slot] as number) + size;
  }

  /** Linear interpolation as percentile_cont does it, in the same order of operations. */
  valuesOf(percentile: number): AggregateValues {
    for (const { below, beyond } of this.#others.values()) {
      below.sort((a, b) => a - b);
      beyond.sort((a, b) => a - b);
    }
    return (slot) => {
      const size = this.#sizes[slot] as number;
      if (size === 0) return null;
      const place = (percentile / 100) * (size - 1);
      const low = Math.floor(place);
      const first = this.#valueAt(slot, low);
      const second = place === low ? first : this.#valueAt(slot, low + 1);
      return first + (place - low) * (second - first);
    };
  }

  /** Doubles the limit until the greatest of some values is below it, if it may be. */
  #makeRoom(values: Int32Array, count: number): void {
    let greatest = 0;
    for (let k = 0; k < count; k++) if ((values[k] as number) > greatest) greatest = values[k] as number;
    let limit = this.#limit;
    while (limit <= greatest && limit < this.#greatestLimit) limit = Math.min(limit * 2, this.#greatestLimit);
    if (limit === this.#limit) return;
    const counts = new Uint32Array(this.#sizes.length * limit);
    for (let slot = 0; slot < this.#sizes.length; slot++) {
      const start = slot * this.#limit;
      counts.set(this.#counts.subarray(start, start + this.#limit), slot * limit);
    }
    this.#limit = limit;
    this.#counts = counts;
  }

  #keep(slot: number, value: number): void {
    let others = this.#others.get(slot);
    if (!others) {
      others = { below: [], beyond: [] };
      this.#others.set(slot, others);
    }
    (value < 0 ? others.below : others.beyond).push(value);
  }

  /** The value at a place of the slot's values in order, from 0. */
  #valueAt(slot: number, place: number): number {
    const { below, beyond } = this.#others.get(slot) ?? { below: [], beyond: [] };
    if (place < below.length) return below[place] as number;
    let left = place - below.length;
    const start = slot * this.#limit;
    for (let seconds = 0; seconds < this.#limit; seconds++) {
      left -= this.#counts[start + seconds] as number;
      if (left < 0) return seconds;
    }
    return beyond[left] as number;
  }
}

/** The classes and seconds of calls, to be counted together. */
function codesAndSeconds({ count, chunk, rows }: Batch, field: SpanField): [Uint16Array, Int32Array, number] {
  const column = chunk.int32(field);
  const codes = new Uint16Array(count);
  const seconds = new Int32Array(count);
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number;
    codes[k] = chunk.classCode[row] as number;
    seconds[k] = column[row] as number;
  }
  return [codes, seconds, chunk.classes.length];
}
