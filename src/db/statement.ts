import { is, Placeholder, type SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { types } from 'pg';
import { readTimestamp } from './columns.ts';

/** A connection inside a transaction. */
export type Transaction = Pick<pg.ClientBase, 'query'>;

/** Runs a statement with these values for its placeholders. */
export type Statement<Row> = (on: Transaction, values: Record<string, unknown>) => Promise<Row[]>;

const dialect = new PgDialect();

/**
 * A statement of the write path: put together once, and prepared once on each connection. Building its text for every
 * group of deliveries cost more than running it.
 */
export function statement<Row = Record<string, unknown>>(name: string, query: SQL): Statement<Row> {
  const { sql: text, params } = dialect.sqlToQuery(query);
  return async (on, values) => {
    const filled = params.map((param) => (is(param, Placeholder) ? values[param.name] : param));
    const { rows } = await on.query({ name, text, values: filled, types: rawTypes });
    return rows as Row[];
  };
}

/** Instants as instants, counts and ids as numbers, and exact decimals as text. */
export const rawTypes: pg.CustomTypesConfig = {
  getTypeParser: (id: number, format?: 'text' | 'binary') => {
    if (id === types.builtins.TIMESTAMPTZ) return readTimestamp;
    if (id === types.builtins.INT8) return Number;
    return types.getTypeParser(id, format as 'text');
  },
};

/**
 * Sends the last statements of a transaction, which need no answer before the commit, and the commit along with them.
 * Nothing may be sent after it.
 */
export type EndWith = (last: readonly Promise<unknown>[]) => Promise<void>;

export type TransactionOptions = {
  /** Does not wait for the disk: after a crash of the database the last ones may be missing, none in part. */
  isFlushedLater?: boolean;
};

/** Runs work in one transaction on a connection of its own: all of it is written, or nothing. */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (on: Transaction, endWith: EndWith) => Promise<Result>,
  { isFlushedLater = false }: TransactionOptions = {},
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  let isEnded = false;
  const begin = isFlushedLater ? 'begin; set local synchronous_commit = off' : 'begin';
  const endWith: EndWith = async (last) => {
    isEnded = true;
    await Promise.all([...last, commit(client)]);
  };
  try {
    const [, result] = await Promise.all([client.query(begin), work(client, endWith)]);
    if (!isEnded) await commit(client);
    return result;
  } catch (error) {
    await client.query('rollback').catch((failed: Error) => {
      broken = failed;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

// A transaction in which a statement has failed is rolled back by its commit, which is no error to the database.
async function commit(client: pg.PoolClient): Promise<void> {
  const { command } = await client.query('commit');
  if (command !== 'COMMIT') throw new Error('a transaction was rolled back instead of committed');
}
