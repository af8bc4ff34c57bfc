import { inArray, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { accounts } from '../accounts/account.table.ts';
import { agents } from '../agents/agent.table.ts';
import { callGroups } from '../call-groups/call-group.table.ts';
import { calls } from '../calls/call.table.ts';
import { campaigns } from '../campaigns/campaign.table.ts';
import type { Database } from '../db/client.ts';
import type { CallDimension } from '../graphql/generated.ts';
import { virtualNumbers } from '../virtual-numbers/virtual-number.table.ts';

/** The key of a group in one dimension: a row's id or a word; null for the calls without one. */
export type Key = number | string | null;

/** One way to group calls: the column that holds the key, and for keys that are ids what they are ordered by. */
export type Dimension = {
  column: PgColumn;
  /** Stands for a missing key where keys are compared by =; never a key itself. */
  missing: SQL;
  type: SQL;
  named?: { table: PgTable & { id: PgColumn }; name: PgColumn | SQL<string> };
};

const ofId = (column: PgColumn, table: PgTable & { id: PgColumn }, name: PgColumn | SQL<string>): Dimension => ({
  column,
  missing: sql`0`,
  type: sql.raw('bigint'),
  named: { table, name },
});
const ofWord = (column: PgColumn): Dimension => ({ column, missing: sql`''`, type: sql.raw('text') });

export const dimensions: Record<CallDimension, Dimension> = {
  ACCOUNT: ofId(calls.accountId, accounts, sql<string>`lower(${accounts.name})`),
  AGENT: ofId(calls.agentId, agents, agents.nameKey),
  CAMPAIGN: ofId(calls.campaignId, campaigns, campaigns.nameKey),
  CALL_GROUP: ofId(calls.callGroupId, callGroups, callGroups.nameKey),
  VIRTUAL_NUMBER: ofId(calls.virtualNumberId, virtualNumbers, virtualNumbers.number),
  DIRECTION: ofWord(calls.direction),
  DISPOSITION: ofWord(calls.disposition),
};

/** The expression whose value is a call's key as it is compared: never null. */
export function comparableKey({ column, missing, type }: Dimension): SQL {
  return sql`coalesce(${column}::${type}, ${missing})`;
}

/** What keys of a dimension are ordered by, each as [text, id]; a key without a text is null. */
export async function orderTexts(
  db: Database,
  { named }: Dimension,
  keys: readonly Key[],
): Promise<Map<Key, string | null>> {
  if (!named) return new Map(keys.map((key) => [key, key === null ? null : String(key)]));
  const ids = [...new Set(keys)].filter((key) => typeof key === 'number');
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: named.table.id, name: sql<string | null>`${named.name}` })
    .from(named.table)
    .where(inArray(named.table.id, ids));
  return new Map(rows.map(({ id, name }) => [Number(id), name]));
}
