import { getTableName, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Database } from './client.ts';
import { readTimestamp } from './columns.ts';
import { runPrepared } from './run-prepared.ts';

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

type Reading = { list: SQL; conversions: [string, (text: string) => unknown][] };

/** Makes the reader of some columns of a table, and of what it may be joined with, by their names in TypeScript. */
export function rowReader<Row extends object>(table: PgTable, columns: Record<keyof Row, PgColumn>): RowReader<Row> {
  const allNames = Object.keys(columns) as (keyof Row & string)[];
  const readings = new Map<string, Reading>();
  const readingOf = (names: Iterable<keyof Row> | undefined): Reading => {
    const wanted = names && new Set(names);
    const chosen = wanted ? allNames.filter((name) => wanted.has(name)) : allNames;
    const key = chosen.join();
    const reading = readings.get(key) ?? makeReading(chosen.map((name) => [name, columns[name]]));
    readings.set(key, reading);
    return reading;
  };
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

function makeReading(columns: readonly [string, PgColumn][]): Reading {
  const list = columns
    .map(([name, column]) => `"${getTableName(column.table)}"."${column.name}" as "${name}"`)
    .join(', ');
  const conversions = columns.flatMap(([name, column]): Reading['conversions'] => {
    const type = column.getSQLType();
    if (type.startsWith('timestamp')) return [[name, readTimestamp]];
    return type === 'bigint' ? [[name, Number]] : [];
  });
  return { list: sql.raw(list), conversions };
}
