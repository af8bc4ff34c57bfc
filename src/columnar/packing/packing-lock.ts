import type pg from 'pg';
import { whileAlone } from '../../postgres/advisory-lock.ts';

/** Tells this lock from those of other purposes. */
const purpose = 1_886_217_067;

/** Does work while nobody else packs calls of the account; null if somebody is. */
export function whilePacking<Result>(
  client: pg.PoolClient,
  account: number,
  work: () => Promise<Result>,
): Promise<Result | null> {
  return whileAlone(client, { purpose, account }, work);
}
