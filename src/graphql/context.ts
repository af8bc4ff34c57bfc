import type pg from 'pg';
import type { Logger } from 'pino';
import type { Limits } from '../access/limits.ts';
import type { Receipt } from '../access/log/receipt.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Account } from '../accounts/account.table.ts';
import { accountsSeenBy, listVisibleAccounts } from '../accounts/accounts.ts';
import type { ListFinder } from '../calls/list/list-finder.ts';
import type { Cancellation } from '../cancellation.ts';
import type { Tally } from '../graphql-executor/weights.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { EntityMetrics } from '../metrics/answers/entity-metrics.ts';
import { CallFinder, type FinderParts } from '../metrics/call-finder.ts';
import { type OpenPackedCalls, SourceChooser } from '../metrics/choose-source.ts';
import { MetricsBudget } from '../metrics/metrics-budget.ts';
import { type StatementCanceller, statementsFor } from '../postgres/cancel-statement.ts';
import type { PooledDatabase, ReadDatabase, StatementListener } from '../postgres/client.ts';
import type { Providers } from '../providers/providers.ts';
import type { Seals } from '../query/seals.ts';
import { ViewerDatabase, ViewerWrites } from '../query/viewer-database.ts';
import type { FailureLog } from '../summed-log.ts';
import { type Instant, instantOf } from '../time/instant.ts';
import type { DocumentSettings } from './documents/held-documents.ts';
import type { LiveStep } from './live/live-step.ts';
import { type Loaders, makeLoaders } from './loaders.ts';
import { databaseOver, inSnapshot } from './snapshots/snapshot.ts';

/** What the service itself decides where no account's settings do. */
export type ServiceSettings = {
  timeZone: string;
  region: string;
  /** After so many hours without news a live call is UNREPORTED. */
  liveAgeLimitHours: number;
  /** What one operation may ask for. */
  limits: Limits;
  /** What questions may cost a minute, of each key; without one, of each address. */
  budgetPerMinute: number;
  /** Documents that the service holds, and whether only these may be asked. Default: none, and any. */
  documents?: DocumentSettings;
  /** How large an answer may be. Default: 16 MB. */
  maxAnswerBytes?: number;
  /** How long a statement of a list may take. */
  listTimeoutMs?: number;
  /** For so many days ids of calls that ended are told. Default: 90. */
  endedCallsDays?: number;
  /** How many calls a list looks at along an index that leads past others, too. Default: 1000. */
  lookedAlong?: number;
};

/** Unless the service decides otherwise, a statement of a list may take five seconds. */
export const listTimeoutOf = ({ listTimeoutMs = 5000 }: ServiceSettings) => listTimeoutMs;

/** What the resolvers of one operation share. */
export type Context = Readers & {
  /** Named in the log and in the answer where something unexpected failed. */
  requestId: string;
  /** Read once: it is the same moment everywhere in the operation. */
  now: Instant;
  service: ServiceSettings;
  providers: Providers;
  /** Who asks, and what they may see. */
  viewer: Viewer;
  /** Makes and opens ids and cursors. */
  seals: Seals;
  /** Whether a page of another origin sent it. */
  isForeign: boolean;
  /** Whether anybody still waits for the answer. */
  cancellation: Cancellation;
  /** To be told whether its answer is shared with equal ones; absent where nobody asked. */
  onShared?: ((isShared: boolean) => void) | undefined;
  /** How many deliveries the webhook has refused since the service started, of each account that the viewer may see. */
  refused: readonly (readonly [accountId: number, count: number])[];
  /** How many questions are not in the access log, of those that the viewer may see there. */
  accessLogLost: number;
  /** What is being done for a subscription; null: it is none. */
  live: LiveStep | null;
  /** The token behind which a subscription goes on, where no argument says so; null: none. */
  since: string | null;
  /** Tells of calls as they change. */
  feed: LiveFeed;
  /** Filled in as it is found out. */
  receipt: Receipt;
  /** What the answer comes to, while it is made. */
  tally: Tally;
  /** What the viewer's questions may cost a minute. */
  costLimit: number;
  log: Pick<Logger, 'debug'>;
  /** For what failed unexpectedly. */
  failures: FailureLog;
  /** What the whole operation may ask for in figures. */
  budget: MetricsBudget;
  /** What its figures are answered from. */
  sources: SourceChooser;
  makeFinder: MakeFinder;
  /** What mutations write with: never a snapshot. */
  writes: ViewerWrites;
  /** Readers that see what is written until they are first used, in place of those in use. */
  freshReaders: () => Readers;
};

