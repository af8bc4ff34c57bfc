import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { type PgColumn, PgDialect, type PgTable } from 'drizzle-orm/pg-core';
import { type Account, accounts } from '../../accounts/account.table.ts';
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
} from '../../participants/participants.table.ts';
import { calls } from '../call.table.ts';

/** Whom and what a call names, by the fields that show them. */
export type Relatives = {
  account: Account;
  customer: Customer | null;
  agent: Agent | null;
  virtualNumber: VirtualNumber | null;
  callGroup: CallGroup | null;
  campaign: Campaign | null;
};
export type RelativeName = keyof Relatives;

type Relative = { columns: Record<string, PgColumn>; join: SQL };

export const relatives: Record<RelativeName, Relative> = {
  account: { columns: getTableColumns(accounts), join: joinOne(accounts, sql`${accounts.id} = ${calls.accountId}`) },
  customer: participant(customers, calls.customerId),
  agent: participant(agents, calls.agentId),
  virtualNumber: participant(virtualNumbers, calls.virtualNumberId),
  callGroup: participant(callGroups, calls.callGroupId),
  campaign: participant(campaigns, calls.campaignId),
};

function participant(table: PgTable & { id: PgColumn; accountId: PgColumn }, column: PgColumn): Relative {
  const condition = sql`${table.id} = ${column} and ${table.accountId} = ${calls.accountId}`;
  return { columns: getTableColumns(table), join: joinOne(table, condition) };
}

/** Looked up for each row of a page, which keeps its order so; joined as a whole, the table would be read for every page. */
function joinOne(table: PgTable, condition: SQL): SQL {
  const join = sql` left join lateral (select * from ${table} where ${condition} limit 1) as ${table} on true`;
  return sql.raw(new PgDialect().sqlToQuery(join).sql); // put together once, not for every page
}
