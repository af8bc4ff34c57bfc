import type { SpanField } from '../../calls/call-operand.ts';
import type { Test } from '../../filter/test.ts';
import { noValue } from '../../packed-calls/chunk.ts';
import { SpanGatherer } from './gather-spans.ts';
import type { AggregateValues, Batch, Tally } from './tally.ts';

/** Counts, sums and extremes of a span over the calls of some classes. */
export class SpanStatistics implements Tally {
  readonly #spans: SpanGatherer;
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  readonly #mins: Int32Array;
  readonly #maxs: Int32Array;

  constructor(field: SpanField, over: Test, slotCount: number) {
    this.#spans = new SpanGatherer(field, over);
    this.#counts = new Float64Array(slotCount);
    this.#sums = new Float64Array(slotCount);
    this.#mins = new Int32Array(slotCount).fill(2 ** 31 - 1);
    this.#maxs = new Int32Array(slotCount).fill(noValue);
  }

  add(batch: Batch): void {
    const [counts, sums, mins, maxs] = [this.#counts, this.#sums, this.#mins, this.#maxs];
    const gathered = this.#spans.gather(batch);
    const { values, slots } = this.#spans;
    for (let k = 0; k < gathered; k++) {
      const value = values[k] as number;
      const slot = slots[k] as number;
      counts[slot] = (counts[slot] as number) + 1;
      sums[slot] = (sums[slot] as number) + value;
      if (value < (mins[slot] as number)) mins[slot] = value;
      if (value > (maxs[slot] as number)) maxs[slot] = value;
    }
  }

  valuesOf(take: 'count' | 'sum' | 'min' | 'max'): AggregateValues {
    if (take === 'count') return (slot) => this.#counts[slot] as number;
    if (take === 'sum') return (slot) => this.#sums[slot] as number;
    const extremes = take === 'min' ? this.#mins : this.#maxs;
    return (slot) => (this.#counts[slot] === 0 ? null : (extremes[slot] as number));
  }
}
