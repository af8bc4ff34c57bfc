import { type SQL, sql } from 'drizzle-orm';
import { calls } from '../../calls/call.table.ts';
import { readCopy } from '../../postgres/rows/read-copy.ts';
import type { Transaction } from '../../postgres/statement.ts';
import { type CallColumns, columnNames, emptyColumns, sortCalls } from '../store/call-columns.ts';
import { selectedCalls, ToldWords } from '../store/read-calls.ts';

/** Calls of one account that a condition holds for, in order, on a connection of one's own: for many, as when packing. */
export async function copyCalls(on: Transaction, condition: SQL): Promise<CallColumns> {
  const { count, bytes } = await readCopy(on, sql`select ${selectedCalls} from ${calls} where ${condition}`);
  const of = emptyColumns(count);
  const columns = columnNames.map((name) => of[name]);
  const words = new ToldWords();
  const values = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const text = () => {
    const length = values.getInt32(at);
    const start = at + 4;
    at = start + Math.max(0, length);
    return length < 0 ? null : bytes.toString('latin1', start, at);
  };
  for (let i = 0; i < count; i++) {
    at += 2;
    for (const column of columns) {
      const isMissing = values.getInt32(at) < 0;
      column[i] = isMissing ? Number.NaN : values.getFloat64(at + 4);
      at += isMissing ? 4 : 12;
    }
    of.classCode[i] = words.classOf(text() as string);
    of.coinsCode[i] = words.coinsOf(text());
    text(); // the account, which is known
  }
  return sortCalls({ count, of, classes: words.classes, coins: words.coins });
}
