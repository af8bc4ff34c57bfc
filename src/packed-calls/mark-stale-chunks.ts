import { sql } from 'drizzle-orm';
import { statement, type Transaction } from '../db/statement.ts';
import type { Instant } from '../time/instant.ts';
import { callChunks } from './call-chunk.table.ts';

const mark = statement(
  'mark_stale_chunks',
  sql`update ${callChunks} set is_stale = true
    where ${callChunks.accountId} = ${sql.placeholder('account')} and not is_stale
    and ${callChunks.fromAt} <= ${sql.placeholder('last')} and ${callChunks.toAt} > ${sql.placeholder('first')}`,
);

/** Notes that calls were deleted from chunks. The caller keeps others from packing. */
export async function markStaleChunks(
  on: Transaction,
  account: number,
  deleted: readonly { startedAt: Instant }[],
): Promise<void> {
  if (deleted.length === 0) return;
  const starts = deleted.map(({ startedAt }) => startedAt).sort();
  await mark(on, { account, first: starts[0], last: starts.at(-1) });
}
