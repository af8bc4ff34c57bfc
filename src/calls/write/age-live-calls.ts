import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { type AccountRow, changeInBatches } from '../../accounts/lock-account.ts';
import { statement } from '../../postgres/statement.ts';
import type { Clock, Instant } from '../../time/instant.ts';
import { calls } from '../call.table.ts';
import { lockForWriting } from './lock-for-writing.ts';

const live = sql`${calls.status} in ('RINGING', 'IN_PROGRESS')`;

const findSilent = statement<AccountRow>(
  'find_silent_calls',
  sql`select ${calls.accountId} as "accountId", ${calls.id} as id from ${calls}
    where ${live} and ${calls.liveEventAt} < ${sql.placeholder('before')}
    order by ${calls.liveEventAt} limit ${sql.placeholder('limit')}`,
);

// What only a live call has goes with the status: the moment of an answer that no report told, and the wait till then.
const markUnreported = statement<{ id: number }>(
  'mark_unreported_calls',
  sql`update ${calls} set status = 'UNREPORTED', answered_at = null, wait_seconds = null,
      updated_at = ${sql.placeholder('now')}
    where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.id} = any(${sql.placeholder('ids')}::bigint[])
    and ${live} and ${calls.liveEventAt} < ${sql.placeholder('before')}
    returning ${calls.id} as id`,
);

export type AgeLiveCallsInput = {
  /** Live calls whose last live event was received before this become UNREPORTED. */
  silentSince: Instant;
  clock: Clock;
  signal?: AbortSignal;
  /** Told of an account once calls of it were marked. */
  onChanged?: ((account: number) => void) | undefined;
};

/** Marks live calls whose report never came as UNREPORTED; how many. Several processes may do it at once. */
export function ageLiveCalls(
  pool: pg.Pool,
  { silentSince, clock, signal, onChanged }: AgeLiveCallsInput,
): Promise<number> {
  const before = silentSince;
  return changeInBatches(pool, {
    batchSize: 500,
    signal,
    onChanged,
    find: (limit) => findSilent(pool, { before, limit }),
    change: async (on, account, ids) => {
      const now = await lockForWriting(on, account, clock);
      return (await markUnreported(on, { account, ids, before, now })).length;
    },
  });
}
