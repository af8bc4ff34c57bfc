import { getTableName, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../client.ts';
import { readTimestamp } from '../columns.ts';
import { nameOfStatement, runPrepared } from '../run-prepared.ts';
import { writeStatement } from '../write-statement.ts';
import { type Composed, type LazyRowClass, lazyRowClass, type SentColumns } from './lazy-row.ts';
import { queryRows } from './query-rows.ts';

/**
 * Reads rows of one table: `select <columns> from <table> <rest>`. Without names, all of the reader's columns; with
 * names, those alone are there. For lists: what the query builder does anew for every statement and every value is done once.
 */
export type RowReader<Row> = (
  db: Pick<Database, 'execute' | '_'>,
  rest: SQL,
  options?: {
    names?: Iterable<keyof Row> | undefined;
    /** What stands in place of the table: a part of it, or more. */
    from?: SQL;
    /** Has one good plan, whatever its values: see runPrepared. */
    isPrepared?: boolean;
  },
) => Promise<Row[]>;

type Reading = { list: SQL; columns: SentColumns; conversions: [string, (text: string) => unknown][] };

/** Makes the reader of some columns of a table, and of what it may be joined with, by their names in TypeScript. */
export function rowReader<Row extends object>(table: PgTable, columns: Record<keyof Row, PgColumn>): RowReader<Row> {
  const readingOf = readingsOf(columns);
  return async (db, rest, { names, from = sql`${table}`, isPrepared = false } = {}) => {
    const { list, conversions } = readingOf(names);
    const query = sql`select ${list} from ${from} ${rest}`;
    const rows = isPrepared
      ? await runPrepared<Record<string, unknown>>(db, query)
      : (await db.execute<Record<string, unknown>>(query)).rows;
    // Plain loops: this is run for every value of every page.
    for (let c = 0; c < conversions.length; c++) {
      const [name, convert] = conversions[c] as Reading['conversions'][number];
      for (let r = 0; r < rows.length; r++) {
        const row = rows[r] as Record<string, unknown>;
        const value = row[name];
        if (value !== null) row[name] = convert(value as string);
      }
    }
    return rows as Row[];
  };
}

/**
 * The same, of rows whose values are made when they are asked for. `compose` says what stands for columns that belong
 * together, by the names of all that are read.
 */
export function lazyRowReader<Row extends object>(
  table: PgTable,
  columns: Record<keyof Row, PgColumn>,
  compose: (names: readonly string[]) => Readonly<Record<string, Composed>>,
): RowReader<Row> {
  const readingOf = readingsOf(columns);
  const classes = new WeakMap<Reading, LazyRowClass>();
  const classOf = (reading: Reading) => {
    const known = classes.get(reading);
    if (known) return known;
    const made = lazyRowClass(reading.columns, compose(reading.columns.map(([name]) => name)));
    classes.set(reading, made);
    return made;
  };
  return async (db, rest, { names, from = sql`${table}`, isPrepared = false } = {}) => {
    const reading = readingOf(names);
    const { sql: text, params: values } = writeStatement(sql`select ${reading.list} from ${from} ${rest}`);
    const sent = await queryRows(db, { name: isPrepared ? nameOfStatement(text) : undefined, text, values });
    const LazyRow = classOf(reading);
    return sent.map((row) => new LazyRow(row)) as object[] as Row[];
  };
}

/** Works out once for each choice of columns how they are read. */
function readingsOf<Row extends object>(columns: Record<keyof Row, PgColumn>) {
  const allNames = Object.keys(columns) as (keyof Row & string)[];
  const readings = new Map<string, Reading>();
  return (names: Iterable<keyof Row> | undefined): Reading => {
    const wanted = names && new Set(names);
    const chosen = wanted ? allNames.filter((name) => wanted.has(name)) : allNames;
    const key = chosen.join();
    const reading = readings.get(key) ?? makeReading(chosen.map((name) => [name, columns[name]]));
    readings.set(key, reading);
    return reading;
  };
}

function makeReading(columns: SentColumns): Reading {
  const list = columns
    .map(([name, column]) => `"${getTableName(column.table)}"."${column.name}" as "${name}"`)
    .join(', ');
  const conversions = columns.flatMap(([name, column]): Reading['conversions'] => {
    const type = column.getSQLType();
    if (type.startsWith('timestamp')) return [[name, readTimestamp]];
    return type === 'bigint' ? [[name, Number]] : [];
  });
  return { list: sql.raw(list), columns, conversions };
}
