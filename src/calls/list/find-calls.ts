import { eq, sql } from 'drizzle-orm';
import { badInput } from '../../errors.ts';
import { allOf, everything } from '../../query/condition.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';
import { calls } from '../call.table.ts';
import { findStanding } from '../merge/find-standing.ts';
import { type CallRow, callColumns } from './call-columns.ts';

/** The calls with these ids. Of one that has become part of another: that other one. */
export async function findCalls(db: ViewerDatabase, ids: readonly number[]): Promise<Map<number, CallRow>> {
  const found = await readCalls(db, ids);
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length === 0) return found;
  const standing = await findStanding(db, missing);
  if (standing.size === 0) return found;
  const others = await readCalls(db, [...new Set(standing.values())]);
  for (const [gone, id] of standing) {
    const call = others.get(id);
    if (call) found.set(gone, call);
  }
  return found;
}

async function readCalls(db: ViewerDatabase, ids: readonly number[]): Promise<Map<number, CallRow>> {
  const rows = await db.read(calls.accountId, (on, own) =>
    on
      .select(callColumns)
      .from(calls)
      .where(allOf([own, sql`${calls.id} = any(${sql.param(ids)}::bigint[])`])),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * The call with the provider's id, or null. BAD_USER_INPUT where several accounts have one and none is named.
 * `accountId` null: of any account.
 */
export async function findCallBySid(
  db: ViewerDatabase,
  { callSid, accountId }: { callSid: string; accountId: number | null },
): Promise<CallRow | null> {
  if (!callSid.isWellFormed() || callSid.includes('\0')) return null;
  const ofAccount = accountId === null ? everything : eq(calls.accountId, accountId);
  const found = await db.read(calls.accountId, (on, own) =>
    on
      .select(callColumns)
      .from(calls)
      .where(allOf([own, eq(calls.callSid, callSid), ofAccount]))
      .limit(2),
  );
  if (found.length > 1) throw badInput(['accountId'], 'is needed: several accounts have this call', "an account's id");
  return found[0] ?? null;
}

/** The calls with these accounts and ids of the provider, in that order; null where there is none. */
export async function findCallsBySid(
  db: ViewerDatabase,
  keys: readonly { accountId: number; callSid: string }[],
): Promise<(CallRow | null)[]> {
  const sids = [...new Set(keys.map(({ callSid }) => callSid))];
  const found = await db.read(calls.accountId, (on, own) =>
    on
      .select(callColumns)
      .from(calls)
      .where(allOf([own, sql`${calls.callSid} = any(${sql.param(sids)}::text[])`])),
  );
  const rows = new Map(found.map((call) => [`${call.accountId}:${call.callSid}`, call]));
  return keys.map(({ accountId, callSid }) => rows.get(`${accountId}:${callSid}`) ?? null);
}
