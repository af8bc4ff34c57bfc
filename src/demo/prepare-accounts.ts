import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { noteChange } from '../access/log/note-change.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Account } from '../accounts/account.table.ts';
import { rotateSecret } from '../accounts/account-secrets.ts';
import { createAccount, listAccounts } from '../accounts/accounts.ts';
import { calls } from '../calls/call.table.ts';
import type { Database } from '../postgres/client.ts';
import { statement } from '../postgres/statement.ts';
import { StartupError } from '../startup-error.ts';
import { type DemoAccount, demoAccounts } from './demo-company.ts';

/** An account of the demo as it is here, what its calls are made of, and the secret of its address. */
export type PreparedAccount = { account: Account; made: DemoAccount; secret: string };

const findBusy = statement<{ id: number }>(
  'find_accounts_with_calls',
  sql`select one as id from unnest(${sql.placeholder('accounts')}::integer[]) as one
    where exists (select from ${calls} where ${calls.accountId} = one)`,
);

/** The accounts that are marked as made up. */
export async function listDemoAccounts(db: Database): Promise<Account[]> {
  return (await listAccounts(db)).filter(({ isDemo }) => isDemo);
}

/** The names of other accounts that hold calls. */
export async function findAccountsBeside({ db, pool }: { db: Database; pool: pg.Pool }): Promise<string[]> {
  const others = (await listAccounts(db)).filter(({ isDemo }) => !isDemo);
  const busy = new Set((await findBusy(pool, { accounts: others.map(({ id }) => id) })).map(({ id }) => id));
  return others.filter(({ id }) => busy.has(id)).map(({ name }) => name);
}

/** Makes the accounts of the demo where they are not there yet. Each has a new secret, which alone is valid from now on. */
export function prepareAccounts(db: Database, maker: Viewer): Promise<PreparedAccount[]> {
  return db.transaction(async (tx) => {
    const known = await listAccounts(tx);
    const prepared: PreparedAccount[] = [];
    for (const made of demoAccounts) {
      const account = known.find(({ name }) => name === made.name);
      if (account && !account.isDemo) {
        throw new StartupError(
          `There is an account ${made.name} that is none of the demo: its calls would be mixed with made-up ones.`,
        );
      }
      prepared.push({ made, ...(account ? await renew(tx, account) : await make(tx, made.name)) });
      const { id } = prepared.at(-1)?.account ?? {};
      const what = `account ${made.name} ${account ? 'given a new secret' : 'made'}`;
      if (id !== undefined) await noteChange(tx, maker, { what, row: { type: 'Account', id } });
    }
    return prepared;
  });
}

async function renew(db: Database, account: Account): Promise<{ account: Account; secret: string }> {
  const { secret } = await rotateSecret(db, { accountId: account.id, revokeOthers: true });
  return { account, secret };
}

async function make(db: Database, name: string): Promise<{ account: Account; secret: string }> {
  const made = await createAccount(db, { name, timeZone: 'Asia/Kolkata', region: 'IN', isDemo: true });
  if (!made) throw new StartupError(`The account ${name} was made by somebody else just now: try again.`);
  return made;
}
