import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { inTransaction, statement } from '../../postgres/statement.ts';
import { noteChange } from '../log/note-change.ts';
import { requireScope } from '../require-scope.ts';
import type { Viewer } from '../viewer.ts';
import { apiKeySecrets, apiKeys } from './api-key.table.ts';
import type { ApiKey } from './api-key.ts';
import type { Asked } from './create-key.ts';
import { beginChange, lockKey, readKey } from './key-rows.ts';

const value = (name: string) => sql.placeholder(name);
const newest = sql`(select max(created_at) from ${apiKeySecrets} where key_id = ${value('key')})`;

const revokeSecrets = statement<{ keyId: number }>(
  'revoke_api_key_secrets',
  sql`update ${apiKeySecrets} set revoked_at = ${value('now')}
    where key_id = ${value('key')} and revoked_at is null
      and (not ${value('olderOnly')}::boolean or created_at < ${newest}) returning key_id as "keyId"`,
);
const endKey = statement(
  'revoke_api_key',
  sql`update ${apiKeys} set revoked_at = ${value('now')} where id = ${value('key')} and revoked_at is null`,
);

/** A key, and how many of its secrets were valid until now. */
export type RevokedKey = { key: ApiKey; revokedSecrets: number };

/**
 * Ends a key for good with all its secrets; `olderOnly`: all its secrets but the newest, the last step of a rotation. The same again
 * changes nothing.
 */
export async function revokeKey(
  pool: pg.Pool,
  maker: Viewer,
  { name, olderOnly }: { name: string; olderOnly: boolean },
  { now, path }: Asked,
): Promise<RevokedKey> {
  requireScope(maker, 'admin');
  return inTransaction(pool, async (on) => {
    await beginChange(on, maker, now);
    const key = await lockKey(on, maker, name, path);
    const revoked = await revokeSecrets(on, { key: key.id, now, olderOnly });
    if (!olderOnly) await endKey(on, { key: key.id, now });
    if (revoked.length > 0) {
      await noteChange(
        on,
        maker,
        { what: `key ${name} ${olderOnly ? 'left with its newest secret' : 'revoked'}` },
        now,
      );
    }
    return { key: await readKey(on, maker, key.id), revokedSecrets: revoked.length };
  });
}
