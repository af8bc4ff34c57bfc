import { currentVersions } from '../columns.ts';
import { KnownChanges } from '../store/known-changes.ts';
import { KnownChunks } from '../store/known-chunks.ts';
import { ColumnCache } from './column-cache.ts';

/** What is kept of packed calls between questions. */
export class PackedMemory {
  readonly columns: ColumnCache;
  readonly chunks: KnownChunks;
  readonly changes = new KnownChanges();

  /** Of columns, and what is worked out of them, up to so many bytes. `versions`: those that are of use. */
  constructor(maxBytes: number, versions = currentVersions) {
    this.columns = new ColumnCache(maxBytes);
    this.chunks = new KnownChunks(this.columns, versions);
  }
}
