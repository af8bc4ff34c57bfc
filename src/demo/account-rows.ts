import { getTableName, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { accountSecrets, accounts } from '../accounts/account.table.ts';
import { biRoleAccounts } from '../bi/bi-role.table.ts';
import { calls } from '../calls/call.table.ts';
import { endedCallMarks, endedCalls } from '../calls/merge/ended-call.table.ts';
import { writeMarks } from '../calls/write/write-mark.table.ts';
import { webhookArrivals, webhookEvents } from '../inbox/webhook-event.table.ts';
import { agents, callGroups, campaigns, customers, virtualNumbers } from '../participants/participants.table.ts';
import { statement, type Transaction } from '../postgres/statement.ts';
import type { NodeType } from '../query/global-id.ts';

type On = Parameters<typeof countRows>[0];

/** What has an id of its own, and what it is called. */
const kinds = {
  Call: { table: calls, word: 'calls' },
  WebhookEvent: { table: webhookEvents, word: 'deliveries' },
  Customer: { table: customers, word: 'customers' },
  Agent: { table: agents, word: 'agents' },
  Campaign: { table: campaigns, word: 'campaigns' },
  CallGroup: { table: callGroups, word: 'call groups' },
  VirtualNumber: { table: virtualNumbers, word: 'virtual numbers' },
} satisfies Partial<Record<NodeType, { table: PgTable; word: string }>>;

export const typesOfRows = Object.keys(kinds) as (keyof typeof kinds)[];

const account = sql.placeholder('account');
const marks = [endedCalls, endedCallMarks, webhookArrivals, accountSecrets, biRoleAccounts];
// Calls name the others; the mark of writing is held by whoever writes.
const tables: readonly PgTable[] = [...Object.values(kinds).map(({ table }) => table), ...marks, writeMarks];

const deletions = tables.map((table) =>
  statement(`delete_all_${getTableName(table)}`, sql`delete from ${table} where account_id = ${account}`),
);
const deleteMark = statement('delete_write_mark', sql`delete from ${writeMarks} where account_id = ${account}`);
const deleteAccount = statement(
  'delete_account',
  sql`delete from ${accounts} where ${accounts.id} = ${account} and ${accounts.isDemo}`,
);

const countRows = statement<{ word: string; rows: number }>(
  'count_rows_of_account',
  sql.join(
    Object.values(kinds).map(
      ({ table, word }) =>
        sql`select ${sql.raw(`'${word}'`)} as word, count(*)::integer as rows from ${table} where account_id = ${account}`,
    ),
    sql` union all `,
  ),
);

/** How many rows an account has, by what they are called. */
export async function countAccountRows(on: On, account: number): Promise<{ word: string; rows: number }[]> {
  return countRows(on, { account });
}

/** Deletes an account that is marked as made up, with every row of it but those that are packed. */
export async function deleteAccountRows(on: Transaction, account: number): Promise<void> {
  for (const deleteRows of deletions) await deleteRows(on, { account });
  await deleteAccount(on, { account });
}

/** Deletes what a writer left that had begun before the account was gone. */
export async function deleteLateMarks(on: On, account: number): Promise<void> {
  await deleteMark(on, { account });
}

/** The condition under which a type and an id name a row of an account. */
export function namesRowOf(account: ReturnType<typeof sql.placeholder>, type: string, id: string) {
  const [typeName, rowId] = [sql.raw(type), sql.raw(id)];
  const rows = Object.entries(kinds).map(
    ([kind, { table }]) =>
      sql`(${typeName} = ${sql.raw(`'${kind}'`)} and ${rowId} in (select id from ${table} where account_id = ${account}))`,
  );
  return sql`((${typeName} = 'Account' and ${rowId} = ${account}) or ${sql.join(rows, sql` or `)})`;
}
