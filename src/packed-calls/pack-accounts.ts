import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { accounts } from '../accounts/account.table.ts';
import { calls } from '../calls/call.table.ts';
import { statement } from '../db/statement.ts';
import { type Instant, instantOf, msOf } from '../time/instant.ts';
import { callChunkMarks, callChunks } from './call-chunk.table.ts';
import type { ColumnCache } from './column-cache.ts';
import { packChanges } from './pack-changes.ts';
import { rebuildChunks } from './rebuild-chunks.ts';

export type PackAccountsInput = { clock: () => Instant; cache: ColumnCache; signal?: AbortSignal };

/**
 * The search for what changed reads the index of all accounts from the mark on: also one in which nothing changes has to
 * be moved along now and then.
 */
const oldestMarkMs = 60_000;

const findDue = statement<{ accountId: number; isPacked: boolean }>(
  'find_accounts_to_pack',
  sql`select ${accounts.id} as "accountId", m.packed_through is not null as "isPacked"
    from ${accounts} left join ${callChunkMarks} as m on m.account_id = ${accounts.id}
    where m.packed_through is null or m.packed_through < ${sql.placeholder('oldest')}
      or exists (select from ${calls} where ${calls.accountId} = m.account_id and ${calls.updatedAt} > m.packed_through)
      or exists (select from ${callChunks} where ${callChunks.accountId} = m.account_id and is_stale)
    order by ${accounts.id}`,
);

/** Packs what has changed in any account, and accounts that never were; how many calls. */
export async function packAccounts(pool: pg.Pool, { clock, cache, signal }: PackAccountsInput): Promise<number> {
  let packed = 0;
  const due = await findDue(pool, { oldest: instantOf(msOf(clock()) - oldestMarkMs) });
  for (const { accountId, isPacked } of due) {
    if (signal?.aborted) break;
    const done = isPacked
      ? await packChanges(pool, { accountId, clock, cache })
      : await rebuildChunks(pool, { accountId, clock, ...(signal && { signal }) });
    packed += done ?? 0;
  }
  return packed;
}
