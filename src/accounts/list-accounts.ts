import { sql } from 'drizzle-orm';
import type { Database } from '../postgres/client.ts';
import { type Account, accounts } from './account.table.ts';

/** All accounts, by name. */
// async: a query of drizzle alone would run anew each time it is awaited.
export async function listAccounts(db: Database): Promise<Account[]> {
  return db.select().from(accounts).orderBy(sql`lower(${accounts.name}) collate "C"`, accounts.id);
}
