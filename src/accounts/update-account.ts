import { eq } from 'drizzle-orm';
import type { Database } from '../postgres/client.ts';
import { type Account, accounts } from './account.table.ts';
import type { AccountSettings } from './create-account.ts';

/** Changes how an account's deliveries are read from now on. Null if there is no such account. */
export async function updateAccount(
  db: Database,
  { id, ...changes }: { id: number } & Partial<AccountSettings>,
): Promise<Account | null> {
  const [account] = await db.update(accounts).set(changes).where(eq(accounts.id, id)).returning();
  return account ?? null;
}
