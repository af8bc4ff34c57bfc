import { eq, sql } from 'drizzle-orm';
import { opensTo } from '../../access/opens-to.ts';
import { hasScope, type Viewer } from '../../access/viewer.ts';
import { badInput } from '../../errors.ts';
import { allOf, everything } from '../../query/condition.ts';
import type { Predicate } from '../../query/predicate.ts';
import { type AskedKey, inOrderOf, isOneOf, nameOfKey } from '../../query/row-key.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';
import { calls } from '../call.table.ts';
import { findStanding } from '../merge/find-standing.ts';
import { type CallRow, callColumns } from './call-columns.ts';
import { callSql } from './call-predicate.ts';
import { callsAsShown } from './calls-as-shown.ts';
import { callMask } from './mask-call.ts';

/** The calls with these keys, in that order. Of one that has become part of another: that other one. */
export async function findCalls(db: ViewerDatabase, keys: readonly AskedKey[]): Promise<(CallRow | null)[]> {
  const found = await readCalls(db, keys);
  const missing = keys.filter((_, i) => found[i] === null);
  if (missing.length === 0) return found;
  const standing = await findStanding(db, missing);
  if (standing.size === 0) return found;
  const others = [...standing].map(([gone, key]) => ({ gone, key }));
  const rows = await readCalls(
    db,
    others.map(({ key }) => key),
  );
  const byGone = new Map(others.map(({ gone }, i) => [gone, rows[i] ?? null]));
  return found.map((row, i) => row ?? byGone.get(nameOfKey(keys[i] as AskedKey)) ?? null);
}

async function readCalls(db: ViewerDatabase, keys: readonly AskedKey[]): Promise<(CallRow | null)[]> {
  const rows = await db.read(calls.accountId, opensTo.calls, (on, own) =>
    on
      .select(callColumns)
      .from(calls)
      .where(allOf([own, isOneOf(calls, keys)])),
  );
  return inOrderOf(keys, asSeenBy(db.viewer, rows));
}

/**
 * The call with the provider's id, or null. BAD_USER_INPUT where several accounts have one and none is named.
 * `accountId` null: of any account. One that is hidden from the viewer finds nothing.
 */
export async function findCallBySid(
  db: ViewerDatabase,
  { callSid, accountId }: { callSid: string; accountId: number | null },
): Promise<CallRow | null> {
  if (!callSid.isWellFormed() || callSid.includes('\0')) return null;
  const ofAccount = accountId === null ? everything : eq(calls.accountId, accountId);
  const kept: Predicate = { of: 'callSid', in: [callSid] };
  const named = hasScope(db.viewer, 'numbers') ? kept : callsAsShown(kept);
  const found = await db.read(calls.accountId, opensTo.calls, (on, own) =>
    on
      .select(callColumns)
      .from(calls)
      .where(allOf([own, callSql(named), ofAccount]))
      .limit(2),
  );
  if (found.length > 1) throw badInput(['accountId'], 'is needed: several accounts have this call', "an account's id");
  return asSeenBy(db.viewer, found)[0] ?? null;
}

/** The calls with these accounts and ids of the provider, in that order; null where there is none. */
export async function findCallsBySid(
  db: ViewerDatabase,
  keys: readonly { accountId: number; callSid: string }[],
): Promise<(CallRow | null)[]> {
  const accountIds = [...new Set(keys.map(({ accountId }) => accountId))];
  const sids = [...new Set(keys.map(({ callSid }) => callSid))];
  const named = sql`${calls.accountId} = any(${sql.param(accountIds)}::integer[])
    and ${calls.callSid} = any(${sql.param(sids)}::text[])`;
  const found = await db.read(calls.accountId, opensTo.calls, (on, own) =>
    on
      .select(callColumns)
      .from(calls)
      .where(allOf([own, named])),
  );
  const shown = asSeenBy(db.viewer, found);
  const rows = new Map(found.map((call, i) => [`${call.accountId}:${call.callSid}`, shown[i] as CallRow]));
  return keys.map(({ accountId, callSid }) => rows.get(`${accountId}:${callSid}`) ?? null);
}

function asSeenBy(viewer: Viewer, rows: readonly CallRow[]): readonly CallRow[] {
  const maskCall = callMask(viewer);
  return maskCall ? rows.map(maskCall) : rows;
}
