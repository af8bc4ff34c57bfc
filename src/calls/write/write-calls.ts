import { getTableColumns, sql } from 'drizzle-orm';
import { callGroups, campaigns } from '../../participants/participants.table.ts';
import { insertRows } from '../../postgres/rows/insert-rows.ts';
import { statement, type Transaction } from '../../postgres/statement.ts';
import { type Call, calls } from '../call.table.ts';
import type { WrittenCall } from '../list/row-of-call.ts';

/** A stored call with the words that its ids stand for. */
export type KnownCall = Call & { callGroupName: string | null; campaignCode: string | null };

const all = getTableColumns(calls);
const selected = Object.entries(all).map(([name, column]) => sql`${column} as ${sql.identifier(name)}`);

const find = statement<KnownCall>(
  'find_known_calls',
  sql`select ${sql.join(selected, sql`, `)}, ${callGroups.name} as "callGroupName", ${campaigns.campaignCode} as "campaignCode"
    from ${calls}
    left join ${callGroups} on ${callGroups.id} = ${calls.callGroupId} and ${callGroups.accountId} = ${calls.accountId}
    left join ${campaigns} on ${campaigns.id} = ${calls.campaignId} and ${campaigns.accountId} = ${calls.accountId}
    where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.callSid} = any(${sql.placeholder('sids')}::text[])`,
);

/** The calls of an account that have one of these CallSids. The caller holds the account's lock. */
export function findKnownCalls(on: Transaction, account: number, sids: readonly string[]): Promise<KnownCall[]> {
  return find(on, { account, sids });
}

// The id is the database's to give, and stays for life; createdAt is of the first time.
const columns = Object.keys(all).filter((name) => name !== 'id');

/** Inserts new calls. */
export const insertCalls = insertRows<WrittenCall>(calls, columns);

const changing = columns.filter(
  (name) => !['accountId', 'callSid', 'createdAt'].includes(name),
) as (keyof WrittenCall)[];
const names = changing.map((name) => sql.identifier(all[name].name));
const arrays = changing.map((name) => sql`${sql.placeholder(name)}::${sql.raw(all[name].getSQLType())}[]`);

const update = statement(
  'update_calls',
  sql`update ${calls} set ${sql.join(
    names.map((name) => sql`${name} = v.${name}`),
    sql`, `,
  )} from unnest(${sql.placeholder('ids')}::bigint[], ${sql.join(arrays, sql`, `)}) as v(known_id, ${sql.join(names, sql`, `)})
  where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.id} = v.known_id
  and ${calls.id} = any(${sql.placeholder('ids')}::bigint[])`,
);

export type ChangedCall = { before: Call; after: WrittenCall };

/** Writes known calls of an account anew, whole. */
export async function updateCalls(on: Transaction, account: number, changed: readonly ChangedCall[]): Promise<void> {
  if (changed.length === 0) return;
  const values = Object.fromEntries(changing.map((name) => [name, changed.map(({ after }) => after[name])]));
  await update(on, { account, ids: changed.map(({ before }) => before.id), ...values });
}
