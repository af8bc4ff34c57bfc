import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { accounts } from '../../accounts/account.table.ts';
import { type ArgumentPath, badInput } from '../../errors.ts';
import { inTransaction, statement } from '../../postgres/statement.ts';
import type { Instant } from '../../time/instant.ts';
import { noteChange } from '../log/note-change.ts';
import { requireScope } from '../require-scope.ts';
import type { Viewer } from '../viewer.ts';
import { addKeySecret } from './add-key-secret.ts';
import { apiKeys } from './api-key.table.ts';
import type { IssuedKey } from './api-key.ts';
import { beginChange, readKey } from './key-rows.ts';
import { beyondAccounts, holdToMaker } from './maker-rights.ts';
import { type NewKey, readNewKey } from './read-new-key.ts';

const value = (name: string) => sql.placeholder(name);

const insertKey = statement<{ id: number }>(
  'insert_api_key',
  sql`insert into ${apiKeys} (name, scopes, account_ids, documents_only, budget, created_at, created_by, expires_at)
    values (${value('name')}, ${value('scopes')}::text[], ${value('accountIds')}::integer[], ${value('documentsOnly')},
      ${value('budget')}, ${value('now')}, ${value('maker')}, ${value('expiresAt')})
    on conflict (name) do nothing returning id`,
);
const countAccounts = statement<{ known: number }>(
  'count_accounts_of_key',
  sql`select count(*)::integer as known from ${accounts} where ${accounts.id} = any(${value('ids')}::integer[])`,
);

/** Where what was asked for stands among the arguments, and when. */
export type Asked = { now: Instant; path: ArgumentPath };

/**
 * Makes a key, and says it this once. FORBIDDEN where it would allow more than its maker; a name stays taken for ever, so that
 * what is noted under it is of one key.
 */
export async function createKey(pool: pg.Pool, maker: Viewer, wanted: NewKey, asked: Asked): Promise<IssuedKey> {
  requireScope(maker, 'admin');
  const { now, path } = asked;
  const key = readNewKey(wanted, asked);
  holdToMaker(maker, key, path);
  return inTransaction(pool, async (on) => {
    await beginChange(on, maker, now);
    const ids = key.accountIds ?? [];
    const [counted] = await countAccounts(on, { ids });
    if (counted?.known !== ids.length) throw beyondAccounts(path);
    const [made] = await insertKey(on, { ...key, now, maker: maker.name });
    if (!made) {
      throw badInput(
        [...path, 'name'],
        'is taken, perhaps by a key that was revoked or has expired: its name stays its own',
        'a name that no key ever had',
      );
    }
    const secret = await addKeySecret(on, made.id, now);
    await noteChange(on, maker, { what: `key ${key.name} made` }, now);
    return { key: await readKey(on, maker, made.id), secret };
  });
}
