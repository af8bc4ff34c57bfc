import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { statement, type Transaction } from '../db/statement.ts';

/** Tells this lock from those of other purposes. */
const purpose = 1_886_217_067;

/** Does work while nobody else packs calls of the account or deletes any; null if somebody is. */
export async function whilePacking<Result>(
  client: pg.PoolClient,
  account: number,
  work: () => Promise<Result>,
): Promise<Result | null> {
  const { rows } = await client.query('select pg_try_advisory_lock($1::integer, $2::integer) as got', [
    purpose,
    account,
  ]);
  if (rows[0]?.got !== true) return null;
  try {
    return await work();
  } finally {
    // A connection that is broken has given its locks back.
    await client.query('select pg_advisory_unlock($1::integer, $2::integer)', [purpose, account]).catch(() => {});
  }
}

const waitForLock = statement(
  'wait_for_packing',
  sql`select pg_advisory_xact_lock(${purpose}::integer, ${sql.placeholder('account')}::integer)`,
);

/**
 * Waits until nobody packs calls of the account, and keeps others from it until the end of the transaction. Fails after
 * five seconds. Whoever needs the account's lock too takes it after this one.
 */
export async function waitForPacking(on: Transaction, account: number): Promise<void> {
  await on.query("set local lock_timeout = '5s'");
  await waitForLock(on, { account });
  await on.query('set local lock_timeout = 0');
}
