import { eq, sql } from 'drizzle-orm';
import { opensTo } from '../access/opens-to.ts';
import { maySee, type Viewer } from '../access/viewer.ts';
import type { Database } from '../postgres/client.ts';
import { compareCodePoints } from '../query/compare-code-points.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import { type Account, accounts } from './account.table.ts';
import { addSecret } from './account-secrets.ts';
import { accountMask } from './mask-account.ts';

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
  const own = await db.read(accounts.id, opensTo.accounts, async (on, condition) =>
    on
      .select()
      .from(accounts)
      .where(condition)
      .orderBy(...byName),
  );
  return accountsSeenBy(db.viewer, own);
}

/** Of accounts that are by name, those that a viewer may see, as they are shown and by the names that are. */
export function accountsSeenBy(viewer: Viewer, rows: readonly Account[]): Account[] {
  const own = rows.filter(({ id }) => maySee(viewer, id));
  const maskAccount = accountMask(viewer);
  return maskAccount ? own.map(maskAccount).sort(compareNames) : own;
}

function compareNames(a: Account, b: Account): number {
  return compareCodePoints(a.name.toLowerCase(), b.name.toLowerCase()) || a.id - b.id;
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
  Partial<Pick<Account, 'provider' | 'outgoingAgentLeg' | 'settings' | 'isDemo'>>;

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
