import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';

/**
 * A database as it was at one moment: everything read through `db` comes from one snapshot, taken at the first
 * statement. Costs nothing until then. Must be released.
 */
export type Snapshot = {
  db: NodePgDatabase;
  /** The same for statements of lists, which must end sooner. */
  lists: NodePgDatabase;
  release: () => Promise<void>;
};

export type SnapshotOptions = {
  onStatement?: ((sql: string) => void) | undefined;
  /** How long a statement of a list may take. */
  listTimeoutMs: number;
};

type Opened = { client: pg.PoolClient; begun: Promise<unknown> };

/** Opens a snapshot on a connection of its own. */
export function openSnapshot(pool: pg.Pool, { onStatement, listTimeoutMs }: SnapshotOptions): Snapshot {
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
  // Going back to the savepoint takes the limit back, too; all three are sent in one go.
  const sendBounded = async (args: unknown[]) => {
    const bounds = send([`savepoint unbounded; set local statement_timeout = ${listTimeoutMs}`]);
    const result = send(args);
    const unbounded = send(['rollback to savepoint unbounded; release savepoint unbounded']);
    const [, answer] = await Promise.allSettled([bounds, result, unbounded]);
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  };
  // One connection runs one statement at a time: the next waits for the last, however that ended.
  const oneByOne =
    (run: (args: unknown[]) => Promise<unknown>) =>
    (...args: unknown[]) => {
      const result = last.then(() => run(args));
      // A statement that failed must not take those after it along: they read on from the same snapshot.
      last = result.catch(() => send(['rollback to savepoint intact'])).catch(() => {});
      return result;
    };

  const logger = onStatement && { logQuery: onStatement };
  const over = (run: (args: unknown[]) => Promise<unknown>) =>
    drizzle({ client: { query: oneByOne(run) } as unknown as pg.PoolClient, logger });
  return {
    db: over(send),
    lists: over(sendBounded),
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
  options: SnapshotOptions,
  work: (db: NodePgDatabase) => Promise<Result>,
): Promise<Result> {
  const snapshot = openSnapshot(pool, options);
  try {
    return await work(snapshot.db);
  } finally {
    void snapshot.release();
  }
}
