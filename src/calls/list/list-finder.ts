import type { PageRequest } from '../../query/page-arguments.ts';
import type { Predicate } from '../../query/predicate.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';

/** What calls can be put in order by where they are packed. */
export type PackedOrder = {
  column: 'startedAt' | 'durationSeconds' | 'talkSeconds' | 'waitSeconds';
  direction: 'ASC' | 'DESC';
};

/** The ids of calls, and the accounts in which they are to be looked for. */
export type FoundCalls = { accountIds: readonly number[]; ids: readonly number[] };

/** Finds calls that no index leads to, without having the database look at each: see metrics/call-finder.ts. */
export type ListFinder = {
  /** So many calls are looked at along an index, before it is given up as leading past too many others. */
  lookedAlong: number;
  /** Whether a predicate can be asked of packed calls. */
  tells: (predicate: Predicate) => boolean;
  /** The ids of a page's calls, in the order in which the page is read; null where only calls themselves can tell. */
  findPage: (
    db: ViewerDatabase,
    predicate: Predicate,
    order: PackedOrder,
    page: PageRequest,
  ) => Promise<FoundCalls | null>;
  /** The ids of all calls that it holds for, in no order; null too where they are more than `limit`. */
  findFew: (db: ViewerDatabase, predicate: Predicate, limit: number) => Promise<FoundCalls | null>;
  /** How many calls it holds for, counted no further than `limit`; null as above. */
  count: (db: ViewerDatabase, predicate: Predicate, limit: number) => Promise<number | null>;
  /** Runs work on one snapshot of the database. */
  atOneMoment: <Result>(work: (db: ViewerDatabase) => Promise<Result>) => Promise<Result>;
};
