import type { PgColumn } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import type { OpensTo } from '../access/opens-to.ts';
import { requireOpened } from '../access/require-scope.ts';
import { maySee, type Viewer } from '../access/viewer.ts';
import type { ReadDatabase } from '../postgres/client.ts';
import type { Condition } from './condition.ts';
import { visibleSql } from './predicate-sql.ts';
import type { Seals } from './seals.ts';

/** Holds for work that takes both of what it is handed: without the second, it could only forget who asks. */
type TakesBoth<Work extends (...handed: never[]) => unknown> = Parameters<Work>['length'] extends 2 ? unknown : never;

/** A database that is read for somebody: each statement is handed what its viewer may see, and there is no way around it. */
export class ViewerDatabase {
  readonly viewer: Viewer;
  /** What its rows are called outside. */
  readonly seals: Seals;
  readonly #db: ReadDatabase;

  constructor(db: ReadDatabase, viewer: Viewer, seals: Seals) {
    this.#db = db;
    this.viewer = viewer;
    this.seals = seals;
  }

  /**
   * Reads rows whose account is told by a column: of those for which the condition handed to it holds. FORBIDDEN where the viewer
   * has none of the scopes that open them.
   */
  read<Work extends (on: ReadDatabase, own: Condition) => unknown>(
    account: PgColumn,
    scopes: OpensTo,
    work: Work & TakesBoth<Work>,
  ): ReturnType<Work> {
    requireOpened(this.viewer, scopes);
    return work(this.#db, visibleSql(this.viewer, account)) as ReturnType<Work>;
  }

  /** Reads what is kept by account: of those accounts that are handed to it. */
  readAccounts<Work extends (on: ReadDatabase, accountIds: readonly number[]) => unknown>(
    accountIds: readonly number[],
    scopes: OpensTo,
    work: Work & TakesBoth<Work>,
  ): ReturnType<Work> {
    requireOpened(this.viewer, scopes);
    const { viewer } = this;
    const own = viewer.accounts === 'all' ? accountIds : accountIds.filter((id) => maySee(viewer, id));
    return work(this.#db, own) as ReturnType<Work>;
  }
}

/** Connections on which is written for somebody. */
export class ViewerWrites {
  readonly #pool: pg.Pool;
  readonly #viewer: Viewer;

  constructor(pool: pg.Pool, viewer: Viewer) {
    this.#pool = pool;
    this.#viewer = viewer;
  }

  write<Work extends (pool: pg.Pool, viewer: Viewer) => unknown>(work: Work & TakesBoth<Work>): ReturnType<Work> {
    return work(this.#pool, this.#viewer) as ReturnType<Work>;
  }
}
