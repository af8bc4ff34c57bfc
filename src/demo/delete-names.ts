import { sql } from 'drizzle-orm';
import { apiKeySecrets, apiKeys } from '../access/keys/api-key.table.ts';
import { accessLog } from '../access/log/access-log.table.ts';
import { statement, type Transaction } from '../postgres/statement.ts';
import { namesRowOf } from './account-rows.ts';

type On = Parameters<typeof deleteEntries>[0];

const accounts = sql`${sql.placeholder('accounts')}::integer[]`;
const isOfThese = (column: 'account_ids') => {
  const ids = sql.raw(column);
  return sql`(cardinality(${ids}) > 0 and ${ids} <@ ${accounts})`;
};
const withoutThese = sql`array(select one from unnest(account_ids) as one where one <> all(${accounts}))`;

const lockKeys = statement('lock_keys_of_demo', sql`lock table ${apiKeys} in share row exclusive mode`);
const findKeys = statement<{ id: number; name: string; isLast: boolean }>(
  'find_keys_of_demo',
  sql`select id, name, not exists (select from ${apiKeys} as other
      where not (coalesce(cardinality(other.account_ids), 0) > 0 and other.account_ids <@ ${accounts})) as "isLast"
    from ${apiKeys} where ${isOfThese('account_ids')} order by id`,
);
const deleteSecrets = statement(
  'delete_secrets_of_demo_keys',
  sql`delete from ${apiKeySecrets} where key_id = any(${sql.placeholder('keys')}::integer[])`,
);
const deleteKeys = statement(
  'delete_keys_of_demo',
  sql`delete from ${apiKeys} where id = any(${sql.placeholder('keys')}::integer[])`,
);
const endKey = statement(
  'end_last_key_of_demo',
  sql`update ${apiKeys} set name = 'removed with the demo', account_ids = '{}', revoked_at = coalesce(revoked_at, now())
    where id = ${sql.placeholder('key')}`,
);
const narrowKeys = statement(
  'narrow_keys_of_demo',
  sql`update ${apiKeys} set account_ids = ${withoutThese} where account_ids && ${accounts}`,
);

const deleteEntries = statement(
  'delete_log_of_demo_keys',
  sql`delete from ${accessLog} where ${isOfThese('account_ids')}
    or split_part(change, ' ', 1) = 'key' and exists (select from unnest(${sql.placeholder('names')}::text[]) as name
      where starts_with(change, 'key ' || name || ' '))`,
);
const narrowEntries = statement(
  'narrow_log_of_demo_keys',
  sql`update ${accessLog} set account_ids = ${withoutThese} where account_ids && ${accounts}`,
);
const deleteChanges = statement(
  'delete_log_of_demo_rows',
  sql`delete from ${accessLog} where ${namesRowOf(sql.placeholder('account'), 'changed_type', 'changed_id')}`,
);

/** The keys that open these accounts and no other. */
export async function keysOfAccounts(on: On, ids: readonly number[]): Promise<string[]> {
  return (await findKeys(on, { accounts: ids })).map(({ name }) => name);
}

/**
 * Deletes the keys that open these accounts and no other, and takes these accounts from other keys. Where no key would be
 * left, one stays, without name and ended: that there was one decides whether keys are required.
 */
export async function deleteKeysOfAccounts(on: Transaction, ids: readonly number[]): Promise<string[]> {
  await lockKeys(on, {});
  const found = await findKeys(on, { accounts: ids });
  const keys = found.map(({ id }) => id);
  await deleteSecrets(on, { keys });
  const last = found.find(({ isLast }) => isLast);
  if (last) await endKey(on, { key: last.id });
  await deleteKeys(on, { keys: keys.filter((id) => id !== last?.id) });
  await narrowKeys(on, { accounts: ids });
  return found.map(({ name }) => name);
}

/** Deletes what the access log has of the rows of an account, as long as they are there. */
export async function deleteChangesOf(on: On, account: number): Promise<void> {
  await deleteChanges(on, { account });
}

/** Deletes what the access log has of keys of these accounts alone, and takes the accounts from its other entries. */
export async function deleteLogOf(on: On, ids: readonly number[], names: readonly string[]): Promise<void> {
  await deleteEntries(on, { accounts: ids, names });
  await narrowEntries(on, { accounts: ids });
}
