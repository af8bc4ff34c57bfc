import type pg from 'pg';

/**
 * Does work of a purpose while nobody else, in any instance, does such work for the account; null if somebody is at it.
 * The connection holds the lock meanwhile, and may be used.
 */
export async function whileAlone<Result>(
  client: pg.PoolClient,
  { purpose, account }: { purpose: number; account: number },
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
