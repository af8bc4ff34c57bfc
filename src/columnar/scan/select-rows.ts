import type { Predicate } from '../../query/predicate.ts';
import type { Chunk } from '../store/chunk.ts';
import { compileRowFilter, fillRange } from './row-filter.ts';
import { fillRowsOf, splitById } from './rows-by-id.ts';

/** Puts those of rows [first, end) of a chunk that count into `rows`, in order, and tells how many they are. */
export type SelectRows = (chunk: Chunk, first: number, end: number, rows: Int32Array) => number;

/** Those that a test holds for; where ids lead to them, no others are looked at. */
export function compileSelectRows(test: Predicate): SelectRows {
  const keep = compileRowFilter(test);
  const byId = splitById(test);
  if (!byId) return (chunk, first, end, rows) => keep(chunk, rows, fillRange(chunk, first, end, rows));
  const keepOfIds = compileRowFilter(byId.rest);
  return (chunk, first, end, rows) => {
    const ofIds = fillRowsOf(chunk, byId, first, end, rows);
    if (ofIds !== null) return keepOfIds(chunk, rows, ofIds);
    return keep(chunk, rows, fillRange(chunk, first, end, rows));
  };
}
