import { ColumnCache } from '../cache/column-cache.ts';
import { bitsOf, columnNames, wordColumns } from '../columns.ts';
import { type CallColumns, emptyColumns } from './call-columns.ts';
import { noValue } from './chunk.ts';
import type { ChunkHead } from './find-chunks.ts';
import { loadColumns } from './load-columns.ts';
import type { Reader } from './reader.ts';

const noWords = Object.fromEntries(wordColumns.map((name) => [name, [null]]));

/** All calls of a chunk, as far as its columns are of use. */
export async function loadChunk(db: Reader, head: ChunkHead): Promise<CallColumns> {
  const names = columnNames.filter((name) => (head.usable & bitsOf([name])) !== 0);
  const columns = (await loadColumns(db, new ColumnCache(0), [head], names)).get(head);
  const of = emptyColumns(head.count);
  for (const name of names) {
    const column = columns?.get(name);
    if (!column) throw new Error(`the column ${name} of a chunk is missing`);
    if (column instanceof Int32Array) {
      for (let i = 0; i < column.length; i++) {
        const value = column[i] as number;
        of[name][i] = value === noValue ? Number.NaN : value;
      }
    } else of[name].set(column);
  }
  return { count: head.count, of, words: { ...noWords, ...head.words } };
}
