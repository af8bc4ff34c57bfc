import type { SelectRows } from '../scan/select-rows.ts';
import type { PlaceRows } from '../scan/slot-plan.ts';
import type { Chunk } from '../store/chunk.ts';
import type { Accumulator } from './accumulator.ts';

/** Rows [first, end). */
export type RowRange = { first: number; end: number };

/** Adds to accumulators those rows of ranges of a chunk that count, each in its slot. */
export type AddRows = (chunk: Chunk, ranges: readonly RowRange[], accumulators: readonly Accumulator[]) => void;

export function compileAddRows(select: SelectRows, place: PlaceRows): AddRows {
  let rows = new Int32Array(0);
  let slots = new Int32Array(0);
  return (chunk, ranges, accumulators) => {
    if (rows.length < chunk.count) {
      rows = new Int32Array(chunk.count);
      slots = new Int32Array(chunk.count);
    }
    let selected = 0;
    for (const { first, end } of ranges) selected += select(chunk, first, end, rows.subarray(selected));
    const count = place(chunk, rows, selected, slots);
    if (count > 0) for (const accumulator of accumulators) accumulator.add({ chunk, rows, slots, count });
  };
}
