import { createHash } from 'node:crypto';
import { getTableName, type SQL, sql } from 'drizzle-orm';
import { type PgColumn, PgDialect, type PgTable } from 'drizzle-orm/pg-core';
import type { ReadDatabase, SentRow } from '../client.ts';
import { readerOf } from '../columns.ts';
import { literalOf, rowsOfPage } from './copy-pages.ts';

/** Rows that are read along with those of a table: each stands in its row under this name, null where there is none. */
export type Joined = { name: string; columns: readonly string[] };

type Columns = Readonly<Record<string, PgColumn>>;
type Row = Record<string, unknown>;

export type RowOptions = {
  /** Those that are read, by their names in TypeScript. Default: all of the table. */
  columns?: readonly string[] | undefined;
  joined?: readonly Joined[] | undefined;
  /** What stands in place of the table: a part of it, or more. */
  from?: SQL;
  /**
   * Has each connection prepare the statement once: the database then neither reads nor, mostly, plans it again, which is
   * most of what a page costs it. For statements with one good plan, whatever their values.
   */
  isPrepared?: boolean | undefined;
};

/** Reads rows: `select <columns> from <table> <rest>`. */
export type RowReader<Row> = (db: Pick<ReadDatabase, 'readTexts'>, rest: SQL, options?: RowOptions) => Promise<Row[]>;

/** What is worked out once for each choice of columns: how they are asked for, and what row is made of what was sent. */
type Reading = { list: SQL; rowOf: (sent: SentRow) => Row };

const dialect = new PgDialect();

/** Writes values into statements that take no parameters. */
class LiteralDialect extends PgDialect {
  override escapeParam(_number: number, value?: unknown): string {
    return literalOf(value);
  }
}
const literally = new LiteralDialect();

/**
 * Makes the reader of a table's rows, and of what it may be joined with. A column of a type that is not known here is an
 * error at once. For lists: what the query builder does anew for every statement and every value is done once.
 */
export function rowReader<Row extends object>(
  table: PgTable,
  columns: Readonly<Record<keyof Row & string, PgColumn>>,
  joinable: Readonly<Record<string, Columns>> = {},
): RowReader<Row> {
  const readingOf = readingsOf(columns, joinable);
  const whole = sql`${table}`;
  const all = Object.keys(columns);
  return async (db, rest, { columns: names = all, joined = [], from = whole, isPrepared = false } = {}) => {
    const { list, rowOf } = readingOf(names, joined);
    const { sql: text, params: values } = dialect.sqlToQuery(sql`select ${list} from ${from} ${rest}`);
    const sent = await db.readTexts({ name: isPrepared ? nameOfStatement(text) : undefined, text, values });
    return sent.map(rowOf) as Row[];
  };
}

/** Reads rows, however many, page by page: `select <columns> from <from>`. */
export type RowStream<Row> = (
  db: Pick<ReadDatabase, 'copyPages'>,
  from: SQL,
  options: Required<Pick<RowOptions, 'columns' | 'joined'>>,
) => AsyncIterable<Row[]>;

/** Makes the same for rows that are more than memory has room for. */
export function rowStream<Row extends object>(
  columns: Readonly<Record<keyof Row & string, PgColumn>>,
  joinable: Readonly<Record<string, Columns>> = {},
): RowStream<Row> {
  const readingOf = readingsOf(columns, joinable);
  return async function* (db, from, { columns: names = [], joined = [] }) {
    const { list, rowOf } = readingOf(names, joined);
    const { sql: text } = literally.sqlToQuery(sql`select ${list} from ${from}`);
    for await (const page of db.copyPages(text)) yield rowsOfPage(page).map(rowOf) as Row[];
  };
}

/** What is worked out once for each choice of columns. */
function readingsOf(columns: Columns, joinable: Readonly<Record<string, Columns>>) {
  for (const of of [columns, ...Object.values(joinable)]) Object.values<PgColumn>(of).forEach(readerOf);
  const all = Object.keys(columns);
  const readings = new Map<string, Reading>();
  return (names: readonly string[], joined: readonly Joined[]): Reading => {
    const key = `${names} ${joined.map(({ name, columns }) => `${name}:${columns}`).join(' ')}`;
    const known = readings.get(key);
    if (known) return known;
    // In one order, whatever the order in which they are asked for: the text of a statement tells it from others.
    const chosen = all.filter((name) => names.includes(name));
    const made = makeReading({ columns, joinable }, chosen, joined);
    readings.set(key, made);
    return made;
  };
}

function makeReading(
  { columns, joinable }: { columns: Columns; joinable: Readonly<Record<string, Columns>> },
  names: readonly string[],
  joined: readonly Joined[],
): Reading {
  const selected: string[] = [];
  const add = (of: Columns, name: string, as: string) => {
    const column = of[name];
    if (!column) throw new Error(`no column ${as}`);
    const place = selected.push(`"${getTableName(column.table)}"."${column.name}" as "${as}"`) - 1;
    return { name, place, read: readerOf(column) };
  };
  const own = names.map((name) => add(columns, name, name));
  const others = joined.map(({ name, columns: below }) => {
    const of = joinable[name] ?? {};
    const id = add(of, 'id', name);
    return { name, place: id.place, values: [id, ...below.map((column) => add(of, column, `${name}.${column}`))] };
  });
  const rowOf = (values: typeof own, sent: SentRow) => {
    const row: Row = {};
    for (let i = 0; i < values.length; i++) {
      const { name, place, read } = values[i] as (typeof own)[number];
      const text = sent[place] as string | null;
      row[name] = text === null ? null : read(text);
    }
    return row;
  };
  const wholeRowOf = (sent: SentRow) => {
    const row = rowOf(own, sent);
    for (const { name, place, values } of others) row[name] = sent[place] === null ? null : rowOf(values, sent);
    return row;
  };
  return { list: sql.raw(selected.join(', ')), rowOf: wholeRowOf };
}

/** A connection keeps every statement it has prepared: what is asked in more ways than this is asked unprepared. */
const maxStatements = 500;
const names = new Map<string, string>();

/** The name under which each connection prepares a statement; none for one too many. */
function nameOfStatement(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= maxStatements) return known;
  const name = createHash('sha256').update(text).digest('base64url');
  names.set(text, name);
  return name;
}
