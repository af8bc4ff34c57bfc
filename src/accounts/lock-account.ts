import { sql } from 'drizzle-orm';
import { statement, type Transaction } from '../postgres/statement.ts';

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
