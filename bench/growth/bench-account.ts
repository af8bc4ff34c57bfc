import pg from 'pg';
import { createAccount } from '../../src/accounts/accounts.ts';
import { openDatabase } from '../../src/postgres/client.ts';

const name = 'growth bench';

/** An account for deliveries that are removed again. */
export async function addAccount(url: string): Promise<{ id: number; secret: string }> {
  const { db, close } = openDatabase({ url, name: 'growth bench', max: 1 });
  try {
    const made = await createAccount(db, { name, timeZone: 'Asia/Kolkata', region: 'IN', outgoingAgentLeg: 'LEG_A' });
    if (!made) throw new Error(`an earlier run was broken off: delete what belongs to the account ${name}`);
    return { id: made.account.id, secret: made.secret };
  } finally {
    await close();
  }
}

/** Removes the account and all that was delivered to it. */
export async function removeAccount(url: string, id: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ table: string }>(
      `select c.table_name as table from information_schema.columns c
       where c.table_schema = 'public' and c.column_name = 'account_id'`,
    );
    for (const { table } of rows) await client.query(`delete from "${table}" where account_id = $1`, [id]);
    await client.query('delete from accounts where id = $1', [id]);
  } finally {
    await client.end();
  }
}
