import { type SQL, sql } from 'drizzle-orm';
import { calls } from '../../calls/call.table.ts';
import { readCopy } from '../../postgres/rows/read-copy.ts';
import type { Transaction } from '../../postgres/statement.ts';
import { columnNames, columns, type WordColumn } from '../columns.ts';
import { type CallColumns, emptyColumns, sortCalls, WordCodes } from './call-columns.ts';
import { selectedCalls } from './read-calls.ts';

/** Calls of one account that a condition holds for, in order, on a connection of one's own: for many, as when packing. */
export async function copyCalls(on: Transaction, condition: SQL): Promise<CallColumns> {
  const { count, bytes } = await readCopy(on, sql`select ${selectedCalls} from ${calls} where ${condition}`);
  const of = emptyColumns(count);
  const read = columnNames.map((name) => ({ name, kind: columns[name].kind, column: of[name] }));
  const codes = new WordCodes();
  const values = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  for (let i = 0; i < count; i++) {
    at += 2;
    for (const { name, kind, column } of read) {
      const length = values.getInt32(at);
      at += 4;
      if (kind === 'class') column[i] = codes.codeOfTold(bytes.toString('latin1', at, at + length));
      else if (kind === 'words') {
        const word = length < 0 ? null : bytes.toString('utf8', at, at + length);
        column[i] = codes.codeOf(name as WordColumn, word);
      } else column[i] = length < 0 ? Number.NaN : values.getFloat64(at);
      at += Math.max(0, length);
    }
    // The account, which is known.
    at += 4 + values.getInt32(at);
  }
  return sortCalls({ count, of, words: codes.words });
}
