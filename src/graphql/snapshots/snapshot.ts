import type pg from 'pg';
import type { Cancellation } from '../../cancellation.ts';
import { connectFor } from '../../postgres/cancel-statement.ts';
import { databaseOn, pagesOf, type ReadDatabase, type StatementListener } from '../../postgres/client.ts';
import { type Ask, SnapshotConnection, type SnapshotOptions } from './snapshot-connection.ts';

/**
 * A database as it was at one moment: everything read through `db` comes from one snapshot, taken at the first
 * statement. Costs nothing until then. Must be released.
 */
export type Snapshot = {
  db: ReadDatabase;
  /** The same for statements of lists, which must end sooner. */
  lists: ReadDatabase;
  release: () => Promise<void>;
};

export type OpenSnapshotOptions = SnapshotOptions & {
  onStatement?: StatementListener | undefined;
};

/** Opens a snapshot on a connection of its own. */
export function openSnapshot(
  pool: pg.Pool,
  { onStatement, ...options }: OpenSnapshotOptions,
  cancellation: Cancellation,
): Snapshot {
  const get = async () => {
    const connection = new SnapshotConnection(await connectFor(pool, cancellation), options);
    return { connection, release: () => connection.release() };
  };
  return snapshotOver(get, cancellation, onStatement);
}

/** A snapshot on a connection that is got at the first statement, and given back when the snapshot is released. */
export function snapshotOver(
  get: () => Promise<{ connection: SnapshotConnection; release: () => Promise<void> }>,
  cancellation: Cancellation,
  onStatement?: StatementListener,
): Snapshot {
  let got: ReturnType<typeof get> | undefined;
  let released = false;
  const connection = async () => {
    if (!got && released) throw new Error('the snapshot has been released');
    got ??= get();
    return (await got).connection;
  };
  return {
    db: databaseOver(async (ask) => (await connection()).query(ask, cancellation), onStatement),
    lists: databaseOver(async (ask) => (await connection()).queryBounded(ask, cancellation), onStatement),
    release: async () => {
      if (released) return;
      released = true;
      await (await got?.catch(() => undefined))?.release();
    },
  };
}

/** Has statements asked of a connection by a function. */
export function databaseOver(
  run: <Result>(ask: Ask<Result>) => Promise<Result>,
  onStatement: StatementListener | undefined,
): ReadDatabase {
  const client: Pick<pg.PoolClient, 'query'> = {
    query: (...args: unknown[]) => run((on) => (on.query as (...args: unknown[]) => Promise<never>)(...args)),
  };
  const copyPages: ReadDatabase['copyPages'] = (query) => pagesOf(query, run, onStatement);
  return Object.assign(databaseOn(client as pg.PoolClient, onStatement), { copyPages });
}

/** Runs work on a snapshot of its own. */
export async function inSnapshot<Result>(
  pool: pg.Pool,
  options: OpenSnapshotOptions,
  cancellation: Cancellation,
  work: (db: ReadDatabase) => Promise<Result>,
): Promise<Result> {
  const snapshot = openSnapshot(pool, options, cancellation);
  try {
    return await work(snapshot.db);
  } finally {
    void snapshot.release();
  }
}
