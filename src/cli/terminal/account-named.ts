import type { Account } from '../../accounts/account.table.ts';
import { defaultAccountName, ensureDefaultAccount, listAccounts } from '../../accounts/accounts.ts';
import type { Config } from '../../config.ts';
import type { Database } from '../../postgres/client.ts';
import { StartupError } from '../../startup-error.ts';

/** The account that a command names; the default one, which is made if need be, where it names none. */
export async function accountNamed(db: Database, config: Config, name = defaultAccountName): Promise<Account> {
  if (name === defaultAccountName) {
    return ensureDefaultAccount(db, { timeZone: config.TIME_ZONE, region: config.REGION });
  }
  return findAccount(db, name);
}

/** The account that a command names; all where it names none. */
export async function accountsNamed(db: Database, name: string | undefined): Promise<Account[]> {
  return name === undefined ? listAccounts(db) : [await findAccount(db, name)];
}

export async function findAccount(
  db: Database,
  name: string,
  problem = `There is no account ${name}`,
): Promise<Account> {
  const all = await listAccounts(db);
  const found = all.find((account) => account.name === name);
  if (found) return found;
  throw new StartupError(`${problem}. Allowed: ${all.map((one) => one.name).join(', ') || 'none yet'}.`);
}
