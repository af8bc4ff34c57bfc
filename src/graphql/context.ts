import type pg from 'pg';
import type { Logger } from 'pino';
import type { Account } from '../accounts/account.table.ts';
import { listAccounts } from '../accounts/list-accounts.ts';
import type { Database, PooledDatabase } from '../db/client.ts';
import { type OpenPackedCalls, SourceChooser } from '../metrics/choose-source.ts';
import { EntityMetrics } from '../metrics/entity-metrics.ts';
import { MetricsBudget } from '../metrics/metrics-budget.ts';
import { type Instant, instantOf } from '../time/instant.ts';
import type { Refusals } from '../webhook/refusals.ts';
import { type Loaders, makeLoaders } from './loaders.ts';

/** What the service itself decides where no account's settings do. */
export type ServiceSettings = {
  timeZone: string;
  region: string;
  timeZones: ReadonlySet<string>;
  /** After so many hours without news a live call is UNREPORTED. */
  liveAgeLimitHours: number;
  /** How many sets of figures (buckets times groups) one table of a question may have. */
  maxCells: number;
};

/** What the resolvers of one operation share. */
export type Context = Readers & {
  /** Named in the log and in the answer where something unexpected failed. */
  requestId: string;
  /** Read once: it is the same moment everywhere in the operation. */
  now: Instant;
  service: ServiceSettings;
  /** Whether the sender may administer the service: see requireAdmin. */
  isAdmin: boolean;
  /** What the webhook has refused. */
  refusals: Refusals;
  log: Pick<Logger, 'error' | 'debug'>;
  /** What the whole operation may ask for in figures. */
  budget: MetricsBudget;
  /** What its figures are answered from. */
  sources: SourceChooser;
  /** What mutations write with: never a snapshot. */
  writes: pg.Pool;
  /** Readers that see what is written until they are first used, in place of those in use. */
  freshReaders: () => Readers;
};

/** What an operation reads with: all of one database, or of one snapshot. */
export type Readers = {
  db: Database;
  loaders: Loaders;
  /** The figures of agents, campaigns and the like. */
  entityMetrics: EntityMetrics;
  /** All accounts; read once. */
  accounts: () => Promise<Account[]>;
};

export type ContextParts = Pick<Context, 'requestId' | 'service' | 'isAdmin' | 'log' | 'refusals'> & {
  db: PooledDatabase;
  openPackedCalls: OpenPackedCalls | null;
};

export function makeContext({ db, openPackedCalls, ...told }: ContextParts): Context {
  const freshReaders = () => makeReaders(db);
  const budget = new MetricsBudget(told.service.maxCells);
  const sources = new SourceChooser(openPackedCalls, told.log);
  return { ...told, budget, sources, now: instantOf(Date.now()), writes: db.$client, freshReaders, ...freshReaders() };
}

export function makeReaders(db: Database): Readers {
  let all: Promise<Account[]> | undefined;
  return {
    db,
    loaders: makeLoaders(db),
    entityMetrics: new EntityMetrics(db),
    accounts: () => {
      all ??= listAccounts(db);
      return all;
    },
  };
}
