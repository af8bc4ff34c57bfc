import { sql } from 'drizzle-orm';
import { opensTo } from '../../access/opens-to.ts';
import { requireOpened } from '../../access/require-scope.ts';
import type { CallFilter } from '../../graphql/generated/inputs.ts';
import { allOf } from '../../query/condition.ts';
import { allOf as allPredicates, type Predicate } from '../../query/predicate.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';
import { calls } from '../call.table.ts';
import type { CallRow } from './call-columns.ts';
import { callPredicate } from './call-filter.ts';
import { callSql } from './call-predicate.ts';
import { callMask, columnsToMask } from './mask-call.ts';
import { type RequestedOfCalls, streamCallRows } from './read-call-rows.ts';

export type CallStreamInput = {
  filter?: CallFilter | null | undefined;
  /** Where numbers in the filter are read that have no country code. */
  region: string;
  /** Narrows them beyond the filter. */
  within: Predicate;
  /** Only those whose id comes after this one. */
  after: number | null;
  /** At most so many; null: all. */
  limit: number | null;
  asked: RequestedOfCalls;
};

/**
 * All calls that a filter matches, by id, which neither a later report nor a new name changes: page by page, as fast as they are
 * taken. FORBIDDEN without the scope calls.
 */
export function streamCalls(
  db: ViewerDatabase,
  { filter, region, within, after, limit, asked }: CallStreamInput,
): AsyncIterable<CallRow[]> {
  requireOpened(db.viewer, opensTo.calls);
  const filtered = callPredicate(filter, { region, ids: db.seals.ids, viewer: db.viewer });
  const columns = columnsToMask(db.viewer, ['id', 'accountId', ...asked.columns]);
  const maskCall = callMask(db.viewer);
  const rows = db.read(calls.accountId, opensTo.calls, (on, own) => {
    const beyond = after === null ? [] : [sql`${calls.id} > ${after}::bigint`];
    const where = allOf([own, callSql(allPredicates(within, filtered)), ...beyond]);
    return streamCallRows(on, { where, ...(limit !== null && { limit: sql`${limit}` }) }, { ...asked, columns });
  });
  return maskCall ? masked(rows, maskCall) : rows;
}

async function* masked(pages: AsyncIterable<CallRow[]>, mask: (call: CallRow) => CallRow): AsyncGenerator<CallRow[]> {
  for await (const rows of pages) yield rows.map(mask);
}
