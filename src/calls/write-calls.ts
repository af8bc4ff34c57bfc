import { getTableColumns, sql } from 'drizzle-orm';
import { callGroups } from '../call-groups/call-group.table.ts';
import { campaigns } from '../campaigns/campaign.table.ts';
import { batchInsert } from '../db/batch-insert.ts';
import { statement, type Transaction } from '../db/statement.ts';
import { type Call, calls, type NewCall } from './call.table.ts';

/** A stored call with the words that its ids stand for. */
export type KnownCall = Call & { callGroupName: string | null; campaignCode: string | null };

const all = getTableColumns(calls);
const selected = Object.entries(all).map(([name, column]) => sql`${column} as ${sql.identifier(name)}`);

const find = statement<KnownCall>(
  'find_known_calls',
  sql`select ${sql.join(selected, sql`, `)}, ${callGroups.name} as "callGroupName", ${campaigns.campaignCode} as "campaignCode"
    from ${calls}
    left join ${callGroups} on ${callGroups.id} = ${calls.callGroupId}
    left join ${campaigns} on ${campaigns.id} = ${calls.campaignId}
    where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.callSid} = any(${sql.placeholder('sids')}::text[])`,
);

/** The calls of an account that have one of these CallSids. The caller holds the account's lock. */
export function findKnownCalls(on: Transaction, account: number, sids: readonly string[]): Promise<KnownCall[]> {
  return find(on, { account, sids });
}

// The id is the database's to give, and stays for life; createdAt is of the first time.
const columns = Object.keys(all).filter((name) => name !== 'id');
const kept = new Set(['accountId', 'callSid', 'createdAt']);

/** Writes calls, new ones and known ones alike, whole. */
export const upsertCalls = batchInsert<NewCall>({
  name: 'upsert_calls',
  table: calls,
  columns,
  upsert: { target: [calls.callSid, calls.accountId], columns: columns.filter((name) => !kept.has(name)) },
});
