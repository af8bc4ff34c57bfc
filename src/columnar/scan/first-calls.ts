import type { Int32Column } from '../columns.ts';
import { type Chunk, noValue } from '../store/chunk.ts';
import { LoopYield } from './loop-yield.ts';
import { compileRowFilter, fillRows } from './row-filter.ts';
import type { CallSelection } from './scan-calls.ts';

/** Where a call stands in a list: instants in milliseconds since 1970, null for a missing value, which comes last. */
export type ListPlace = { key: number | null; id: number };

export type ListCut = {
  order: { column: 'startedAt' | Int32Column; direction: 'ASC' | 'DESC' };
  /** The last ones, from the end of the list, in place of the first. */
  backwards: boolean;
  /** Those between these places only. */
  after: ListPlace | null;
  before: ListPlace | null;
  limit: number;
};

/** The ids of the first (or last) calls of a list, in the order in which they were asked for. */
export async function scanFirstCalls(
  chunks: readonly Chunk[],
  selection: CallSelection,
  { order, backwards, after, before, limit }: ListCut,
): Promise<number[]> {
  const first = new FirstPlaces(limit);
  // Read in this direction, every place is compared as one that ascends.
  const sign = (order.direction === 'ASC') === backwards ? -1 : 1;
  const missing = order.direction === 'ASC' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const bound = (place: ListPlace | null) => place && { key: sign * (place.key ?? missing), id: sign * place.id };
  const [past, short] = backwards ? [bound(before), bound(after)] : [bound(after), bound(before)];
  await scanRows(chunks, selection, (chunk, rows, count) => {
    const keys = order.column === 'startedAt' ? chunk.startedAt : chunk.int32(order.column);
    const ids = chunk.id();
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number;
      const value = keys[row] as number;
      const key = sign * (value === noValue ? missing : value);
      if (key > first.mostKey) continue;
      const id = sign * (ids[row] as number);
      if (key === first.mostKey && id > first.mostId) continue;
      if (past && (key < past.key || (key === past.key && id <= past.id))) continue;
      if (short && (key > short.key || (key === short.key && id >= short.id))) continue;
      first.add(key, id);
    }
    return true;
  });
  return first.ids().map((id) => sign * id);
}

/** The ids of all calls of a selection; null where they are more than `limit`. */
export async function scanFewCalls(
  chunks: readonly Chunk[],
  selection: CallSelection,
  limit: number,
): Promise<number[] | null> {
  const found: number[] = [];
  await scanRows(chunks, selection, (chunk, rows, count) => {
    if (found.length + count > limit) {
      found.length = limit + 1;
      return false;
    }
    const ids = chunk.id();
    for (let k = 0; k < count; k++) found.push(ids[rows[k] as number] as number);
    return true;
  });
  return found.length > limit ? null : found;
}

/** How many calls a selection has, counted no further than `limit`. */
export async function scanCount(chunks: readonly Chunk[], selection: CallSelection, limit: number): Promise<number> {
  let counted = 0;
  await scanRows(chunks, selection, (_chunk, _rows, count) => {
    counted += count;
    return counted < limit;
  });
  return Math.min(counted, limit);
}

/** Shows the rows of a selection, chunk by chunk, for as long as more are wanted. */
async function scanRows(
  chunks: readonly Chunk[],
  { from, to, test, cancellation }: CallSelection,
  take: (chunk: Chunk, rows: Int32Array, count: number) => boolean,
): Promise<void> {
  const keep = compileRowFilter(test);
  const rows = new Int32Array(chunks.reduce((size, chunk) => Math.max(size, chunk.count), 0));
  const loopYield = new LoopYield(cancellation);
  for (const chunk of chunks) {
    const count = keep(chunk, rows, fillRows(chunk, from, to, rows));
    if (count > 0 && !take(chunk, rows, count)) return;
    await loopYield.take();
  }
}

/** The smallest of the places that are added: by key, equal ones by id. */
class FirstPlaces {
  /** No place beyond this one is among them. */
  mostKey = Number.POSITIVE_INFINITY;
  mostId = Number.POSITIVE_INFINITY;
  readonly #limit: number;
  #places: { key: number; id: number }[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(key: number, id: number): void {
    this.#places.push({ key, id });
    if (this.#places.length >= 4 * this.#limit + 64) this.#cut();
  }

  ids(): number[] {
    this.#cut();
    return this.#places.map(({ id }) => id);
  }

  #cut(): void {
    this.#places.sort((a, b) => (a.key === b.key ? a.id - b.id : a.key < b.key ? -1 : 1));
    if (this.#places.length < this.#limit) return;
    this.#places.length = this.#limit;
    const last = this.#places.at(-1);
    if (!last) return;
    this.mostKey = last.key;
    this.mostId = last.id;
  }
}
