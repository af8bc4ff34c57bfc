import { eq, sql } from 'drizzle-orm';
import { opensTo } from '../access/opens-to.ts';
import type { Database } from '../postgres/client.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import { type Account, accounts } from './account.table.ts';
import { addSecret } from './account-secrets.ts';

const byName = [sql`lower(${accounts.name}) collate "C"`, accounts.id];

/** All accounts, by name. */
// async: a query of drizzle alone would run anew each time it is awaited.
export async function listAccounts(db: Database): Promise<Account[]> {
  return db
    .select()
    .from(accounts)
    .orderBy(...byName);
}

/** Those that a viewer may see. */
export async function listVisibleAccounts(db: ViewerDatabase): Promise<Account[]> {
  return db.read(accounts.id, opensTo.accounts, async (on, own) =>
    on
      .select()
      .from(accounts)
      .where(own)
      .orderBy(...byName),
  );
}

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

export type AccountSettings = Pick<Account, 'timeZone' | 'region' | 'outgoingAgentLeg' | 'settings'>;

/** What is not told is as the table says. */
export type NewAccount = Pick<Account, 'name' | 'timeZone' | 'region'> &
  Partial<Pick<Account, 'provider' | 'outgoingAgentLeg' | 'settings'>>;

/** Makes an account with a first secret, which is known to nobody else from then on; null if the name is taken. */
export function createAccount(db: Database, told: NewAccount): Promise<{ account: Account; secret: string } | null> {
  return db.transaction(async (tx) => {
    const [account] = await tx.insert(accounts).values(told).onConflictDoNothing().returning();
    return account ? { account, secret: await addSecret(tx, account.id) } : null;
  });
}

/** Changes how an account's deliveries are read from now on. Null if there is no such account. */
export async function updateAccount(
  db: Database,
  { id, ...changes }: { id: number } & Partial<AccountSettings>,
): Promise<Account | null> {
  const [account] = await db.update(accounts).set(changes).where(eq(accounts.id, id)).returning();
  return account ?? null;
}
