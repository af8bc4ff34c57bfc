import type { ImportedRow } from '../ingestion/read-imported.ts';
import { type RowSplitter, tooLong } from './row-splitter.ts';
import { isBlank, type Line, LineSplitter } from './split-lines.ts';

/** A row on each line. */
export class JsonLines implements RowSplitter {
  readonly #lines: LineSplitter;

  constructor(lineEnd: number) {
    this.#lines = new LineSplitter(lineEnd);
  }

  push(chunk: Buffer): ImportedRow[] {
    return rowsOf(this.#lines.push(chunk));
  }

  end(): ImportedRow[] {
    return rowsOf(this.#lines.end());
  }
}

function rowsOf(lines: readonly Line[]): ImportedRow[] {
  return lines
    .filter(({ bytes }) => !isBlank(bytes))
    .map(({ number, bytes, isTooLong }) => {
      const where = `line ${number}`;
      return isTooLong ? tooLong(where, bytes) : { where, body: bytes };
    });
}