/** What an operation reads with: all of one database, or of one snapshot. */
export type Readers = {
  db: ViewerDatabase;
  /** The same for statements of lists, which must end sooner than those of figures. */
  lists: ViewerDatabase;
  loaders: Loaders;
  /** The figures of agents, campaigns and the like. */
  entityMetrics: EntityMetrics;
  /** Those that the viewer may see; read once. */
  accounts: () => Promise<Account[]>;
  /** Finds the calls of lists that no index leads to; null where calls are not packed. */
  finder: ListFinder | null;
};

/** What finds calls for readers of a database, and for those of a snapshot, which all read the same already. */
export type MakeFinder = (parts: Pick<FinderParts, 'accountIds' | 'atOneMoment'>) => ListFinder | null;

export type ContextParts = Pick<
  Context,
  | 'requestId'
  | 'service'
  | 'providers'
  | 'viewer'
  | 'seals'
  | 'isForeign'
  | 'log'
  | 'failures'
  | 'refused'
  | 'accessLogLost'
  | 'receipt'
  | 'costLimit'
  | 'cancellation'
  | 'onShared'
  | 'feed'
> & {
  live?: LiveStep | null;
  since?: string | null;
  db: PooledDatabase;
  lists: PooledDatabase;
  /** For mutations: transactions send batches, which need connections that do not pipeline. */
  writes: PooledDatabase;
  canceller: StatementCanceller;
  onStatement?: StatementListener | undefined;
  openPackedCalls: OpenPackedCalls | null;
};

export function makeContext({
  db,
  lists,
  writes,
  canceller,
  onStatement,
  service,
  providers,
  openPackedCalls,
  log,
  failures,
  requestId,
  viewer,
  seals,
  isForeign,
  refused,
  accessLogLost,
  receipt,
  costLimit,
  cancellation,
  onShared,
  feed,
  live = null,
  since = null,
}: ContextParts): Context {
  const now = Date.now();
  const budget = new MetricsBudget(service.limits);
  const sources = new SourceChooser(openPackedCalls, log, cancellation);
  const makeFinder: MakeFinder = (parts) =>
    openPackedCalls && new CallFinder({ ...parts, sources, now, lookedAlong: service.lookedAlong });
  const listTimeoutMs = listTimeoutOf(service);
  const atOneMoment: ListFinder['atOneMoment'] = (work) =>
    inSnapshot(db.$client, { listTimeoutMs, canceller, onStatement }, cancellation, (moment) =>
      work(new ViewerDatabase(moment, viewer, seals)),
    );
  const on = (pool: pg.Pool) => databaseOver(statementsFor(pool, canceller, cancellation), onStatement);
  const freshReaders = () =>
    makeReaders(
      { viewer, db: on(db.$client), lists: on(lists.$client) },
      { providers, seals, makeFinder },
      atOneMoment,
    );
  const readers = freshReaders();
  // Each by its name: spread, they cost a page a fiftieth of its time.
  return {
    requestId,
    service,
    providers,
    viewer,
    seals,
    isForeign,
    refused,
    accessLogLost,
    receipt,
    costLimit,
    tally: { weight: 0 },
    cancellation,
    onShared,
    feed,
    live,
    since,
    log,
    failures,
    budget,
    sources,
    makeFinder,
    now: instantOf(now),
    writes: new ViewerWrites(writes.$client, viewer),
    freshReaders,
    db: readers.db,
    lists: readers.lists,
    loaders: readers.loaders,
    entityMetrics: readers.entityMetrics,
    accounts: readers.accounts,
    finder: readers.finder,
  };
}

type ReadFrom = {
  viewer: Viewer;
  db: ReadDatabase;
  lists: ReadDatabase;
  /** All there are, where they have been read already. */
  accounts?: () => Promise<Account[]>;
};

/** `atOneMoment`: of a snapshot, whose every statement sees the same anyway, it is the snapshot itself. */
export function makeReaders(
  { viewer, accounts: allAccounts, ...from }: ReadFrom,
  { providers, seals, makeFinder }: Pick<Context, 'providers' | 'seals' | 'makeFinder'>,
  atOneMoment?: ListFinder['atOneMoment'],
): Readers {
  const db = new ViewerDatabase(from.db, viewer, seals);
  const lists = new ViewerDatabase(from.lists, viewer, seals);
  const accounts = once(() => (allAccounts ? seenBy(viewer, allAccounts()) : listVisibleAccounts(db)));
  const accountIds = async () => (await accounts()).map(({ id }) => id);
  return {
    db,
    lists,
    loaders: makeLoaders(db, providers),
    entityMetrics: new EntityMetrics(db),
    accounts,
    finder: makeFinder({ accountIds, atOneMoment: atOneMoment ?? ((work) => work(db)) }),
  };
}

async function seenBy(viewer: Viewer, accounts: Promise<Account[]>): Promise<Account[]> {
  return accountsSeenBy(viewer, await accounts);
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
