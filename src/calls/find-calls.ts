import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { badInput } from '../errors.ts';
import { calls } from './call.table.ts';
import { type CallRow, callColumns } from './call-columns.ts';

/** The calls with these ids, in no order. */
export function findCalls(db: Database, ids: readonly number[]): Promise<CallRow[]> {
  return db
    .select(callColumns)
    .from(calls)
    .where(sql`${calls.id} = any(${sql.param(ids)}::bigint[])`);
}

/**
 * The call with the provider's id, or null. BAD_USER_INPUT where several accounts have one and none is named.
 * `accountId` null: of any account.
 */
export async function findCallBySid(
  db: Database,
  { callSid, accountId }: { callSid: string; accountId: number | null },
): Promise<CallRow | null> {
  if (!callSid.isWellFormed() || callSid.includes('\0')) return null;
  const ofAccount = accountId === null ? undefined : eq(calls.accountId, accountId);
  const found = await db
    .select(callColumns)
    .from(calls)
    .where(and(eq(calls.callSid, callSid), ofAccount))
    .limit(2);
  if (found.length > 1) throw badInput(['accountId'], 'is needed: several accounts have this call', "an account's id");
  return found[0] ?? null;
}

/** The calls with these accounts and ids of the provider, in that order; null where there is none. */
export async function findCallsBySid(
  db: Database,
  keys: readonly { accountId: number; callSid: string }[],
): Promise<(CallRow | null)[]> {
  const sids = [...new Set(keys.map(({ callSid }) => callSid))];
  const found = await db
    .select(callColumns)
    .from(calls)
    .where(sql`${calls.callSid} = any(${sql.param(sids)}::text[])`);
  const rows = new Map(found.map((call) => [`${call.accountId}:${call.callSid}`, call]));
  return keys.map(({ accountId, callSid }) => rows.get(`${accountId}:${callSid}`) ?? null);
}
