import type pg from 'pg';
import type { Account } from '../../accounts/account.table.ts';
import { listAccounts } from '../../accounts/accounts.ts';
import type { Cancellation } from '../../cancellation.ts';
import { SnapshotStates, type States } from '../../columnar/index.ts';
import { connectFor } from '../../postgres/cancel-statement.ts';
import type { StatementListener } from '../../postgres/client.ts';
import { databaseOver, type OpenSnapshotOptions, type Snapshot, snapshotOver } from './snapshot.ts';
import { SnapshotConnection } from './snapshot-connection.ts';

/** An operation's share of a snapshot that others read from, too. */
export type SharedSnapshot = Snapshot & {
  accounts: () => Promise<Account[]>;
  /** What is packed in it. */
  states: States;
};

export type SnapshotPools = {
  /** Connections on which snapshots are taken that operations share. */
  snapshots: pg.Pool;
  /** Those of operations that read more than what all of them need. */
  queries: pg.Pool;
};

/**
 * Snapshots of the database that operations share: one at a time is being taken, and all who ask meanwhile have the next.
 * So none sees the database as it was before it asked, and what each operation must know first, the accounts and what is
 * packed of them, is read once for all of the same snapshot.
 */
export class SharedSnapshots {
  readonly #pools: SnapshotPools;
  readonly #options: OpenSnapshotOptions;
  #next: ExportedSnapshot | null = null;
  #isTaking = false;
  #askedLast: Parameters<States['of']> | null = null;

  constructor(pools: SnapshotPools, options: OpenSnapshotOptions) {
    this.#pools = pools;
    this.#options = options;
  }

  /** The snapshot of an operation, taken after its first statement was asked for. */
  open(cancellation: Cancellation): SharedSnapshot {
    let joined: ExportedSnapshot | undefined;
    const exported = () => {
      joined ??= this.#join();
      return joined;
    };
    const snapshot = snapshotOver(
      () => this.#connect(exported(), cancellation),
      cancellation,
      this.#options.onStatement,
    );
    return {
      ...snapshot,
      accounts: () => exported().accounts(),
      states: {
        of: (memory, accountIds) => {
          this.#askedLast = [memory, accountIds];
          return exported().states.of(memory, accountIds);
        },
      },
      release: async () => {
        await snapshot.release();
        await joined?.leave(!cancellation.isCancelled);
      },
    };
  }

  #join(): ExportedSnapshot {
    this.#next ??= new ExportedSnapshot(this.#options.onStatement);
    this.#next.enter();
    const exported = this.#next;
    if (!this.#isTaking) void this.#take();
    return exported;
  }

  async #take(): Promise<void> {
    this.#isTaking = true;
    while (this.#next) {
      const client = await this.#pools.snapshots.connect().catch((error: unknown) => ({ error }));
      const exported = this.#next;
      // Whoever comes from now on would be too late for this one.
      this.#next = null;
      if ('error' in client) exported.fail(client.error);
      else await exported.take(new SnapshotConnection(client, { ...this.#options, isExported: true }), this.#askedLast);
    }
    this.#isTaking = false;
  }

  /** The exported snapshot's own connection for the first who needs one; others have one that sees the same. */
  async #connect(exported: ExportedSnapshot, cancellation: Cancellation) {
    const lent = await cancellation.waitFor(exported.lend());
    if (lent) return { connection: lent, release: async () => {} };
    const at = await cancellation.waitFor(exported.name());
    const client = await connectFor(this.#pools.queries, cancellation);
    const connection = new SnapshotConnection(client, { ...this.#options, at });
    return { connection, release: () => connection.release() };
  }
}

class ExportedSnapshot {
  readonly states: SnapshotStates;
  readonly #db: ReturnType<typeof databaseOver>;
  readonly #connection: Promise<SnapshotConnection>;
  #settle: { resolve: (connection: SnapshotConnection) => void; reject: (error: unknown) => void } | undefined;
  #accounts: Promise<Account[]> | undefined;
  #members = 0;
  #isLent = false;
  #isLeft = false;

  constructor(onStatement: StatementListener | undefined) {
    this.#connection = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever uses it is told.
    this.#connection.catch(() => {});
    this.#db = databaseOver(async (ask) => (await this.#connection).query(ask, null), onStatement);
    this.states = new SnapshotStates(this.#db);
  }

  enter(): void {
    this.#members += 1;
  }

  /** `isWanted`: whether what the last to leave asked for is still wanted. */
  async leave(isWanted: boolean): Promise<void> {
    this.#members -= 1;
    if (this.#members > 0) return;
    const connection = await this.#connection.catch(() => null);
    // Others may have come until it was taken.
    if (this.#members > 0 || this.#isLeft) return;
    this.#isLeft = true;
    await connection?.release(isWanted);
  }

  /** Settles once the snapshot is taken. What was asked last will be asked again, mostly: it is sent along with what comes first. */
  async take(connection: SnapshotConnection, askedLast: Parameters<States['of']> | null): Promise<void> {
    this.#settle?.resolve(connection);
    if (askedLast) this.states.of(...askedLast).catch(() => {});
    await connection.exportedName().catch(() => {});
  }

  fail(error: unknown): void {
    this.#settle?.reject(error);
  }

  async lend(): Promise<SnapshotConnection | null> {
    if (this.#isLent) return null;
    this.#isLent = true;
    return this.#connection;
  }

  async name(): Promise<string> {
    return (await this.#connection).exportedName();
  }

  accounts(): Promise<Account[]> {
    this.#accounts ??= listAccounts(this.#db);
    return this.#accounts;
  }
}
