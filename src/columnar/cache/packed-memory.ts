import { KnownChanges } from '../store/known-changes.ts';
import { KnownChunks } from '../store/known-chunks.ts';
import type { ColumnCache } from './column-cache.ts';

/** What is kept of packed calls between questions. */
export class PackedMemory {
  readonly columns: ColumnCache;
  readonly chunks: KnownChunks;
  readonly changes = new KnownChanges();

  constructor(columns: ColumnCache) {
    this.columns = columns;
    this.chunks = new KnownChunks(columns);
  }
}
