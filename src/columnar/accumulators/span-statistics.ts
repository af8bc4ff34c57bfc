import type { Predicate, SpanField } from '../../query/predicate.ts';
import { classTable } from '../scan/row-filter.ts';
import { type CallClass, type Chunk, noValue } from '../store/chunk.ts';
import type { Accumulator, AggregateValues, Batch, FillValues } from './accumulator.ts';
import { classNumbersOf } from './class-numbers.ts';

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

/** The seconds of a span that are there, of calls of some classes, each with its slot. */
export class SpanGatherer {
  values = new Int32Array(0);
  slots = new Int32Array(0);
  readonly #field: SpanField;
  readonly #isOver: Uint8Array;
  #classes: readonly CallClass[] | null = null;
  #isOverByCode = new Uint16Array(0);

  constructor(field: SpanField, over: Predicate) {
    this.#field = field;
    this.#isOver = classTable(over);
  }

  /** By code of a class of a chunk: 1 where its calls count. */
  isOverIn({ classes }: Chunk): Uint16Array {
    if (classes !== this.#classes) {
      this.#classes = classes;
      this.#isOverByCode = classNumbersOf(classes).map((number) => this.#isOver[number] as number);
    }
    return this.#isOverByCode;
  }

  /**
   * Puts those of a batch in place of what was gathered before, and tells how many they are. Those of a range
   * have its slot. */
  gather({ chunk, rows, slots: slotsOfRows, count, range }: Batch): number {
    if (this.values.length < count) {
      this.values = new Int32Array(rows.length);
      this.slots = new Int32Array(rows.length);
    }
    const { values, slots } = this;
    const isOver = this.isOverIn(chunk);
    const { classCode } = chunk;
    const column = chunk.int32(this.#field);
    let gathered = 0;
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number;
      const value = column[row] as number;
      values[gathered] = value;
      if (!range) slots[gathered] = slotsOfRows[k] as number;
      // Without a branch, which would be guessed wrong as often as not: 1 where the value is not noValue.
      const apart = value ^ noValue;
      gathered += (isOver[classCode[row] as number] as number) & ((apart | -apart) >>> 31);
    }
    return gathered;
  }
}
