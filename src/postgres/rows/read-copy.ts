import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Transaction } from '../statement.ts';
import { BinaryText } from './binary-value.ts';
import { copyHead } from './copy-rows.ts';

/** Rows in the binary form of COPY, each a count of values and these with their lengths. */
export type CopiedRows = { count: number; bytes: Buffer };

const dialect = new PgDialect();

/** Reads the rows of a query by COPY. Where they are many and all numbers, that is a fraction of the work of rows as objects. */
export async function readCopy(on: Transaction, query: SQL): Promise<CopiedRows> {
  const { sql: text } = dialect.sqlToQuery(sql`copy (${query}) to stdout (format binary)`.inlineParams());
  const copied = new BinaryText();
  const count = await new Promise<number>((resolve, reject) => {
    on.query(new CopyOut(text, copied, (error, result) => (error ? reject(error) : resolve(result.rowCount ?? 0))));
  });
  return { count, bytes: copied.whole().subarray(copyHead.length) };
}

class CopyOut extends pg.Query {
  readonly #copied: BinaryText;

  constructor(text: string, copied: BinaryText, done: (error: Error | undefined, result: pg.QueryResult) => void) {
    super(text, done);
    this.#copied = copied;
    this.submit = (connection) => connection.query(text);
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.#copied.raw(chunk);
  }
}
