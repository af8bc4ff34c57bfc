import type { SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Viewer } from '../access/viewer.ts';
import { everything, type Predicate } from './predicate.ts';
import { predicateSql } from './predicate-sql.ts';

/** The one meaning of "of the viewer's accounts": holds for what belongs to accounts that the viewer may see. */
export function visibleTo({ accounts }: Viewer): Predicate<'accountId'> {
  return accounts === 'all' ? everything : { of: 'accountId', in: accounts };
}

/** The same for rows whose account is told by a column. */
export function visibleSql(viewer: Viewer, account: PgColumn): SQL {
  return predicateSql(visibleTo(viewer), () => ({ kind: 'id', value: account, isInteger: true }));
}
