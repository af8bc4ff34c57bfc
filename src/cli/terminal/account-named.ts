import type { Account } from '../../accounts/account.table.ts';
import { defaultAccountName, ensureDefaultAccount, listAccounts } from '../../accounts/accounts.ts';
import type { Config } from '../../config.ts';
import type { Database } from '../../postgres/client.ts';
import { StartupError } from '../../startup-error.ts';

/** The account that a command names; the default one where it names none. */
export async function accountNamed(db: Database, config: Config, name = defaultAccountName): Promise<Account> {
  if (name === defaultAccountName) {
    return ensureDefaultAccount(db, { timeZone: config.TIME_ZONE, region: config.REGION });
  }
  const all = await listAccounts(db);
  const found = all.find((account) => account.name === name);
  if (found) return found;
  throw new StartupError(`There is no account ${name}. Allowed: ${all.map((account) => account.name).join(', ')}.`);
}
