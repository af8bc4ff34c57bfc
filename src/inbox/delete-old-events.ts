import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { type AccountRow, changeInBatches } from '../accounts/lock-account.ts';
import { statement } from '../postgres/statement.ts';
import type { Instant } from '../time/instant.ts';
import { inOrderOfArrival } from './keep-events.ts';
import { webhookEvents } from './webhook-event.table.ts';

const findOld = statement<AccountRow>(
  'find_old_events',
  sql`select ${webhookEvents.accountId} as "accountId", ${webhookEvents.id} as id from ${webhookEvents}
    where ${webhookEvents.receivedAt} < ${sql.placeholder('before')}
    order by ${inOrderOfArrival} limit ${sql.placeholder('limit')}`,
);

const deleteEvents = statement<{ id: number }>(
  'delete_old_events',
  sql`delete from ${webhookEvents}
    where ${webhookEvents.accountId} = ${sql.placeholder('account')}
    and ${webhookEvents.id} = any(${sql.placeholder('ids')}::bigint[])
    and ${webhookEvents.receivedAt} < ${sql.placeholder('before')}
    returning ${webhookEvents.id} as id`,
);

/** Deletes the deliveries that were received before a moment; how many. Several processes may do it at once. */
export function deleteOldEvents(
  pool: pg.Pool,
  { before, signal }: { before: Instant; signal?: AbortSignal },
): Promise<number> {
  return changeInBatches(pool, {
    batchSize: 1000,
    signal,
    find: (limit) => findOld(pool, { before, limit }),
    change: async (on, account, ids) => (await deleteEvents(on, { account, ids, before })).length,
  });
}
