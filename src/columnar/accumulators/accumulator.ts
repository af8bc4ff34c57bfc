import type { SlotRange } from '../scan/slot-range.ts';
import type { Chunk } from '../store/chunk.ts';

/** The calls of one chunk that count: the first `count` of `rows`, each with its slot. */
export type Batch = { chunk: Chunk; rows: Int32Array; slots: Int32Array; count: number };

/** Gathers something of every call that counts, given row by row, or as a range of one slot. */
export type Accumulator = {
  add(batch: Batch): void;
  addRange(range: SlotRange): void;
  /** Forgets what was gathered in the first slots; there where that adds up. */
  clear?(slotCount: number): void;
};

/** What an aggregate is in each slot, once all calls were added. */
export type AggregateValues = (slot: number) => number | string | null;
/** Tells it of as many slots as there is room for, from the first; NaN where there is none. */
export type FillValues = (into: Float64Array) => void;
