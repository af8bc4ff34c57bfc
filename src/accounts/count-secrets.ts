import { count } from 'drizzle-orm';
import type { Database } from '../postgres/client.ts';
import { accountSecrets } from './account-secret.table.ts';

/** How many secrets are stored, by account. */
export async function countSecrets(db: Database): Promise<Map<number, number>> {
  const rows = await db
    .select({ id: accountSecrets.accountId, secrets: count() })
    .from(accountSecrets)
    .groupBy(accountSecrets.accountId);
  return new Map(rows.map(({ id, secrets }) => [id, secrets]));
}
