import { getTableColumns, getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { Batch } from '../batch.ts';
import { type Copied, SentStatements } from '../sent-statements.ts';
import type { Transaction } from '../statement.ts';
import { BinaryText, binaryWriter } from './binary-value.ts';

/** What stands before the rows. */
export const copyHead = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
/** What stands behind them, in place of a row's count of values. */
export const copyEnd = -1;
const scratch = new BinaryText();

type CopyOptions = {
  /** For a table that the same transaction has emptied, so that no later vacuum need touch the rows. */
  isFrozen?: boolean;
};

/**
 * Inserts rows of a table, of these columns by their names in TypeScript, by COPY in binary form. That is half the work
 * of an INSERT with parameters, for either side. A row that is there already is an error.
 */
export function copyRows<Row extends object>(table: PgTable, columns: readonly string[], options: CopyOptions = {}) {
  const { text, append } = copyForm<Row>(table, columns, options);
  return async (on: Transaction, rows: readonly Row[]): Promise<void> => {
    if (rows.length === 0) return;
    scratch.clear();
    scratch.raw(copyHead);
    append(scratch, rows);
    scratch.int16(copyEnd);
    await sendCopy(on, { text, data: framed(scratch.whole()) });
  };
}

/** The statement of a COPY in binary form, and what writes rows for it. */
export function copyForm<Row extends object>(
  table: PgTable,
  columns: readonly string[],
  { isFrozen = false }: CopyOptions = {},
) {
  const all = getTableColumns(table);
  const written = columns.map((name) => {
    const column = all[name];
    if (!column) throw new Error(`no column ${name}`);
    return { name, sqlName: column.name, write: binaryWriter(column) };
  });
  const names = written.map(({ sqlName }) => `"${sqlName}"`).join(', ');
  const append = (to: BinaryText, rows: readonly Row[]): void => {
    for (const row of rows) {
      to.int16(written.length);
      for (const { name, write } of written) write(to, (row as Record<string, unknown>)[name]);
    }
  };
  return {
    text: `copy "${getTableName(table)}" (${names}) from stdin (format binary${isFrozen ? ', freeze' : ''})`,
    append,
  };
}

/** The messages CopyData and CopyDone. */
function framed(data: Buffer): Buffer {
  const end = data.length + 5;
  const bytes = Buffer.allocUnsafe(end + 5);
  bytes.write('d', 0);
  bytes.writeInt32BE(data.length + 4, 1);
  data.copy(bytes, 5);
  bytes.write('c', end);
  bytes.writeInt32BE(4, end + 1);
  return bytes;
}

/** COPY FROM STDIN, with its data sent along at once: a server that refuses the statement passes over them. */
export async function sendCopy(on: Transaction, copied: Copied): Promise<void> {
  if (on instanceof SentStatements) {
    await on.query(copied);
    return;
  }
  await new Promise((resolve, reject) => {
    on.query(new Batch([{ ...copied, values: [], resolve, reject }], () => {}));
  });
}
