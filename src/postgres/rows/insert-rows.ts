import { getTableColumns, getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Transaction } from '../statement.ts';
import { copyRows } from './copy-rows.ts';

/**
 * So many rows one INSERT has, largest first: each connection prepares those that it needs, and whatever number of rows
 * comes is written by few of them.
 */
const sizes = [32, 16, 8, 7, 6, 5, 4, 3, 2, 1] as const;
/** More rows are written by COPY, which is less work for each of them. */
const mostInserted = 200;

type Insert = { name: string; text: string };

/**
 * Inserts rows of a table, of these columns by their names in TypeScript. A row that is there already is an error. Few are
 * written by prepared INSERTs, which any server that rows are spread over takes as one write; many by COPY.
 */
export function insertRows<Row extends object>(table: PgTable, columns: readonly string[]) {
  const copy = copyRows<Row>(table, columns);
  const insertOf = insertsOf(table, columns);
  return async (on: Transaction, rows: readonly Row[]): Promise<void> => {
    if (rows.length > mostInserted) return copy(on, rows);
    const sent: Promise<unknown>[] = [];
    for (let from = 0; from < rows.length; ) {
      const size = sizes.find((size) => size <= rows.length - from) as number;
      const values: unknown[] = [];
      for (let i = from; i < from + size; i++) {
        const row = rows[i] as Record<string, unknown>;
        for (const name of columns) values.push(row[name]);
      }
      sent.push(on.query({ ...insertOf(size), values }));
      from += size;
    }
    await Promise.all(sent);
  };
}

/** The statement for each number of rows. */
function insertsOf(table: PgTable, columns: readonly string[]): (size: number) => Insert {
  const all = getTableColumns(table);
  const tableName = getTableName(table);
  const names = columns.map((name) => `"${all[name]?.name}"`).join(', ');
  const made = new Map<number, Insert>();
  return (size) => {
    const known = made.get(size);
    if (known) return known;
    const tuple = (row: number) => `(${columns.map((_, at) => `$${row * columns.length + at + 1}`).join(', ')})`;
    const tuples = Array.from({ length: size }, (_, row) => tuple(row));
    // As with COPY, an id that is given is the row's.
    const text = `insert into "${tableName}" (${names}) overriding system value values ${tuples.join(', ')}`;
    const insert = { name: `insert_${tableName}_${columns.length}x${size}`, text };
    made.set(size, insert);
    return insert;
  };
}
