import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { type AccountRow, changeInBatches } from '../../accounts/lock-account.ts';
import { statement } from '../../postgres/statement.ts';
import type { Instant } from '../../time/instant.ts';
import { writeMarks } from '../write/write-mark.table.ts';
import { endedCallMarks, endedCalls } from './ended-call.table.ts';

// What the copy that is kept of the calls has not taken yet stays, however old it is.
const isFollowed = sql`not exists (select from ${writeMarks} as m where m.account_id = ${endedCalls.accountId}
  and ${endedCalls.removedAt} > m.followed_through)`;

const findOld = statement<AccountRow>(
  'find_old_ended_calls',
  sql`select ${endedCalls.accountId} as "accountId", ${endedCalls.callId} as id from ${endedCalls}
    where ${endedCalls.removedAt} < ${sql.placeholder('before')} and ${isFollowed}
    order by ${endedCalls.removedAt}, ${endedCalls.callId} limit ${sql.placeholder('limit')}`,
);

const deleteEnded = statement<{ removedAt: Instant }>(
  'delete_old_ended_calls',
  sql`delete from ${endedCalls}
    where ${endedCalls.accountId} = ${sql.placeholder('account')}
    and ${endedCalls.callId} = any(${sql.placeholder('ids')}::bigint[])
    and ${endedCalls.removedAt} < ${sql.placeholder('before')} and ${isFollowed}
    returning ${endedCalls.removedAt} as "removedAt"`,
);

const mark = statement(
  'mark_deleted_ended_calls',
  sql`insert into ${endedCallMarks} (account_id, deleted_through)
    values (${sql.placeholder('account')}, ${sql.placeholder('through')})
    on conflict (account_id) do update set deleted_through = greatest(${endedCallMarks.deletedThrough}, excluded.deleted_through)`,
);

/** Deletes what is known of calls that ended before a moment, and notes that it is known no more; how many. */
export function deleteOldEndedCalls(
  pool: pg.Pool,
  { before, signal }: { before: Instant; signal?: AbortSignal },
): Promise<number> {
  return changeInBatches(pool, {
    batchSize: 1000,
    signal,
    find: (limit) => findOld(pool, { before, limit }),
    change: async (on, account, ids) => {
      const deleted = await deleteEnded(on, { account, ids, before });
      // What was deleted counts, not how old it had to be: a clock may have been wrong.
      const through = deleted
        .map(({ removedAt }) => removedAt)
        .sort()
        .at(-1);
      if (through !== undefined) await mark(on, { account, through });
      return deleted.length;
    },
  });
}
