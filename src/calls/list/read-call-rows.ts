import { getTableName, type SQL, sql } from 'drizzle-orm';
import type { ReadDatabase } from '../../postgres/client.ts';
import { rowReader } from '../../postgres/rows/read-rows.ts';
import { calls } from '../call.table.ts';
import { type CallColumn, type CallRow, callColumns } from './call-columns.ts';
import { relatives } from './call-relatives.ts';
import type { RequestedOfCalls } from './requested-of-calls.ts';

/** Which calls: a statement's parts from its `where` on. */
export type RowsToRead = {
  where: SQL;
  order?: SQL;
  limit?: SQL;
  /** What stands in place of all calls: a part of them. */
  from?: SQL;
};

export type ReadRowsOptions = {
  /** Default: all columns, and nobody whom the calls name. */
  asked: RequestedOfCalls | undefined;
  /** Has one good plan, whatever its values: see rowReader. */
  isPrepared?: boolean;
};

const readJoined = rowReader<Pick<CallRow, CallColumn>>(
  calls,
  callColumns,
  Object.fromEntries(Object.entries(relatives).map(([name, { columns }]) => [name, columns])),
);

const whole = sql.raw(`"${getTableName(calls)}"`);

/** Reads calls and, by the same statement, whom they name and are asked for. */
export async function readCallRows(
  db: Pick<ReadDatabase, 'readTexts'>,
  { where, order, limit, from = whole }: RowsToRead,
  { asked, isPrepared }: ReadRowsOptions,
): Promise<CallRow[]> {
  const inOrder = order ? sql` order by ${order}` : sql``;
  const rest = sql`where ${where}${inOrder}${limit ? sql` limit ${limit}` : sql``}`;
  const joined = asked?.relatives ?? [];
  const options = { columns: asked?.columns, joined, isPrepared };
  if (joined.length === 0) return readJoined(db, rest, { ...options, from });
  // Those of the page are found before anything is joined to them: what is joined to all cannot be cut off early.
  const page = sql`(select * from ${from} ${rest}) as ${whole}${sql.join(joined.map(({ name }) => relatives[name].join))}`;
  return readJoined(db, inOrder, { ...options, from: page });
}
