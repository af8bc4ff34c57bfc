import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type pg from 'pg';
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
    on.query(new CopyOut(text, copied, (error, count) => (error ? reject(error) : resolve(count))));
  });
  return { count, bytes: copied.whole().subarray(copyHead.length) };
}

/** Gathers what COPY TO STDOUT sends. */
class CopyOut implements pg.Submittable {
  readonly #text: string;
  readonly #copied: BinaryText;
  readonly #done: (error: unknown, count: number) => void;
  #count = 0;

  constructor(text: string, copied: BinaryText, done: (error: unknown, count: number) => void) {
    this.#text = text;
    this.#copied = copied;
    this.#done = done;
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#text);
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.#copied.raw(chunk);
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.#count = Number(text.split(' ').at(-1));
  }

  handleReadyForQuery(): void {
    this.#done(null, this.#count);
  }

  handleError(error: unknown): void {
    this.#done(error, 0);
  }
}
