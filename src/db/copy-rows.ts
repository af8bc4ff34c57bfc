import { getTableColumns, getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { BinaryText, binaryWriter } from './binary-value.ts';
import type { Transaction } from './statement.ts';

const head = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const scratch = new BinaryText();

/**
 * Inserts rows of a table, of these columns by their names in TypeScript, by COPY in binary form. That is half the work
 * of an INSERT with parameters, for either side. A row that is there already is an error. Frozen: for a table that the
 * same transaction has emptied, so that no later vacuum need touch the rows.
 */
export function copyRows<Row extends object>(
  table: PgTable,
  columns: readonly string[],
  { isFrozen = false }: { isFrozen?: boolean } = {},
) {
  const all = getTableColumns(table);
  const written = columns.map((name) => {
    const column = all[name];
    if (!column) throw new Error(`no column ${name}`);
    return { name, sqlName: column.name, write: binaryWriter(column.getSQLType()) };
  });
  const names = written.map(({ sqlName }) => `"${sqlName}"`).join(', ');
  const text = `copy "${getTableName(table)}" (${names}) from stdin (format binary${isFrozen ? ', freeze' : ''})`;
  return async (on: Transaction, rows: readonly Row[]): Promise<void> => {
    if (rows.length === 0) return;
    scratch.clear();
    scratch.raw(head);
    for (const row of rows) {
      scratch.int16(written.length);
      for (const { name, write } of written) write(scratch, (row as Record<string, unknown>)[name]);
    }
    scratch.int16(-1);
    await new Promise<void>((resolve, reject) => {
      on.query(new CopyIn(text, framed(scratch.whole()), (error) => (error ? reject(error) : resolve())));
    });
  };
}

/** COPY FROM STDIN, with its data sent along at once: a server that refuses the statement passes over them. */
class CopyIn extends pg.Query {
  constructor(text: string, data: Buffer, done: (error: Error | undefined) => void) {
    super(text, done);
    this.submit = (connection) => {
      const { stream } = connection;
      stream.cork();
      connection.query(text);
      stream.write(data);
      stream.uncork();
    };
  }

  handleCopyInResponse(): void {}
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
