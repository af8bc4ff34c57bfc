import { sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { webhookEvents } from '../inbox/webhook-event.table.ts';
import { agents, campaigns, customers, virtualNumbers } from '../participants/participants.table.ts';
import { type Statement, statement, type Transaction } from '../postgres/statement.ts';

type OwnedTable = PgTable & { id: PgColumn; accountId: PgColumn };
const tables = {
  Agent: agents,
  Campaign: campaigns,
  Customer: customers,
  VirtualNumber: virtualNumbers,
  WebhookEvent: webhookEvents,
} satisfies Record<string, OwnedTable>;
type OwnedType = keyof typeof tables;

const finders = Object.fromEntries(
  Object.entries<OwnedTable>(tables).map(([type, table]) => [
    type,
    statement<{ accountId: number }>(
      `find_account_of_${type}`,
      sql`select ${table.accountId} as "accountId" from ${table} where ${table.id} = ${sql.placeholder('id')}`,
    ),
  ]),
) as Record<OwnedType, Statement<{ accountId: number }>>;

/**
 * Whose a row is that an id given out names, for what then changes or reads it by account and id; null: there is none. What is
 * read for a question finds it by the id at once (query/row-key.ts).
 */
export async function findAccountOfId(on: Transaction, type: OwnedType, id: number): Promise<number | null> {
  const [found] = await finders[type](on, { id });
  return found?.accountId ?? null;
}
