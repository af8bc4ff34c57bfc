import type { Database } from '../postgres/client.ts';
import { type Account, accounts } from './account.table.ts';
import { addSecret } from './add-secret.ts';

export type AccountSettings = Pick<Account, 'timeZone' | 'region' | 'outgoingAgentLeg'>;

/** Makes an account with a first secret, which is known to nobody else from then on; null if the name is taken. */
export function createAccount(
  db: Database,
  settings: AccountSettings & Pick<Account, 'name'>,
): Promise<{ account: Account; secret: string } | null> {
  return db.transaction(async (tx) => {
    const [account] = await tx.insert(accounts).values(settings).onConflictDoNothing().returning();
    return account ? { account, secret: await addSecret(tx, account.id) } : null;
  });
}
