import type { ColumnName } from '../columns.ts';
import { bytesBeside, forgetBeside } from './kept-figures.ts';

export type Numbers = Int32Array | Float64Array | Uint16Array;
/** What a chunk is known by: ids may be given on several servers, each of which has its own accounts. */
export type ChunkKey = { accountId: number; id: number };
/** Unpacked columns of a chunk. */
export type UnpackedColumns = ReadonlyMap<ColumnName, Numbers>;

/**
 * `figures`: bytes of what is kept beside the columns, as it was when they were used last; `used`: when that was, by a clock
 * that counts.
 */
type Entry = { columns: Map<ColumnName, Numbers>; bytes: number; figures: number; used: number };

// So much is left when room is made, that it is seldom done.
const shareLeft = 0.95;

const nameOf = ({ accountId, id }: ChunkKey) => `${accountId}:${id}`;

/**
 * Unpacked columns of chunks, of those used last, up to so many bytes together with the figures that are kept beside them.
 * A chunk never changes, so nothing here grows old.
 */
export class ColumnCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #clock = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The columns of a chunk that are in memory: the same map until they leave. */
  of(chunk: ChunkKey): UnpackedColumns {
    const entry = this.#entries.get(nameOf(chunk));
    if (!entry) return new Map();
    entry.used = ++this.#clock;
    this.#weighFigures(entry);
    this.#makeRoom();
    return entry.columns;
  }

  /** Adds columns to what `of` has given for the chunk. */
  add(chunk: ChunkKey, known: UnpackedColumns, added: readonly [ColumnName, Numbers][]): void {
    const columns = known as Map<ColumnName, Numbers>;
    const name = nameOf(chunk);
    let entry = this.#entries.get(name);
    if (entry?.columns !== columns) {
      if (entry) this.#bytes -= entry.bytes + entry.figures;
      entry = { columns, bytes: 0, figures: 0, used: ++this.#clock };
      for (const { byteLength } of columns.values()) entry.bytes += byteLength;
      this.#bytes += entry.bytes;
      this.#entries.set(name, entry);
    }
    for (const [of, column] of added) {
      if (columns.has(of)) continue;
      columns.set(of, column);
      entry.bytes += column.byteLength;
      this.#bytes += column.byteLength;
    }
    this.#weighFigures(entry);
    this.#makeRoom();
  }

  /** Forgets those of a chunk that nobody will ask for again. */
  drop(chunk: ChunkKey): void {
    const name = nameOf(chunk);
    const entry = this.#entries.get(name);
    if (!entry) return;
    this.#entries.delete(name);
    this.#bytes -= entry.bytes + entry.figures;
  }

  #weighFigures(entry: Entry): void {
    const classCode = entry.columns.get('class');
    const figures = classCode ? bytesBeside(classCode) : 0;
    this.#bytes += figures - entry.figures;
    entry.figures = figures;
  }

  /** Figures go first: they are worked out again sooner than columns are loaded. */
  #makeRoom(): void {
    if (this.#bytes <= this.#maxBytes) return;
    const enough = this.#maxBytes * shareLeft;
    const oldestFirst = [...this.#entries].sort(([, a], [, b]) => a.used - b.used);
    for (const [, entry] of oldestFirst) {
      if (this.#bytes <= enough) return;
      const classCode = entry.columns.get('class');
      if (!classCode || entry.figures === 0) continue;
      forgetBeside(classCode);
      this.#weighFigures(entry);
    }
    for (const [name, { bytes }] of oldestFirst) {
      if (this.#bytes <= enough) return;
      this.#entries.delete(name);
      this.#bytes -= bytes;
    }
  }
}
