import type { KeyField, Predicate } from '../../query/predicate.ts';
import { keptFigures } from '../cache/kept-figures.ts';
import type { Chunk } from '../store/chunk.ts';
import { compileRowFilter, fillRange } from './row-filter.ts';

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

const keyFields: readonly string[] = ['agentId', 'campaignId', 'callGroupId', 'virtualNumberId'] satisfies KeyField[];

/** A test of which the calls of some ids are found first, and what is then left to ask of them. */
export type ById = { field: KeyField; ids: readonly number[]; rest: Predicate };

// Rows of many ids are found as fast by looking at all.
const maxIds = 16;

/** What of a test names the ids of a participant; null where nothing does. */
export function splitById(test: Predicate): ById | null {
  const parts = 'all' in test ? test.all : [test];
  for (const [i, part] of parts.entries()) {
    if (!('of' in part && 'in' in part) || !keyFields.includes(part.of as string)) continue;
    const ids = [...new Set(part.in.map(Number))];
    if (ids.length > maxIds) continue;
    return { field: part.of as KeyField, ids, rest: { all: parts.filter((_, other) => other !== i) } };
  }
  return null;
}

/** Those of rows [first, end) of a chunk that have these ids, in order, but for superseded ones; null: look at all. */
export function fillRowsOf(
  chunk: Chunk,
  { field, ids }: ById,
  first: number,
  end: number,
  rows: Int32Array,
): number | null {
  const index = indexOf(chunk, field);
  if (!index) return null;
  let count = 0;
  for (const id of ids) {
    if (!(id >= 0 && id < index.ends.length)) continue;
    const stop = index.ends[id] as number;
    for (let k = id === 0 ? 0 : (index.ends[id - 1] as number); k < stop; k++) {
      const row = index.rows[k] as number;
      if (row < first || row >= end || chunk.superseded?.[row] === 1) continue;
      rows[count++] = row;
    }
  }
  if (ids.length > 1) rows.subarray(0, count).sort();
  return count;
}

/** Rows ordered by id, and where those of each id end. */
type Index = { rows: Uint16Array | Uint32Array; ends: Uint32Array };

// Ids of participants count from 1 upwards; where they are far apart, an index would take more room than it is worth.
const maxId = 2 ** 14;

/** Made when it is asked for again: a column that is used once is not worth it. */
function indexOf(chunk: Chunk, field: KeyField): Index | null {
  return keptFigures(chunk).getAgain(`rows by ${field}`, () => {
    const made = makeIndex(chunk.int32(field));
    return made && { figures: made, bytes: made.rows.byteLength + made.ends.byteLength };
  });
}

function makeIndex(column: Int32Array): Index | null {
  let largest = 0;
  for (let row = 0; row < column.length; row++) if ((column[row] as number) > largest) largest = column[row] as number;
  if (largest > maxId) return null;
  const ends = new Uint32Array(largest + 1);
  for (let row = 0; row < column.length; row++) {
    const id = column[row] as number;
    if (id >= 0) ends[id] = (ends[id] as number) + 1;
  }
  let total = 0;
  for (let id = 0; id <= largest; id++) {
    const count = ends[id] as number;
    ends[id] = total;
    total += count;
  }
  const rows = column.length <= 2 ** 16 ? new Uint16Array(total) : new Uint32Array(total);
  for (let row = 0; row < column.length; row++) {
    const id = column[row] as number;
    if (id < 0) continue;
    rows[ends[id] as number] = row;
    ends[id] = (ends[id] as number) + 1;
  }
  return { rows, ends };
}
