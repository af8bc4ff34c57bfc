import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Viewer } from '../access/viewer.ts';
import { type Condition, everything, inBothForms } from './condition.ts';

/** The one meaning of "of the viewer's accounts": holds for rows whose account, told by a column, the viewer may see. */
export function visibleTo({ accounts }: Viewer, account: PgColumn): Condition {
  if (accounts === 'all') return everything;
  return inBothForms(ofAccounts(account, accounts), { of: 'accountId', in: accounts });
}

function ofAccounts(account: PgColumn, ids: readonly number[]): SQL {
  // Only a plain "=" lets an index that begins with the account give the rows in the order of the list.
  return ids.length === 1 ? sql`${account} = ${ids[0]}::integer` : sql`${account} = any(${sql.param(ids)}::integer[])`;
}
