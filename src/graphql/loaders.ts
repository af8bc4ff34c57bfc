import DataLoader from 'dataloader';
import { getTableColumns, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { type Account, accounts } from '../accounts/account.table.ts';
import type { CallRow } from '../calls/list/call-columns.ts';
import { findCalls, findCallsBySid } from '../calls/list/find-calls.ts';
import { findPayloads } from '../inbox/find-payloads.ts';
import { findWebhookEvents } from '../inbox/find-webhook-events.ts';
import type { WebhookEventRow } from '../inbox/list-webhook-events.ts';
import {
  type Agent,
  agents,
  type CallGroup,
  type Campaign,
  type Customer,
  callGroups,
  campaigns,
  customers,
  type VirtualNumber,
  virtualNumbers,
} from '../participants/participants.table.ts';
import { type RowReader, rowReader } from '../postgres/rows/read-rows.ts';
import type { Providers } from '../providers/providers.ts';
import { allOf } from '../query/condition.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';

/** Finds rows of one kind by id; what is asked for at the same moment is read by one statement, and only once. */
export type RowLoader<Row> = {
  /** The row, or null if the id is null or names none. */
  find: (id: number | null) => Promise<Row | null> | Row | null;
  /** The row that must be there. */
  get: (id: number) => Promise<Row>;
};

type Kinds = {
  accounts: RowLoader<Account>;
  agents: RowLoader<Agent>;
  calls: RowLoader<CallRow>;
  campaigns: RowLoader<Campaign>;
  callGroups: RowLoader<CallGroup>;
  virtualNumbers: RowLoader<VirtualNumber>;
  customers: RowLoader<Customer>;
  webhookEvents: RowLoader<WebhookEventRow>;
  payloads: RowLoader<{ id: number; payload: unknown }>;
  callsBySid: DataLoader<{ accountId: number; callSid: string }, CallRow | null, string>;
};

/** The loaders of one operation, each made when it is first asked for: nothing they hold outlives it. */
export type Loaders = Readonly<Kinds>;

const makers: { [Kind in keyof Kinds]: (db: ViewerDatabase, providers: Providers) => Kinds[Kind] } = {
  accounts: (db) => loadRows((ids) => readers.accounts(db, ids)),
  agents: (db) => loadRows((ids) => readers.agents(db, ids)),
  calls: (db) => loadByIds((ids) => findCalls(db, ids)),
  campaigns: (db) => loadRows((ids) => readers.campaigns(db, ids)),
  callGroups: (db) => loadRows((ids) => readers.callGroups(db, ids)),
  virtualNumbers: (db) => loadRows((ids) => readers.virtualNumbers(db, ids)),
  customers: (db) => loadRows((ids) => readers.customers(db, ids)),
  webhookEvents: (db) => loadRows((ids) => findWebhookEvents(db, ids)),
  payloads: (db, providers) => loadRows((ids) => findPayloads(db, providers, ids)),
  callsBySid: (db) =>
    new DataLoader((keys) => findCallsBySid(db, keys), {
      cacheKeyFn: ({ accountId, callSid }) => `${accountId}:${callSid}`,
    }),
};

// Rows of a statement are made at a stretch.
const maxBatchSize = 1000;

class LazyLoaders {
  readonly #db: ViewerDatabase;
  readonly #providers: Providers;
  readonly #made: Partial<Kinds> = {};

  constructor(db: ViewerDatabase, providers: Providers) {
    this.#db = db;
    this.#providers = providers;
  }

  get<Kind extends keyof Kinds>(kind: Kind): Kinds[Kind] {
    const made: Kinds[Kind] = this.#made[kind] ?? makers[kind](this.#db, this.#providers);
    this.#made[kind] = made;
    return made;
  }
}

for (const kind of Object.keys(makers) as (keyof Kinds)[]) {
  Object.defineProperty(LazyLoaders.prototype, kind, {
    get(this: LazyLoaders) {
      return this.get(kind);
    },
  });
}

export function makeLoaders(db: ViewerDatabase, providers: Providers): Loaders {
  return new LazyLoaders(db, providers) as unknown as Loaders;
}

type FindRows<Row> = (db: ViewerDatabase, ids: readonly number[]) => Promise<Row[]>;

function findsRows<Row extends object>(table: PgTable & { id: PgColumn }, account: PgColumn): FindRows<Row> {
  const read: RowReader<Row> = rowReader(table, getTableColumns(table) as Record<keyof Row, PgColumn>);
  return (db, ids) =>
    db.read(account, (on, own) => {
      const named = sql`${table.id} = any(${sql.param(ids)}::bigint[])`;
      return read(on, sql`where ${allOf([own, named])}`, { isPrepared: true });
    });
}

const readers = {
  accounts: findsRows<Account>(accounts, accounts.id),
  agents: findsRows<Agent>(agents, agents.accountId),
  campaigns: findsRows<Campaign>(campaigns, campaigns.accountId),
  callGroups: findsRows<CallGroup>(callGroups, callGroups.accountId),
  virtualNumbers: findsRows<VirtualNumber>(virtualNumbers, virtualNumbers.accountId),
  customers: findsRows<Customer>(customers, customers.accountId),
};

function known<Row>(row: Row | null): Row {
  if (!row) throw new Error('a row that another one names is missing');
  return row;
}

function loadRows<Row extends { id: number }>(read: (ids: readonly number[]) => Promise<Row[]>): RowLoader<Row> {
  return loadByIds(async (ids) => new Map((await read(ids)).map((row) => [row.id, row])));
}

function loadByIds<Row>(read: (ids: readonly number[]) => Promise<ReadonlyMap<number, Row>>): RowLoader<Row> {
  // Made when it is first needed: an operation needs one or two of all there are.
  let loader: DataLoader<number, Row | null> | undefined;
  const load = (id: number) => {
    loader ??= new DataLoader(
      async (ids) => {
        const rows = await read(ids);
        return ids.map((id) => rows.get(id) ?? null);
      },
      { maxBatchSize },
    );
    return loader.load(id);
  };
  return {
    find: (id) => (id === null ? null : load(id)),
    get: (id) => load(id).then(known),
  };
}
