import { sql } from 'drizzle-orm';
import { allOf } from '../../query/condition.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';
import { endedCalls } from './ended-call.table.ts';

/** Of calls that became part of others these, by the ids that ended. */
export async function findStanding(db: ViewerDatabase, ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const found = await db.read(endedCalls.accountId, (on, own) =>
    on
      .select({ callId: endedCalls.callId, replacedBy: endedCalls.replacedBy })
      .from(endedCalls)
      .where(allOf([own, sql`${endedCalls.callId} = any(${sql.param(ids)}::bigint[])`])),
  );
  return new Map(found.flatMap(({ callId, replacedBy }) => (replacedBy === null ? [] : [[callId, replacedBy]])));
}
