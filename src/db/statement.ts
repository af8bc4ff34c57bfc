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

/** Runs work in one transaction on a connection of its own: all of it is written, or nothing. */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (on: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const [, result] = await Promise.all([client.query('begin'), work(client)]);
    await client.query('commit');
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
