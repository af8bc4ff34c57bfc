import type { ImportedRow } from '../ingestion/read-imported.ts';

/** Cuts what comes piece by piece into rows, holding no more than the row it is at. */
export type RowSplitter = {
  push: (chunk: Buffer) => ImportedRow[];
  /** What is left once nothing more comes. */
  end: () => ImportedRow[];
};

/** A longer row is broken: nothing that tells of one call is as long. */
export const maxRowBytes = 1024 * 1024;
/** So much is kept of a row that is too long. */
const keptBytes = 64 * 1024;

export function tooLong(where: string, bytes: Buffer): ImportedRow {
  return {
    where,
    body: Buffer.from(bytes.subarray(0, keptBytes)),
    broken: 'longer than 1 MB, of which 64 kB are kept',
  };
}
