import type { Database } from '../postgres/client.ts';
import { type Account, accounts } from './account.table.ts';

/** The account that the setting WEBHOOK_SECRET leads to. */
export const defaultAccountName = 'default';

/** The account that the webhook's deliveries belong to, with the service's own zone and region. */
export async function ensureDefaultAccount(
  db: Database,
  { timeZone, region }: Pick<Account, 'timeZone' | 'region'>,
): Promise<Account> {
  const [account] = await db
    .insert(accounts)
    .values({ name: defaultAccountName, timeZone, region })
    .onConflictDoUpdate({ target: accounts.name, set: { timeZone, region } })
    .returning();
  if (!account) throw new Error('the default account was not written');
  return account;
}
