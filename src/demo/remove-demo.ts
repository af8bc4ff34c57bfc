import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { noteChange } from '../access/log/note-change.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Account } from '../accounts/account.table.ts';
import { revokeSecrets } from '../accounts/account-secrets.ts';
import { lockAccount } from '../accounts/lock-account.ts';
import { deletePacked } from '../columnar/index.ts';
import type { OpenDatabase } from '../postgres/client.ts';
import { inTransaction } from '../postgres/statement.ts';
import { StartupError } from '../startup-error.ts';
import { countAccountRows, deleteAccountRows, deleteLateMarks } from './account-rows.ts';
import { deleteChangesOf, deleteKeysOfAccounts, deleteLogOf, keysOfAccounts } from './delete-names.ts';

/** So long a running service may take deliveries by a secret, or let a key in, that is no more. */
const knownMs = 3500;
/** So long it may be at packing an account that is no more, or have entries of the access log to write. */
const lateMs = 2000;
const packingMs = 60_000;

export type DemoRows = { name: string; rows: { word: string; rows: number }[] };

/** What would be deleted: rows by account, and keys. */
export async function findDemoRows(
  pool: pg.Pool,
  accounts: readonly Account[],
): Promise<{ accounts: DemoRows[]; keys: string[] }> {
  const found: DemoRows[] = [];
  for (const { id, name } of accounts) found.push({ name, rows: await countAccountRows(pool, id) });
  return {
    accounts: found,
    keys: await keysOfAccounts(
      pool,
      accounts.map(({ id }) => id),
    ),
  };
}

/**
 * Deletes accounts that are marked as made up, and everything that names them. Others stay as they are. Safe beside the
 * running service; what was broken off is gone on with by the same again.
 */
export async function removeDemo(
  { db, pool }: Pick<OpenDatabase, 'db' | 'pool'>,
  accounts: readonly Account[],
  remover: Viewer,
): Promise<void> {
  const ids = accounts.map(({ id }) => id);
  for (const id of ids) await revokeSecrets(db, id);
  const names = await inTransaction(pool, (on) => deleteKeysOfAccounts(on, ids));
  await sleep(knownMs);
  for (const account of accounts) await removeAccount(pool, account);
  await sleep(lateMs);
  for (const id of ids) {
    await deleteLateMarks(pool, id);
    await deletePacked(pool, id, async () => {});
  }
  await inTransaction(pool, async (on) => {
    await deleteLogOf(on, ids, names);
    await noteChange(on, remover, { what: `demo removed: ${ids.length} accounts` });
  });
}

async function removeAccount(pool: pg.Pool, { id, name }: Account): Promise<void> {
  for (const end = Date.now() + packingMs; ; await sleep(200)) {
    const done = await deletePacked(pool, id, async (on) => {
      await lockAccount(on, id);
      await deleteChangesOf(on, id);
      await deleteAccountRows(on, id);
    });
    if (done === 'newer') {
      throw new StartupError(
        `A newer version of the service has packed the calls of ${name}: remove the demo with that.`,
      );
    }
    if (done !== 'busy') return;
    if (Date.now() > end) throw new StartupError(`The calls of ${name} are being packed by somebody: try again later.`);
  }
}
