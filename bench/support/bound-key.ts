import { randomBytes } from 'node:crypto';
import { createKey } from '../../src/access/keys/create-key.ts';
import { administrator } from '../../src/access/viewer.ts';
import { openDatabase } from '../../src/postgres/client.ts';
import { instantOf } from '../../src/time/instant.ts';

/** A new key of a database's only account, by which numbers are masked. */
export async function makeBoundKey(url: string): Promise<string> {
  const { pool, close } = openDatabase({ url, name: 'bench', max: 1 });
  try {
    const { rows } = await pool.query<{ id: number }>('select id from accounts order by id limit 1');
    const { secret } = await createKey(
      pool,
      administrator,
      {
        name: `bench ${randomBytes(6).toString('hex')}`,
        scopes: ['calls', 'metrics'],
        accountIds: rows.map(({ id }) => id),
        documentsOnly: false,
        budget: null,
        expiresAt: null,
      },
      { now: instantOf(Date.now()), path: [] },
    );
    return secret;
  } finally {
    await close();
  }
}
