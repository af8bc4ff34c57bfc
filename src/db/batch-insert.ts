import { getTableColumns, is, Param, Placeholder, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { PgColumn, PgInsertValue, PgTable } from 'drizzle-orm/pg-core';
import { rawTypes, type Transaction } from './statement.ts';

// A statement of a fixed number of rows is prepared once: any number of rows is cut into few of these.
const sizes = [64, 32, 16, 8, 4, 2, 1];

export type BatchInsertOptions = {
  name: string;
  table: PgTable;
  /** Which columns are written, by their names in TypeScript. */
  columns: readonly string[];
  /** Where a row is there already: the columns that make it the same, and those that are written anew. */
  upsert?: { target: PgColumn[]; columns: readonly string[] };
  returning?: Record<string, PgColumn>;
};

/** Inserts any number of rows of a table by prepared multi-row statements; returns what the statement returns. */
export function batchInsert<Row extends object, Returned = never>(options: BatchInsertOptions) {
  const { name, table } = options;
  // In the table's order, in which the statement asks for them.
  const columns = Object.keys(getTableColumns(table)).filter((column) => options.columns.includes(column));
  const texts = new Map<number, string>();
  const textOf = (size: number) => {
    const text = texts.get(size) ?? buildText(options, size);
    texts.set(size, text);
    return text;
  };
  return async (on: Transaction, rows: readonly Row[]): Promise<Returned[]> => {
    const returned: Returned[] = [];
    for (let from = 0; from < rows.length; ) {
      const size = sizes.find((s) => s <= rows.length - from) ?? 1;
      const values: unknown[] = [];
      for (const row of rows.slice(from, from + size)) {
        for (const column of columns) values.push((row as Record<string, unknown>)[column] ?? null);
      }
      const result = await on.query({ name: `${name}_${size}`, text: textOf(size), values, types: rawTypes });
      returned.push(...(result.rows as Returned[]));
      from += size;
    }
    return returned;
  };
}

function buildText({ name, table, columns, upsert, returning }: BatchInsertOptions, size: number): string {
  const rows = Array.from({ length: size }, () =>
    Object.fromEntries(columns.map((column) => [column, sql.placeholder(column)])),
  );
  const insert = drizzle
    .mock()
    .insert(table)
    .values(rows as PgInsertValue<PgTable>[]);
  const all = getTableColumns(table);
  const set = Object.fromEntries(
    (upsert?.columns ?? []).map((column) => [column, sql`excluded.${sql.identifier(all[column]?.name ?? column)}`]),
  ) as Record<string, SQL>;
  const whole = upsert ? insert.onConflictDoUpdate({ target: upsert.target, set }) : insert;
  const named = Object.entries(returning ?? {}).map(([alias, column]) => [alias, sql`${column}`.as(alias)]);
  const { sql: text, params } = (returning ? whole.returning(Object.fromEntries(named)) : whole).toSQL();
  const isOpen = (param: unknown) => is(param, Param) && is(param.value, Placeholder);
  if (params.length !== size * columns.length || !params.every(isOpen)) {
    throw new Error(`${name}: a column without a value of its own`);
  }
  return text;
}
