import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { whileAlone } from '../db/advisory-lock.ts';
import { statement, type Transaction } from '../db/statement.ts';

/** Tells this lock from those of other purposes. */
const purpose = 1_886_217_067;

/** Does work while nobody else packs calls of the account or deletes any; null if somebody is. */
export function whilePacking<Result>(
  client: pg.PoolClient,
  account: number,
  work: () => Promise<Result>,
): Promise<Result | null> {
  return whileAlone(client, { purpose, account }, work);
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
