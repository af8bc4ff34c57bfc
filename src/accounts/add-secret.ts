import { randomBytes } from 'node:crypto';
import type { Database } from '../postgres/client.ts';
import { instantOf } from '../time/instant.ts';
import { accountSecrets } from './account-secret.table.ts';
import { hashSecret } from './secret-hash.ts';

/** Makes a secret of an account. Only its hash is kept: whoever loses it needs another one. */
export async function addSecret(db: Database, accountId: number): Promise<string> {
  const secret = randomBytes(24).toString('base64url');
  await db
    .insert(accountSecrets)
    .values({ accountId, secretHash: hashSecret(secret), createdAt: instantOf(Date.now()) });
  return secret;
}
