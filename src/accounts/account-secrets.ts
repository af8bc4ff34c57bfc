import { randomBytes } from 'node:crypto';
import { and, count, eq, lt, max } from 'drizzle-orm';
import type { Database } from '../postgres/client.ts';
import { instantOf } from '../time/instant.ts';
import { accountSecrets } from './account.table.ts';
import { hashSecret } from './account-directory.ts';

/** Makes a secret of an account. Only its hash is kept: whoever loses it needs another one. */
export async function addSecret(db: Database, accountId: number): Promise<string> {
  const secret = randomBytes(24).toString('base64url');
  await db
    .insert(accountSecrets)
    .values({ accountId, secretHash: hashSecret(secret), createdAt: instantOf(Date.now()) });
  return secret;
}

/** How many secrets are stored, by account. */
export async function countSecrets(db: Database): Promise<Map<number, number>> {
  const rows = await db
    .select({ id: accountSecrets.accountId, secrets: count() })
    .from(accountSecrets)
    .groupBy(accountSecrets.accountId);
  return new Map(rows.map(({ id, secrets }) => [id, secrets]));
}

/** Makes another secret of an account. The others stay valid, so that no delivery is lost meanwhile, or are revoked. */
export function rotateSecret(
  db: Database,
  { accountId, revokeOthers }: { accountId: number; revokeOthers: boolean },
): Promise<{ secret: string; others: number }> {
  return db.transaction(async (tx) => {
    const ofAccount = eq(accountSecrets.accountId, accountId);
    const others = revokeOthers
      ? await tx.delete(accountSecrets).where(ofAccount).returning({ id: accountSecrets.accountId })
      : await tx.select({ id: accountSecrets.accountId }).from(accountSecrets).where(ofAccount);
    return { secret: await addSecret(tx, accountId), others: others.length };
  });
}

/** Ends all stored secrets of an account but the newest: the last step of a rotation. How many there were. */
export function revokeOlderSecrets(db: Database, accountId: number): Promise<number> {
  const ofAccount = eq(accountSecrets.accountId, accountId);
  return db.transaction(async (tx) => {
    const [newest] = await tx
      .select({ at: max(accountSecrets.createdAt) })
      .from(accountSecrets)
      .where(ofAccount);
    if (!newest?.at) return 0;
    const older = and(ofAccount, lt(accountSecrets.createdAt, newest.at));
    return (await tx.delete(accountSecrets).where(older).returning({ id: accountSecrets.accountId })).length;
  });
}

/** Ends all stored secrets of an account. How many there were. */
export async function revokeSecrets(db: Database, accountId: number): Promise<number> {
  const ofAccount = eq(accountSecrets.accountId, accountId);
  return (await db.delete(accountSecrets).where(ofAccount).returning({ id: accountSecrets.accountId })).length;
}
