import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { type AccountRow, changeInBatches } from '../../accounts/lock-account.ts';
import { type ParticipantColumn, participantColumns } from '../../participants/participant-kinds.ts';
import { recountCallTimes } from '../../participants/write-participants.ts';
import { statement } from '../../postgres/statement.ts';
import { type Clock, databaseClock, type Instant } from '../../time/instant.ts';
import { calls } from '../call.table.ts';
import { noteDeleted } from '../merge/note-ended-calls.ts';
import { followerPace, type PaceSettings } from './follower-pace.ts';
import { lockForWriting } from './lock-for-writing.ts';

const findOld = statement<AccountRow>(
  'find_old_calls',
  sql`select ${calls.accountId} as "accountId", ${calls.id} as id from ${calls}
    where ${calls.startedAt} < ${sql.placeholder('before')}
    order by ${calls.startedAt}, ${calls.id} limit ${sql.placeholder('limit')}`,
);

type Deleted = Record<ParticipantColumn, number | null> & { id: number };

const deleteCalls = statement<Deleted>(
  'delete_old_calls',
  sql`delete from ${calls}
    where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.id} = any(${sql.placeholder('ids')}::bigint[])
    and ${calls.startedAt} < ${sql.placeholder('before')}
    returning ${calls.id}, agent_id as "agentId", campaign_id as "campaignId", call_group_id as "callGroupId",
      virtual_number_id as "virtualNumberId", customer_id as "customerId"`,
);

export type DeleteOldCallsInput = {
  before: Instant;
  signal?: AbortSignal;
  clock?: Clock;
  pace?: Partial<PaceSettings>;
};

/**
 * Deletes the calls that started before a moment; how many. Who and what took part in them stays, with the first and
 * last call that is left. Several processes may do it at once.
 */
export function deleteOldCalls(
  pool: pg.Pool,
  { before, signal, clock = databaseClock, pace }: DeleteOldCallsInput,
): Promise<number> {
  return changeInBatches(pool, {
    batchSize: 1000,
    signal,
    find: (limit) => findOld(pool, { before, limit }),
    turn: followerPace(pool, pace),
    change: async (on, account, ids) => {
      const now = await lockForWriting(on, account, clock);
      const deleted = await deleteCalls(on, { account, ids, before });
      const lost = participantColumns.map((column) => {
        const ids = deleted.map((call) => call[column]).filter((id) => id !== null);
        return [column, new Set(ids)] as const;
      });
      await Promise.all([
        ...recountCallTimes(on, account, Object.fromEntries(lost) as Record<ParticipantColumn, Set<number>>),
        noteDeleted(
          on,
          deleted.map(({ id }) => id),
          { account, now },
        ),
      ]);
      return deleted.length;
    },
  });
}
