import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { statement } from '../../postgres/statement.ts';
import type { Instant } from '../../time/instant.ts';
import { accessLog } from './access-log.table.ts';

const batchSize = 5000;

const deleteBatch = statement<{ id: number }>(
  'delete_old_log_entries',
  sql`delete from ${accessLog} where ${accessLog.id} in
    (select ${accessLog.id} from ${accessLog} where ${accessLog.at} < ${sql.placeholder('before')}
      order by ${accessLog.at}, ${accessLog.id} limit ${batchSize})
    returning ${accessLog.id} as id`,
);

/** Deletes the entries of before a moment; how many. Several processes may do it at once. */
export async function deleteOldEntries(
  pool: pg.Pool,
  { before, signal }: { before: Instant; signal?: AbortSignal },
): Promise<number> {
  let deleted = 0;
  while (!signal?.aborted) {
    const batch = await deleteBatch(pool, { before });
    deleted += batch.length;
    if (batch.length < batchSize) break;
  }
  return deleted;
}
