import type { Predicate, SpanField } from '../../query/predicate.ts';
import { classTable } from '../scan/row-filter.ts';
import { type CallClass, type Chunk, noValue } from '../store/chunk.ts';
import type { Batch } from './accumulator.ts';
import { classNumbersOf } from './class-numbers.ts';

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
