import type { Instant } from '../time/instant.ts';
import type { ColumnCache } from './column-cache.ts';
import { KnownChunks } from './known-chunks.ts';

/** What is kept of packed calls between questions. */
export class PackedMemory {
  readonly columns: ColumnCache;
  readonly chunks = new KnownChunks();
  /** Up to where accounts were packed when they were last asked about. */
  readonly marks = new Map<number, Instant>();

  constructor(columns: ColumnCache) {
    this.columns = columns;
  }
}
