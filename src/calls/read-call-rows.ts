import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Database } from '../db/client.ts';
import { rowReader } from '../db/read-rows.ts';
import type { AskedOfCalls, AskedRelative } from './asked-of-calls.ts';
import { calls } from './call.table.ts';
import { type CallRow, callColumns } from './call-columns.ts';
import { columnOf, relativeColumns, relatives } from './call-relatives.ts';

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
  asked: AskedOfCalls | undefined;
  /** Has one good plan, whatever its values: see runPrepared. */
  isPrepared?: boolean;
};

type Row = Record<string, unknown>;

const readJoined = rowReader<Row>(calls, { ...callColumns, ...relativeColumns } as Record<string, PgColumn>);
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
  const rows = await readJoined(db, inOrder, { names, from: page, isPrepared });
  for (const one of related) attach(rows, one);
  return rows as CallRow[];
}

const namesOf = ({ name, columns }: AskedRelative) => ['id', ...columns].map((column) => columnOf(name, column));

/** Hands each call whom it names, as far as that was asked for: its id, its account and these columns. */
function attach(rows: Row[], { name, columns }: AskedRelative): void {
  const names = columns.map((column) => columnOf(name, column));
  const blank: Row = Object.fromEntries(['id', 'accountId', ...columns].map((column) => [column, undefined]));
  for (const row of rows) {
    const id = row[name];
    if (id === null) continue;
    const relative: Row = { ...blank };
    relative.id = id;
    relative.accountId = row.accountId;
    for (let i = 0; i < columns.length; i++) relative[columns[i] as string] = row[names[i] as string];
    row[name] = relative;
  }
}
