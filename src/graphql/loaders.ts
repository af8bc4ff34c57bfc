import DataLoader from 'dataloader';
import { getTableColumns, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { opensTo } from '../access/opens-to.ts';
import { type Account, accounts } from '../accounts/account.table.ts';
import { accountMask } from '../accounts/mask-account.ts';
import type { CallRow } from '../calls/list/call-columns.ts';
import { findCalls, findCallsBySid } from '../calls/list/find-calls.ts';
import { findPayloads } from '../inbox/find-payloads.ts';
import { findWebhookEvents } from '../inbox/find-webhook-events.ts';
import type { WebhookEventRow } from '../inbox/mask-events.ts';
import { participantMask } from '../participants/mask-participant.ts';
import {
  type Agent,
  agents,
  type CallGroup,
  type Campaign,
  type Customer,
  callGroups,
  campaigns,
  customers,
  type ParticipantRows,
  type ParticipantType,
  type VirtualNumber,
  virtualNumbers,
} from '../participants/participants.table.ts';
import { type RowReader, rowReader } from '../postgres/rows/read-rows.ts';
import type { Providers } from '../providers/providers.ts';
import { allOf } from '../query/condition.ts';
import { type AskedKey, inOrderOf, isOneOf, nameOfKey, type RowKey } from '../query/row-key.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';

/** Finds rows of one kind by account and id; what is asked for at the same moment is read by one statement, and only once. */
export type RowLoader<Row> = {
  /** The row, or null if the id is null or names none. */
  find: (accountId: number, id: number | null) => Promise<Row | null> | Row | null;
  /** The row that must be there. */
  get: (accountId: number, id: number) => Promise<Row>;
  /** The same as `find` where nothing but the id is known, as of ids that were given out. */
  findById: (id: number | null) => Promise<Row | null> | Row | null;
};

/** Finds accounts by id. */
export type AccountLoader = {
  find: (id: number | null) => Promise<Account | null> | Account | null;
  get: (id: number) => Promise<Account>;
};

type Kinds = {
  accounts: AccountLoader;
  agents: RowLoader<Agent>;
  calls: RowLoader<CallRow>;
  campaigns: RowLoader<Campaign>;
  callGroups: RowLoader<CallGroup>;
  virtualNumbers: RowLoader<VirtualNumber>;
  customers: RowLoader<Customer>;
  webhookEvents: RowLoader<WebhookEventRow>;
  payloads: RowLoader<{ id: number; accountId: number; payload: unknown }>;
  callsBySid: DataLoader<{ accountId: number; callSid: string }, CallRow | null, string>;
};

/** The loaders of one operation, each made when it is first asked for: nothing they hold outlives it. */
export type Loaders = Readonly<Kinds>;

const makers: { [Kind in keyof Kinds]: (db: ViewerDatabase, providers: Providers) => Kinds[Kind] } = {
  accounts: loadAccounts,
  agents: (db) => loadRows(db, readers.agents),
  calls: (db) => loadRows(db, findCalls),
  campaigns: (db) => loadRows(db, readers.campaigns),
  callGroups: (db) => loadRows(db, readers.callGroups),
  virtualNumbers: (db) => loadRows(db, readers.virtualNumbers),
  customers: (db) => loadRows(db, readers.customers),
  webhookEvents: (db) => loadRows(db, findWebhookEvents),
  payloads: (db, providers) => loadRows(db, (db, keys) => findPayloads(db, providers, keys)),
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

type FindRows<Row> = (db: ViewerDatabase, keys: readonly AskedKey[]) => Promise<(Row | null)[]>;

function findsRows<Type extends ParticipantType>(
  type: Type,
  table: PgTable & { id: PgColumn; accountId: PgColumn },
): FindRows<ParticipantRows[Type]> {
  type Row = ParticipantRows[Type];
  const read: RowReader<Row> = rowReader(table, getTableColumns(table) as Record<keyof Row & string, PgColumn>);
  return async (db, keys) => {
    const rows = await db.read(table.accountId, opensTo.participants, (on, own) =>
      read(on, sql`where ${allOf([own, isOneOf(table, keys)])}`, { isPrepared: true }),
    );
    const maskRow = participantMask(db.viewer, type);
    return inOrderOf(keys, maskRow ? rows.map((row) => maskRow(row)) : rows);
  };
}

const readers = {
  agents: findsRows('Agent', agents),
  campaigns: findsRows('Campaign', campaigns),
  callGroups: findsRows('CallGroup', callGroups),
  virtualNumbers: findsRows('VirtualNumber', virtualNumbers),
  customers: findsRows('Customer', customers),
};

const readAccounts = rowReader<Account>(accounts, getTableColumns(accounts));

function loadAccounts(db: ViewerDatabase): AccountLoader {
  const loader = new DataLoader<number, Account | null>(
    async (ids) => {
      const named = sql`${accounts.id} = any(${sql.param(ids)}::integer[])`;
      const rows = await db.read(accounts.id, opensTo.accounts, (on, own) =>
        readAccounts(on, sql`where ${allOf([own, named])}`, { isPrepared: true }),
      );
      const maskAccount = accountMask(db.viewer);
      const byId = new Map(rows.map((row) => [row.id, maskAccount ? maskAccount(row) : row]));
      return ids.map((id) => byId.get(id) ?? null);
    },
    { maxBatchSize },
  );
  return {
    find: (id) => (id === null ? null : loader.load(id)),
    get: (id) => loader.load(id).then(known),
  };
}

function known<Row>(row: Row | null): Row {
  if (!row) throw new Error('a row that another one names is missing');
  return row;
}

function loadRows<Row>(db: ViewerDatabase, read: FindRows<Row>): RowLoader<Row> {
  // Made when they are first needed: an operation needs one or two of all there are.
  let rows: DataLoader<RowKey, Row | null, string> | undefined;
  let given: DataLoader<number, Row | null> | undefined;
  const load = (accountId: number, id: number) => {
    rows ??= new DataLoader((keys) => read(db, keys), { maxBatchSize, cacheKeyFn: nameOfKey });
    return rows.load({ accountId, id });
  };
  const loadById = (id: number) => {
    const readGiven = (ids: readonly number[]) =>
      read(
        db,
        ids.map((id) => ({ accountId: null, id })),
      );
    given ??= new DataLoader(readGiven, { maxBatchSize });
    return given.load(id);
  };
  return {
    find: (accountId, id) => (id === null ? null : load(accountId, id)),
    get: (accountId, id) => load(accountId, id).then(known),
    findById: (id) => (id === null ? null : loadById(id)),
  };
}
