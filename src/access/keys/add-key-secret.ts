import { sql } from 'drizzle-orm';
import { statement, type Transaction } from '../../postgres/statement.ts';
import { sha256 } from '../../sha256.ts';
import type { Instant } from '../../time/instant.ts';
import { apiKeySecrets } from './api-key.table.ts';
import { makeKeyText } from './key-text.ts';

const value = (name: string) => sql.placeholder(name);

// Later than all others of the key, so that it is known which is the newest.
const insertSecret = statement(
  'insert_api_key_secret',
  sql`insert into ${apiKeySecrets} (key_id, secret_hash, created_at)
    select ${value('key')}::integer, ${value('hash')}::bytea,
      greatest(${value('now')}::timestamptz, max(created_at) + interval '1 millisecond')
    from ${apiKeySecrets} where key_id = ${value('key')}::integer`,
);

/** Makes what is presented for a key, and says it. Kept is its SHA-256 alone: it is long and random, so a slow hash would add nothing. */
export async function addKeySecret(on: Transaction, keyId: number, now: Instant): Promise<string> {
  const text = makeKeyText();
  await insertSecret(on, { key: keyId, hash: sha256(text), now });
  return text;
}
