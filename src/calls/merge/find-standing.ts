import { sql } from 'drizzle-orm';
import type { Database } from '../../postgres/client.ts';
import { endedCalls } from './ended-call.table.ts';

/** Of calls that became part of others these, by the ids that ended. */
export async function findStanding(db: Database, ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const found = await db
    .select({ callId: endedCalls.callId, replacedBy: endedCalls.replacedBy })
    .from(endedCalls)
    .where(sql`${endedCalls.callId} = any(${sql.param(ids)}::bigint[])`);
  return new Map(found.flatMap(({ callId, replacedBy }) => (replacedBy === null ? [] : [[callId, replacedBy]])));
}
