import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { accounts } from '../../accounts/account.table.ts';
import { calls } from '../../calls/call.table.ts';
import { endedCalls } from '../../calls/merge/ended-call.table.ts';
import { statement } from '../../postgres/statement.ts';
import { type Clock, type Instant, instantOf, msOf } from '../../time/instant.ts';
import { type ColumnVersions, currentVersions } from '../columns.ts';
import { callChunkMarks, callChunks } from '../store/call-chunk.table.ts';
import { packChanges } from './pack-changes.ts';
import { rebuildChunks } from './rebuild-chunks.ts';

export type PackAccountsInput = { clock: Clock; signal?: AbortSignal; versions?: ColumnVersions };

/**
 * The search for what changed reads the index of all accounts from the mark on: also one in which nothing changes has to
 * be moved along now and then.
 */
const oldestMarkMs = 60_000;

const findMarks = statement<{ accountId: number; packedThrough: Instant | null; isOutdated: boolean }>(
  'find_packing_marks',
  sql`select ${accounts.id} as "accountId", m.packed_through as "packedThrough",
      exists (select from ${callChunks} as c where c.account_id = ${accounts.id}
        and c.versions <> ${sql.placeholder('versions')}::jsonb) as "isOutdated"
    from ${accounts} left join ${callChunkMarks} as m on m.account_id = ${accounts.id}
    order by ${accounts.id}`,
);

// In the order of the index, which begins at the mark: a mere "exists" is read from the start of the table.
const findLater = statement(
  'find_call_after_mark',
  sql`(select ${calls.id} from ${calls} where ${calls.accountId} = ${sql.placeholder('account')}
      and ${calls.updatedAt} > ${sql.placeholder('mark')} order by ${calls.updatedAt}, ${calls.id} limit 1)
    union all (select ${endedCalls.callId} from ${endedCalls}
      where ${endedCalls.accountId} = ${sql.placeholder('account')} and ${endedCalls.removedAt} > ${sql.placeholder('mark')}
      order by ${endedCalls.removedAt} limit 1)`,
);

/** Packs what has changed or ended in any account, what is outdated, and accounts that never were; how many calls. */
export async function packAccounts(pool: pg.Pool, input: PackAccountsInput): Promise<number> {
  const { clock, signal, versions = currentVersions } = input;
  let packed = 0;
  const now = clock();
  const oldest = instantOf((now === null ? Date.now() : msOf(now)) - oldestMarkMs);
  for (const { accountId, packedThrough: mark, isOutdated } of await findMarks(pool, {
    versions: JSON.stringify(versions),
  })) {
    if (signal?.aborted) break;
    if (mark === null) {
      const rebuilt = await rebuildChunks(pool, { accountId, clock, versions, ...(signal && { signal }) });
      if (typeof rebuilt === 'number') packed += rebuilt;
    } else if (isOutdated || mark < oldest || (await findLater(pool, { account: accountId, mark })).length > 0) {
      packed += (await packChanges(pool, { accountId, clock, versions })) ?? 0;
    }
  }
  return packed;
}
