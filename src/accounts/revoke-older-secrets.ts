import { and, eq, lt, max } from 'drizzle-orm';
import type { Database } from '../postgres/client.ts';
import { accountSecrets } from './account-secret.table.ts';

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
