import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { calls } from '../../calls/call.table.ts';
import { readCopy } from '../../postgres/rows/read-copy.ts';
import type { Transaction } from '../../postgres/statement.ts';
import { type ColumnName, columnNames, columns, type WordColumn } from '../columns.ts';
import { type CallColumns, emptyColumns, makeChunk, sortCalls, WordCodes } from './call-columns.ts';
import type { Chunk } from './chunk.ts';
import type { Reader } from './find-chunks.ts';

const account = 'account';
const selected = [...columnNames.map((name) => columns[name].from), sql`${calls.accountId}`];
const asNames = [...columnNames.map((_, i) => `c${i}`), account];

/** The columns in the order of columnNames, numbers as doubles, words as text; and the account. Put together once. */
export const selectedCalls = asText(
  sql.join(
    selected.map((value, i) => sql`${value} as ${sql.raw(asNames[i] as string)}`),
    sql`, `,
  ),
);
/** In place of selectedCalls, where no call is told of. */
export const noCall = sql.raw(selected.map(() => 'null').join(', '));
const idColumn = asNames[columnNames.indexOf('id')] as string;
/** The id of a call as it was read. */
export const idOf = (row: CallRow) => row[idColumn] as number;

function asText(expression: SQL): SQL {
  return sql.raw(new PgDialect().sqlToQuery(expression).sql);
}

/** Calls that a condition holds for, by account, each account's in order. `from`: calls, and what the condition needs. */
export async function readCalls(
  db: Reader,
  condition: SQL,
  { from = sql`${calls}`, order, limit }: { from?: SQL; order?: SQL; limit?: number } = {},
): Promise<Map<number, CallColumns>> {
  const sorted = order ? sql`order by ${order}` : sql``;
  const bound = limit === undefined ? sql`` : sql`limit ${limit}`;
  const { rows } = await db.execute<CallRow>(
    sql`select ${selectedCalls} from ${from} where ${condition} ${sorted} ${bound}`,
  );
  return callsOfRows(rows);
}

/** The same as chunks, one for each account. */
export async function readChunks(...asked: Parameters<typeof readCalls>): Promise<Chunk[]> {
  return [...(await readCalls(...asked))].map(([account, own]) => makeChunk(account, own));
}

/** What selectedCalls gives, by account, each account's in order. */
export function callsOfRows(rows: readonly CallRow[]): Map<number, CallColumns> {
  const byAccount = new Map<number, CallRow[]>();
  for (const row of rows) {
    const known = byAccount.get(row[account] as number);
    if (known) known.push(row);
    else byAccount.set(row[account] as number, [row]);
  }
  return new Map([...byAccount].map(([id, own]) => [id, columnsOf(own)]));
}

export type CallRow = Record<string, number | string | null>;

function columnsOf(rows: readonly CallRow[]): CallColumns {
  const of = emptyColumns(rows.length);
  const codes = new WordCodes();
  for (const [c, name] of columnNames.entries()) {
    const column = of[name];
    const key = asNames[c] as string;
    const read = readerOf(name, codes);
    for (let i = 0; i < rows.length; i++) column[i] = read((rows[i] as CallRow)[key] ?? null);
  }
  return sortCalls({ count: rows.length, of, words: codes.words });
}

function readerOf(name: ColumnName, codes: WordCodes): (value: number | string | null) => number {
  const { kind } = columns[name];
  if (kind === 'class') return (value) => codes.codeOfTold(value as string);
  if (kind === 'words') return (value) => codes.codeOf(name as WordColumn, value as string | null);
  return (value) => (value === null ? Number.NaN : Number(value));
}

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
