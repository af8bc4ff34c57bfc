import { sql } from 'drizzle-orm';
import { AppError, type ArgumentPath } from '../../errors.ts';
import { statement } from '../../postgres/statement.ts';
import type { Instant } from '../../time/instant.ts';
import { noLongerValid } from '../unauthenticated.ts';
import { type Viewer, viewersWithoutKey } from '../viewer.ts';
import { apiKeySecrets, apiKeys } from './api-key.table.ts';
import type { ApiKey } from './api-key.ts';

// A key of all accounts has none that it names, and is for those alone who see all.
const ofMaker = sql`(${sql.placeholder('all')}::boolean or coalesce(${apiKeys.accountIds} <@ ${sql.placeholder('accounts')}::integer[], false))`;

/** Who made a key; of a key that whoever asks does not see, not its name. */
const maker = sql`case when ${sql.placeholder('all')}::boolean or ${apiKeys.createdBy} = any(${sql.placeholder('withoutKey')}::text[])
  or exists (select from ${apiKeys} as maker where maker.name = ${apiKeys.createdBy}
    and maker.account_ids <@ ${sql.placeholder('accounts')}::integer[]) then ${apiKeys.createdBy} else 'another key' end`;

const columns = sql`${apiKeys.id} as "id", ${apiKeys.name} as "name", ${apiKeys.scopes} as "scopes",
  ${apiKeys.accountIds} as "accountIds", ${apiKeys.documentsOnly} as "documentsOnly", ${apiKeys.budget} as "budget",
  ${apiKeys.createdAt} as "createdAt", ${maker} as "createdBy", ${apiKeys.expiresAt} as "expiresAt",
  ${apiKeys.revokedAt} as "revokedAt", ${apiKeys.lastUsedAt} as "lastUsedAt",
  (select count(*)::integer from ${apiKeySecrets}
    where ${apiKeySecrets.keyId} = ${apiKeys.id} and ${apiKeySecrets.revokedAt} is null) as "secrets"`;

const readAll = statement<ApiKey>(
  'read_api_keys',
  sql`select ${columns} from ${apiKeys} where ${ofMaker} order by lower(${apiKeys.name}) collate "C", ${apiKeys.id}`,
);
const readOne = statement<ApiKey>(
  'read_api_key',
  sql`select ${columns} from ${apiKeys} where ${apiKeys.id} = ${sql.placeholder('id')}`,
);
/** Changes of keys are made one after another; reading goes on. */
const lockAll = statement('lock_api_keys', sql`lock table ${apiKeys} in share row exclusive mode`);
const findEnded = statement<{ id: number }>(
  'find_ended_api_key',
  sql`select ${apiKeys.id} as "id" from ${apiKeys} where ${apiKeys.name} = ${sql.placeholder('name')}
    and (${apiKeys.revokedAt} is not null or ${apiKeys.expiresAt} <= ${sql.placeholder('now')})`,
);
const lockOne = statement<{ id: number }>(
  'lock_api_key',
  sql`select ${apiKeys.id} as "id" from ${apiKeys} where ${apiKeys.name} = ${sql.placeholder('name')} and ${ofMaker} for update`,
);

type On = Parameters<typeof readAll>[0];

/**
 * Begins a change of keys. UNAUTHENTICATED where the key that asks has ended meanwhile: who it was let in for a moment longer
 * must not leave heirs.
 */
export async function beginChange(on: On, maker: Viewer, now: Instant): Promise<void> {
  await lockAll(on, {});
  const [ended] = await findEnded(on, { name: maker.name, now });
  if (ended) throw noLongerValid();
}

/** The keys whose accounts all lie in those of whoever asks, by name. */
export function readKeys(on: On, maker: Viewer): Promise<ApiKey[]> {
  return readAll(on, scopeOf(maker));
}

/** One of them, which nobody else changes until the transaction ends; NOT_FOUND for any other, whether it is there or not. */
export async function lockKey(on: On, maker: Viewer, name: string, path: ArgumentPath): Promise<ApiKey> {
  const isName = name.isWellFormed() && !name.includes('\0');
  const [locked] = isName ? await lockOne(on, { ...scopeOf(maker), name }) : [];
  if (locked) return readKey(on, maker, locked.id);
  const argument = [...path, 'name'];
  throw new AppError('NOT_FOUND', `${argument.join('.')}: names no key.`, { argument });
}

/** A key as it is now, in a transaction that has made or locked it. */
export async function readKey(on: On, maker: Viewer, id: number): Promise<ApiKey> {
  const [key] = await readOne(on, { ...scopeOf(maker), id });
  if (!key) throw new Error('a key that was locked is not there');
  return key;
}

function scopeOf({ accounts }: Viewer) {
  const withoutKey = viewersWithoutKey;
  return accounts === 'all' ? { all: true, accounts: [], withoutKey } : { all: false, accounts, withoutKey };
}
