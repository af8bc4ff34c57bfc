import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { gatherWrites } from './gather-writes.ts';
import { readSmallRows } from './read-small-rows.ts';

/** What verbs run their statements on: the pool, or a transaction. */
export type Database = Pick<
  NodePgDatabase,
  'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | 'execute' | 'transaction' | '_'
>;

/** Told of each statement, for tests that count them. */
export type StatementListener = (sql: string) => void;

/** Statements on a pool of connections, one for each statement or transaction. */
export type PooledDatabase = NodePgDatabase & { $client: pg.Pool };

export type OpenDatabase = { db: PooledDatabase; pool: pg.Pool; close: () => Promise<void> };

export type PoolOptions = {
  url: string;
  /** Shown in pg_stat_activity. */
  name: string;
  max?: number;
  /** Longer statements end with an error. 0: no limit. */
  statementTimeoutMs?: number;
  /**
   * Whether statements find few rows by their keys. A plan that was made while a table was small, and reads it whole,
   * would stay until the database next looks how much the table has grown.
   */
  findsByKey?: boolean;
  onStatement?: StatementListener;
};

/** Opens a pool of connections; the first one is made at the first statement. */
export function openDatabase(options: PoolOptions): OpenDatabase {
  const { url, name, max = 10, statementTimeoutMs = 0, findsByKey = false, onStatement } = options;
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    // Statements that do not wait for each other's rows are sent one behind the other, without a way back in between.
    pipeline: true,
    // UTC makes reading timestamps cheap; nothing is wrong without it. The date style is relied on.
    onConnect: async (client) => {
      await client.query(
        `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set statement_timeout = ${statementTimeoutMs};
        set enable_seqscan = ${findsByKey ? 'off' : 'on'}`,
      );
    },
  });
  // A connection that the server closes, idle or between two statements of a transaction, must not end the process:
  // the next statement on it says so, and the pool makes a new one.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
    gatherWrites(client.connection.stream);
    readSmallRows(client.connection);
  });
  const logger = onStatement && { logQuery: (sql: string) => onStatement(sql) };
  return { db: drizzle({ client: pool, logger }), pool, close: () => pool.end() };
}
