import { getTableColumns, getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { apiKeySecrets, apiKeys } from '../../access/keys/api-key.table.ts';
import { accountSecrets, accounts } from '../../accounts/account.table.ts';
import { calls } from '../../calls/call.table.ts';
import { endedCallMarks, endedCalls } from '../../calls/merge/ended-call.table.ts';
import { writeMarks } from '../../calls/write/write-mark.table.ts';
import { callChunkMarks, callChunks } from '../../columnar/index.ts';
import { webhookArrivals, webhookEvents } from '../../inbox/webhook-event.table.ts';
import { agents, callGroups, campaigns, customers, virtualNumbers } from '../../participants/participants.table.ts';

const written = [
  webhookEvents,
  webhookArrivals,
  calls,
  endedCalls,
  writeMarks,
  agents,
  callGroups,
  campaigns,
  customers,
  virtualNumbers,
];
const read = [...written, accounts, accountSecrets, apiKeys, apiKeySecrets, callChunks, callChunkMarks, endedCallMarks];

/**
 * Statements that touch no row, and fail all the same where a table, a column or a right is missing, or where the server only
 * reads.
 */
export const writesEveryTable = `with ${written
  .map(
    (table, i) =>
      `t${i} as (insert into ${nameOf(table)} (${columnsOf(table)}) overriding system value
        select ${columnsOf(table)} from ${nameOf(table)} where false)`,
  )
  .join(', ')} select`;
export const readsEveryTable = `select ${read
  .map((table) => `exists (select ${columnsOf(table)} from ${nameOf(table)} limit 0)`)
  .join(', ')}`;

function nameOf(table: PgTable): string {
  return `"${getTableName(table)}"`;
}

function columnsOf(table: PgTable): string {
  return Object.values(getTableColumns(table))
    .map(({ name }) => `"${name}"`)
    .join(', ');
}
