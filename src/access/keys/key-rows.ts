import { sql } from 'drizzle-orm';
import { AppError, type ArgumentPath } from '../../errors.ts';
import { statement } from '../../postgres/statement.ts';
import type { Viewer } from '../viewer.ts';
import { apiKeySecrets, apiKeys } from './api-key.table.ts';
import type { ApiKey } from './api-key.ts';

const columns = sql`${apiKeys.id} as "id", ${apiKeys.name} as "name", ${apiKeys.scopes} as "scopes",
  ${apiKeys.accountIds} as "accountIds", ${apiKeys.documentsOnly} as "documentsOnly", ${apiKeys.budget} as "budget",
  ${apiKeys.createdAt} as "createdAt", ${apiKeys.createdBy} as "createdBy", ${apiKeys.expiresAt} as "expiresAt",
  ${apiKeys.revokedAt} as "revokedAt", ${apiKeys.lastUsedAt} as "lastUsedAt",
  (select count(*)::integer from ${apiKeySecrets}
    where ${apiKeySecrets.keyId} = ${apiKeys.id} and ${apiKeySecrets.revokedAt} is null) as "secrets"`;

// A key of all accounts has none that it names, and is for those alone who see all.
const ofMaker = sql`(${sql.placeholder('all')}::boolean or coalesce(${apiKeys.accountIds} <@ ${sql.placeholder('accounts')}::integer[], false))`;

const readAll = statement<ApiKey>(
  'read_api_keys',
  sql`select ${columns} from ${apiKeys} where ${ofMaker} order by lower(${apiKeys.name}) collate "C", ${apiKeys.id}`,
);
const readOne = statement<ApiKey>(
  'read_api_key',
  sql`select ${columns} from ${apiKeys} where ${apiKeys.id} = ${sql.placeholder('id')}`,
);
const lockOne = statement<{ id: number }>(
  'lock_api_key',
  sql`select ${apiKeys.id} as "id" from ${apiKeys} where ${apiKeys.name} = ${sql.placeholder('name')} and ${ofMaker} for update`,
);

type On = Parameters<typeof readAll>[0];

/** The keys whose accounts all lie in those of whoever asks, by name. */
export function readKeys(on: On, maker: Viewer): Promise<ApiKey[]> {
  return readAll(on, scopeOf(maker));
}

/** One of them, which nobody else changes until the transaction ends; NOT_FOUND for any other, whether it is there or not. */
export async function lockKey(on: On, maker: Viewer, name: string, path: ArgumentPath): Promise<ApiKey> {
  const [locked] = await lockOne(on, { ...scopeOf(maker), name });
  if (locked) return readKey(on, locked.id);
  const argument = [...path, 'name'];
  throw new AppError('NOT_FOUND', `${argument.join('.')}: names no key.`, { argument });
}

/** A key as it is now, in a transaction that has made or locked it. */
export async function readKey(on: On, id: number): Promise<ApiKey> {
  const [key] = await readOne(on, { id });
  if (!key) throw new Error('a key that was locked is not there');
  return key;
}

function scopeOf({ accounts }: Viewer): { all: boolean; accounts: readonly number[] } {
  return accounts === 'all' ? { all: true, accounts: [] } : { all: false, accounts };
}
