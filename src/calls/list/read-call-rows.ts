import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Database } from '../../postgres/client.ts';
import type { Composed } from '../../postgres/rows/lazy-row.ts';
import { lazyRowReader } from '../../postgres/rows/read-rows.ts';
import { calls } from '../call.table.ts';
import { type CallRow, callColumns } from './call-columns.ts';
import { columnOf, isRelative, type RelativeName, relativeColumns, relatives } from './call-relatives.ts';
import type { RequestedOfCalls, RequestedRelative } from './requested-of-calls.ts';

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
  /** Has one good plan, whatever its values: see runPrepared. */
  isPrepared?: boolean;
};

type Row = Record<string, unknown>;

const readJoined = lazyRowReader<Row>(
  calls,
  { ...callColumns, ...relativeColumns } as Record<string, PgColumn>,
  namedBy,
);
const ownColumns = Object.keys(callColumns);

/** Reads calls and, by the same statement, whom they name and are asked for. */
export async function readCallRows(
  db: Pick<Database, 'execute' | '_'>,
  { where, order, limit, from = sql`${calls}` }: RowsToRead,
  { asked, isPrepared }: ReadRowsOptions,
): Promise<CallRow[]> {
  const inOrder = order ? sql` order by ${order}` : sql``;
  const rest = sql`where ${where}${inOrder}${limit ? sql` limit ${limit}` : sql``}`;
  const related = asked?.relatives ?? [];
  const names = asked ? [...asked.columns, ...related.flatMap(namesOf)] : ownColumns;
  if (related.length === 0) return (await readJoined(db, rest, { names, from, isPrepared })) as CallRow[];
  // Those of the page are found before anything is joined to them: what is joined to all cannot be cut off early.
  const page = sql`(select * from ${from} ${rest}) as ${calls}${sql.join(related.map(({ name }) => relatives[name].join))}`;
  return (await readJoined(db, inOrder, { names, from: page, isPrepared })) as CallRow[];
}

const namesOf = ({ name, columns }: RequestedRelative) => ['id', ...columns].map((column) => columnOf(name, column));

/** Whom a call names, as far as that was asked for: its id, its account and the columns that are read. */
function namedBy(names: readonly string[]): Record<string, Composed> {
  return Object.fromEntries(names.filter(isRelative).map((name) => [name, relativeOf(name, names)]));
}

function relativeOf(name: RelativeName, names: readonly string[]): Composed {
  const columns = Object.keys(relatives[name].columns)
    .map((column) => ({ column, from: columnOf(name, column) }))
    .filter(({ from }) => from !== name && names.includes(from));
  const hasAccount = names.includes('accountId');
  return (id, read) => {
    if (id === null) return null;
    const relative: Row = { id, accountId: hasAccount ? read('accountId') : undefined };
    for (const { column, from } of columns) relative[column] = read(from);
    return relative;
  };
}
