import { eq } from 'drizzle-orm';
import type { Database } from '../postgres/client.ts';
import { accountSecrets } from './account-secret.table.ts';
import { addSecret } from './add-secret.ts';

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
