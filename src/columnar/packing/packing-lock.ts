import { sql } from 'drizzle-orm';
import pg from 'pg';
import { whileAlone } from '../../postgres/advisory-lock.ts';
import { statement, type Transaction } from '../../postgres/statement.ts';

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

/** Whether somebody may be packing calls while others write them: only where nobody can, calls may be deleted. */
export type PackingState = 'POSSIBLE' | 'KEPT_AWAY' | 'UNDER_WAY';

/** Calls are to be deleted: the transaction must begin anew, and keep others from packing first. */
export class MustKeepFromPacking extends Error {}

/**
 * Does work in a transaction of its own that seldom has to delete calls: it throws MustKeepFromPacking where it must, and is
 * done anew with others kept from packing. Where packing goes on for too long, it has to do without deleting.
 */
export async function seldomDeleting<Result>(work: (packing: PackingState) => Promise<Result>): Promise<Result> {
  try {
    return await work('POSSIBLE');
  } catch (error) {
    if (!(error instanceof MustKeepFromPacking)) throw error;
  }
  try {
    return await work('KEPT_AWAY');
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
  }
  return work('UNDER_WAY');
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '55P03';
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
