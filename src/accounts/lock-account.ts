import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { inTransaction, statement, type Transaction } from '../postgres/statement.ts';

const lock = statement(
  'lock_account',
  sql`select pg_advisory_xact_lock(hashtext('call-analytics account'), ${sql.placeholder('account')})`,
);

/**
 * Whoever writes calls of an account holds this lock till the commit. So the inbox's order is the order of the commits,
 * a delivery that comes twice at once is seen twice, and no two writers ever wait for each other in a circle.
 */
export async function lockAccount(on: Transaction, account: number): Promise<void> {
  await lock(on, { account });
}

/** A row of an account, as a search over all accounts finds it. */
export type AccountRow = { accountId: number; id: number };

export type BatchedChange = {
  /** The next rows to change, of any account. */
  find: (limit: number) => Promise<AccountRow[]>;
  /** Changes those of them that are still to be changed, now that the account's lock is held; how many. */
  change: (on: Transaction, account: number, ids: number[]) => Promise<number>;
  /** Waited for before each transaction of an account. */
  turn?: (account: number, signal?: AbortSignal) => Promise<void>;
  /** Told of an account once rows of it were changed and that is committed. */
  onChanged?: ((account: number) => void) | undefined;
  batchSize: number;
  /** No further batch is begun once it is aborted. */
  signal?: AbortSignal;
};

/**
 * Changes rows of any accounts until none is found, each account's by a transaction of its own, under its lock; how many.
 * Between two of them whoever waits for the lock has it.
 */
export async function changeInBatches(pool: pg.Pool, input: BatchedChange): Promise<number> {
  const { find, change, turn, onChanged, batchSize, signal } = input;
  let changed = 0;
  while (!signal?.aborted) {
    const found = await find(batchSize);
    for (const [account, ids] of byAccount(found)) {
      await turn?.(account, signal);
      if (signal?.aborted) break;
      const count = await inTransaction(pool, async (on) => {
        await lockAccount(on, account);
        return change(on, account, ids);
      });
      if (count > 0) onChanged?.(account);
      changed += count;
    }
    if (found.length < batchSize) break;
  }
  return changed;
}

function byAccount(rows: readonly AccountRow[]): Map<number, number[]> {
  const ids = new Map<number, number[]>();
  for (const { accountId, id } of rows) {
    const known = ids.get(accountId);
    if (known) known.push(id);
    else ids.set(accountId, [id]);
  }
  return ids;
}
