import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';

/**
 * A database as it was at one moment: everything read through `db` comes from one snapshot, taken at the first
 * statement. Costs nothing until then. Must be released.
 */
export type Snapshot = { db: NodePgDatabase; release: () => Promise<void> };

type Opened = { client: pg.PoolClient; begun: Promise<unknown> };

/** Opens a snapshot on a connection of its own. */
export function openSnapshot(pool: pg.Pool, onStatement?: (sql: string) => void): Snapshot {
  let opened: Promise<Opened> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let released = false;

  const open = async (): Promise<Opened> => {
    if (released) throw new Error('the snapshot has been released');
    const client = await pool.connect();
    // The first statement is sent right behind it.
    const begun = client.query('begin isolation level repeatable read read only; savepoint intact');
    begun.catch(() => {});
    return { client, begun };
  };
  const send = async (args: unknown[]) => {
    opened ??= open();
    const { client, begun } = await opened;
    const [, result] = await Promise.all([begun, (client.query as (...a: unknown[]) => Promise<unknown>)(...args)]);
    return result;
  };
  // One connection runs one statement at a time: the next waits for the last, however that ended.
  const query = (...args: unknown[]) => {
    const result = last.then(() => send(args));
    // A statement that failed must not take those after it along: they read on from the same snapshot.
    last = result.catch(() => send(['rollback to savepoint intact'])).catch(() => {});
    return result;
  };

  const logger = onStatement && { logQuery: onStatement };
  const lazyClient = { query } as unknown as pg.PoolClient;
  return {
    db: drizzle({ client: lazyClient, logger }),
    release: async () => {
      if (released) return;
      released = true;
      const connection = await opened?.catch(() => undefined);
      if (!connection) return;
      const { client, begun } = connection;
      await last;
      await Promise.all([begun, client.query('commit')]).then(
        () => client.release(),
        () => client.release(true),
      );
    },
  };
}

/** Runs work on a snapshot of its own. */
export async function inSnapshot<Result>(
  pool: pg.Pool,
  work: (db: NodePgDatabase) => Promise<Result>,
): Promise<Result> {
  const snapshot = openSnapshot(pool);
  try {
    return await work(snapshot.db);
  } finally {
    void snapshot.release();
  }
}
