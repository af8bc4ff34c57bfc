import DataLoader from 'dataloader';
import { inArray } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { type Account, accounts } from '../accounts/account.table.ts';
import { type Agent, agents } from '../agents/agent.table.ts';
import { type CallGroup, callGroups } from '../call-groups/call-group.table.ts';
import type { CallRow } from '../calls/call-columns.ts';
import { findCalls, findCallsBySid } from '../calls/find-calls.ts';
import { type Campaign, campaigns } from '../campaigns/campaign.table.ts';
import { type Customer, customers } from '../customers/customer.table.ts';
import type { Database } from '../db/client.ts';
import { type VirtualNumber, virtualNumbers } from '../virtual-numbers/virtual-number.table.ts';
import { findPayloads } from '../webhook/find-payloads.ts';
import { findWebhookEvents } from '../webhook/find-webhook-events.ts';
import type { WebhookEventRow } from '../webhook/list-webhook-events.ts';

/** Finds rows of one kind by id; what is asked for at the same moment is read by one statement, and only once. */
export type RowLoader<Row> = {
  /** The row, or null if the id is null or names none. */
  find: (id: number | null) => Promise<Row | null> | null;
  /** The row that must be there. */
  get: (id: number) => Promise<Row>;
};

/** The loaders of one operation: nothing they hold outlives it. */
export type Loaders = ReturnType<typeof makeLoaders>;

export function makeLoaders(db: Database) {
  return {
    accounts: rowLoader<Account>((ids) => findRows(db, accounts, ids)),
    agents: rowLoader<Agent>((ids) => findRows(db, agents, ids)),
    calls: rowLoader<CallRow>((ids) => findCalls(db, ids)),
    campaigns: rowLoader<Campaign>((ids) => findRows(db, campaigns, ids)),
    callGroups: rowLoader<CallGroup>((ids) => findRows(db, callGroups, ids)),
    virtualNumbers: rowLoader<VirtualNumber>((ids) => findRows(db, virtualNumbers, ids)),
    customers: rowLoader<Customer>((ids) => findRows(db, customers, ids)),
    webhookEvents: rowLoader<WebhookEventRow>((ids) => findWebhookEvents(db, ids)),
    payloads: rowLoader<{ id: number; payload: unknown }>((ids) => findPayloads(db, ids)),
    callsBySid: new DataLoader<{ accountId: number; callSid: string }, CallRow | null, string>(
      (keys) => findCallsBySid(db, keys),
      { cacheKeyFn: ({ accountId, callSid }) => `${accountId}:${callSid}` },
    ),
  };
}

function findRows<Row>(db: Database, table: PgTable & { id: PgColumn }, ids: readonly number[]): Promise<Row[]> {
  return db
    .select()
    .from(table)
    .where(inArray(table.id, [...ids])) as unknown as Promise<Row[]>;
}

function rowLoader<Row extends { id: number }>(read: (ids: readonly number[]) => Promise<Row[]>): RowLoader<Row> {
  const loader = new DataLoader<number, Row | null>(async (ids) => {
    const rows = new Map((await read(ids)).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  });
  return {
    find: (id) => (id === null ? null : loader.load(id)),
    get: async (id) => {
      const row = await loader.load(id);
      if (!row) throw new Error('a row that another one names is missing');
      return row;
    },
  };
}
