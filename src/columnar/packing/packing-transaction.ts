import type pg from 'pg';

/** Does work in a transaction on the connection that holds the packing lock. */
export async function packingTransaction<Result>(
  client: pg.PoolClient,
  work: () => Promise<Result>,
  isolation: 'read committed' | 'repeatable read' = 'read committed',
): Promise<Result> {
  await client.query(`begin isolation level ${isolation}`);
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}
