import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { maskText } from '../access/masking/mask-text.ts';
import { asItIs, hidden, type Mask } from '../access/masking/row-mask.ts';
import { opensTo } from '../access/opens-to.ts';
import { hasScope, type Viewer } from '../access/viewer.ts';
import { accounts } from '../accounts/account.table.ts';
import { operandSql } from '../calls/list/call-predicate.ts';
import type { CallDimension } from '../graphql/generated/inputs.ts';
import { agents, callGroups, campaigns, customers, virtualNumbers } from '../participants/participants.table.ts';
import { allOf } from '../query/condition.ts';
import type { KeyField } from '../query/predicate.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import type { LocalClock } from '../time/local-clock.ts';
import type { TimeRange } from '../time/range.ts';
import { questionClock } from './question-clock.ts';

/** The key of a group in one dimension: a row's id, a word or a number; null for the calls without one. */
export type Key = number | string | null;

/** What a call's key in a dimension is: a field of it, or what the local clock read when it started. */
export type KeySource = KeyField | 'accountId' | 'direction' | 'disposition' | LocalClock;

/** One way to group calls: where the key is found, and for keys that are ids what they are ordered by. */
export type Dimension = {
  source: KeySource;
  type: SQL;
  /** Stands for a missing key where keys are compared by =; never a key itself. */
  emptyKey: number | string;
  named?: Named;
};
/** The rows that keys name, what tells their account, and what they are ordered by. */
export type Named = {
  table: PgTable & { id: PgColumn };
  account: PgColumn;
  name: PgColumn | SQL<string>;
  /** How the name is shown where numbers are masked; where it is hidden, keys are ordered by id. */
  mask: Mask;
};

type Ids = Exclude<KeySource, LocalClock | 'direction' | 'disposition'>;
const ofId = (source: Ids, named: Named): Dimension => ({
  source,
  type: sql.raw('bigint'),
  emptyKey: 0,
  named,
});
const ofWord = (source: 'direction' | 'disposition'): Dimension => ({
  source,
  type: sql.raw('text'),
  emptyKey: '',
});

const ofAccount = (table: Named['table'] & { accountId: PgColumn }, name: PgColumn, mask: Mask = maskText): Named => ({
  table,
  account: table.accountId,
  name,
  mask,
});

const ofCalls = {
  ACCOUNT: ofId('accountId', {
    table: accounts,
    account: accounts.id,
    name: sql<string>`lower(${accounts.name})`,
    mask: maskText,
  }),
  AGENT: ofId('agentId', ofAccount(agents, agents.nameKey)),
  CAMPAIGN: ofId('campaignId', ofAccount(campaigns, campaigns.nameKey)),
  CALL_GROUP: ofId('callGroupId', ofAccount(callGroups, callGroups.nameKey)),
  VIRTUAL_NUMBER: ofId('virtualNumberId', ofAccount(virtualNumbers, virtualNumbers.number, asItIs)),
  CUSTOMER: ofId('customerId', ofAccount(customers, customers.nameKey, hidden)),
  DIRECTION: ofWord('direction'),
  DISPOSITION: ofWord('disposition'),
};

/** A dimension of a question: hours and weekdays are those of its zone. */
export function dimensionOf(
  name: CallDimension,
  { timeZone, range, db }: { timeZone: string; range: TimeRange; db: Pick<ViewerDatabase, 'viewer'> },
): Dimension {
  if (name !== 'HOUR_OF_DAY' && name !== 'DAY_OF_WEEK') return asSeenBy(db.viewer, ofCalls[name]);
  const source = questionClock(name, { timeZone, range });
  return { source, type: sql.raw('integer'), emptyKey: -1 };
}

function asSeenBy(viewer: Viewer, { named, ...dimension }: Dimension): Dimension {
  return !named || (named.mask === hidden && !hasScope(viewer, 'numbers')) ? dimension : { ...dimension, named };
}

/** The dimension of a field of calls that names a row: how figures of such rows are told apart. */
export function dimensionOfField(source: KeyField): Dimension {
  return { source, type: sql.raw('bigint'), emptyKey: 0 };
}

/** The expression whose value is a call's key as it is compared: never null. */
export function comparableKey({ source, emptyKey, type }: Dimension): SQL {
  return sql`coalesce((${operandSql(source)})::${type}, ${emptyKey}::${type})`;
}

/** A key as the database gives it. */
export function readKey({ emptyKey }: Dimension, raw: unknown): Key {
  if (raw === null) return null;
  return typeof emptyKey === 'number' ? Number(raw) : String(raw);
}

/** What rows that keys name are ordered by, by key, as it is shown; one without a name is null. */
export async function orderTexts(
  db: ViewerDatabase,
  { table, account, name, mask }: Named,
  accountIds: readonly number[],
  keys: readonly Key[],
): Promise<Map<Key, string | null>> {
  const wanted = sql`${account} = any(${sql.param(accountIds)}::integer[])
    and ${table.id} = any(${sql.param(keys)}::bigint[])`;
  const { rows } = await db.read(account, opensTo.figures, (on, own) =>
    on.execute<{ id: string; name: string | null }>(
      sql`select ${table.id} as id, ${name} as name from ${table} where ${allOf([own, wanted])}`,
    ),
  );
  const shown = hasScope(db.viewer, 'numbers') ? asItIs : mask;
  return new Map(rows.map(({ id, name: text }) => [Number(id), text === null ? null : shown(text)]));
}
