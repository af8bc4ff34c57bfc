import type { Predicate, SpanField } from '../../query/predicate.ts';
import { noValue } from '../store/chunk.ts';
import type { Accumulator, AggregateValues, Batch, FillValues } from './accumulator.ts';
import { SpanGatherer } from './gather-spans.ts';

export type SpanFigure = 'count' | 'sum' | 'min' | 'max';

/** Counts, sums and extremes of a span over the calls of some classes. */
export class SpanStatistics implements Accumulator {
  readonly #spans: SpanGatherer;
  readonly #field: SpanField;
  #hasExtremes = false;
  readonly #counts: Uint32Array;
  readonly #sums: Float64Array;
  readonly #mins: Int32Array;
  readonly #maxs: Int32Array;

  constructor(field: SpanField, over: Predicate, slotCount: number) {
    this.#spans = new SpanGatherer(field, over);
    this.#field = field;
    this.#counts = new Uint32Array(slotCount);
    this.#sums = new Float64Array(slotCount);
    this.#mins = new Int32Array(slotCount).fill(2 ** 31 - 1);
    this.#maxs = new Int32Array(slotCount).fill(noValue);
  }

  /** To be told before calls are added. */
  gatherFor(take: SpanFigure): void {
    if (take === 'min' || take === 'max') this.#hasExtremes = true;
  }

  add(batch: Batch): void {
    const [counts, sums, mins, maxs] = [this.#counts, this.#sums, this.#mins, this.#maxs];
    if (!this.#hasExtremes) {
      const { chunk, rows, slots, count } = batch;
      const isOver = this.#spans.isOverIn(chunk);
      const { classCode } = chunk;
      const values = chunk.int32(this.#field);
      // Without a branch, which would be guessed wrong as often as not: 1 where the value counts.
      for (let k = 0; k < count; k++) {
        const row = rows[k] as number;
        const value = values[row] as number;
        const apart = value ^ noValue;
        const counting = (isOver[classCode[row] as number] as number) & ((apart | -apart) >>> 31);
        const slot = slots[k] as number;
        counts[slot] = (counts[slot] as number) + counting;
        sums[slot] = (sums[slot] as number) + (value & -counting);
      }
      return;
    }
    const gathered = this.#spans.gather(batch);
    const { values, slots } = this.#spans;
    for (let k = 0; k < gathered; k++) {
      const value = values[k] as number;
      const slot = batch.range ? batch.range.slot : (slots[k] as number);
      counts[slot] = (counts[slot] as number) + 1;
      sums[slot] = (sums[slot] as number) + value;
      if (value < (mins[slot] as number)) mins[slot] = value;
      if (value > (maxs[slot] as number)) maxs[slot] = value;
    }
  }

  clear(slotCount: number): void {
    this.#counts.fill(0, 0, slotCount);
    this.#sums.fill(0, 0, slotCount);
    this.#mins.fill(2 ** 31 - 1, 0, slotCount);
    this.#maxs.fill(noValue, 0, slotCount);
  }

  valuesOf(take: SpanFigure): AggregateValues {
    if (take === 'count') return (slot) => this.#counts[slot] as number;
    if (take === 'sum') return (slot) => this.#sums[slot] as number;
    const extremes = take === 'min' ? this.#mins : this.#maxs;
    return (slot) => (this.#counts[slot] === 0 ? null : (extremes[slot] as number));
  }

  fillOf(take: SpanFigure): FillValues {
    const value = this.valuesOf(take);
    return (into) => {
      for (let slot = 0; slot < into.length; slot++) into[slot] = (value(slot) as number | null) ?? Number.NaN;
    };
  }
}
