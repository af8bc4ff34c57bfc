import { getTableName, type SQL, sql } from 'drizzle-orm';
import type { ReadDatabase } from '../../postgres/client.ts';
import { rowReader, rowStream } from '../../postgres/rows/read-rows.ts';
import { type ConnectionInfo, type RequestedFields, requestedFields } from '../../query/requested-fields.ts';
import { calls } from '../call.table.ts';
import { type CallColumn, type CallRow, callColumns } from './call-columns.ts';
import { type RelativeName, relatives } from './call-relatives.ts';
import { waitColumns } from './waiting.ts';

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

const streamJoined = rowStream<Pick<CallRow, CallColumn>>(
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

/** Reads calls that are more than memory has room for, by id, and whom they name. */
export function streamCallRows(
  db: Pick<ReadDatabase, 'copyPages'>,
  { where, limit }: Pick<RowsToRead, 'where' | 'limit'>,
  { columns, relatives: joined }: RequestedOfCalls,
): AsyncIterable<CallRow[]> {
  const order = sql` order by ${calls.id}`;
  const those = sql`(select * from ${whole} where ${where}${order}${limit ? sql` limit ${limit}` : sql``}) as ${whole}`;
  // They are in this order already where each row's relatives are looked up, and the planner knows.
  const from = sql`${those}${sql.join(joined.map(({ name }) => relatives[name].join))}${order}`;
  return streamJoined(db, from, { columns, joined });
}

/** What a page of calls is asked for: columns of calls, and of whom they name. */
export type RequestedOfCalls = {
  columns: readonly CallColumn[];
  relatives: readonly { name: RelativeName; columns: readonly string[] }[];
};

const known = new WeakMap<ConnectionInfo['fieldNodes'], RequestedOfCalls>();

/** What of its calls a connection is asked for. */
export function requestedOfCalls(info: ConnectionInfo): RequestedOfCalls {
  const before = known.get(info.fieldNodes);
  if (before) return before;
  const requested = withSources(requestedFields(info));
  const asked = {
    columns: namesOf(callColumns).filter((name) => requested.has(name)),
    relatives: namesOf(relatives).flatMap((name) => {
      const below = requested.get(name);
      return below ? [{ name, columns: columnsOf(name, below) }] : [];
    }),
  };
  known.set(info.fieldNodes, asked);
  return asked;
}

/** With what fields that are no columns are told by: a pseudonym by the customer, a wait by what waitingSeconds looks at. */
function withSources(requested: RequestedFields): RequestedFields {
  const pseudonym = requested.has('customerPseudonym');
  if (!pseudonym && !requested.has('waitingSeconds')) return requested;
  const sources = new Map(requested);
  if (pseudonym) sources.set('customer', new Set([...(requested.get('customer') ?? []), 'pseudonym']));
  if (requested.has('waitingSeconds')) for (const column of waitColumns) sources.set(column, new Set());
  return sources;
}

/** What of a relative is asked for beside its id: its account too, with which whatever has no column begins. */
function columnsOf(name: RelativeName, requested: ReadonlySet<string>): string[] {
  const { columns } = relatives[name];
  const isMore = [...requested].some((field) => !Object.hasOwn(columns, field));
  return namesOf(columns)
    .filter((column) => requested.has(column) || (isMore && column === 'accountId'))
    .filter((column) => column !== 'id');
}

const namesOf = <Name extends string>(of: Readonly<Record<Name, unknown>>) => Object.keys(of) as Name[];
