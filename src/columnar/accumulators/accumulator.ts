import type { SlotRange } from '../scan/cut-row-ranges.ts';
import type { Chunk } from '../store/chunk.ts';

/** The calls of one chunk that count: the first `count` of `rows`, each with its slot. */
export type Batch = {
  readonly chunk: Chunk;
  readonly rows: Int32Array;
  readonly slots: Int32Array;
  /** To be read first: rows may be found when somebody asks how many there are. */
  readonly count: number;
  /** There where these are all that count of a range. */
  readonly range?: SlotRange;
};

/** What a column has of the calls of a batch; where they are all of a range, a view of it. */
export function valuesIn({ rows, count, range }: Batch, column: Int32Array): Int32Array {
  if (range?.isAll) return column.subarray(range.first, range.end);
  const values = new Int32Array(count);
  for (let k = 0; k < count; k++) values[k] = column[rows[k] as number] as number;
  return values;
}

/** Gathers something of every call that counts. */
export type Accumulator = {
  add(batch: Batch): void;
  /** Forgets what was gathered in the first slots; there where that adds up. */
  clear?(slotCount: number): void;
};

/** What an aggregate is in each slot, once all calls were added. */
export type AggregateValues = (slot: number) => number | string | null;
/** Tells it of as many slots as there is room for, from the first; NaN where there is none. */
export type FillValues = (into: Float64Array) => void;
