import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';

/**
 * A database as it was at one moment: everything read through `db` comes from one snapshot, taken at the first
 * statement. Costs nothing until then. Must be released.
 */
export type Snapshot = { db: NodePgDatabase; release: () => Promise<void> };

/** Opens a snapshot on a connection of its own. */
export function openSnapshot(pool: pg.Pool, onStatement?: (sql: string) => void): Snapshot {
  let opened: Promise<pg.PoolClient> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let released = false;

  const open = async () => {
    if (released) throw new Error('the snapshot has been released');
    const client = await pool.connect();
    try {
      await client.query('begin isolation level repeatable read read only; savepoint intact');
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  };
  // One connection runs one statement at a time: the next waits for the last, however that ended.
  const query = (...args: unknown[]) => {
    opened ??= open();
    const client = opened;
    const result = last.then(async () => ((await client).query as (...a: unknown[]) => Promise<unknown>)(...args));
    // A statement that failed must not take those after it along: they read on from the same snapshot.
    last = result.catch(async () => (await client).query('rollback to savepoint intact')).catch(() => {});
    return result;
  };

  const logger = onStatement && { logQuery: onStatement };
  const lazyClient = { query } as unknown as pg.PoolClient;
  return {
    db: drizzle({ client: lazyClient, logger }),
    release: async () => {
      if (released) return;
      released = true;
      const client = await opened?.catch(() => undefined);
      if (!client) return;
      await last;
      await client.query('commit').then(
        () => client.release(),
        () => client.release(true),
      );
    },
  };
}
