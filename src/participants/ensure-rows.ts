import { and, eq, inArray, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../db/client.ts';

/** A table whose rows are known, within an account, by one column. */
export type KeyedTable = {
  table: PgTable & { id: PgColumn; accountId: PgColumn };
  key: PgColumn;
  /** Where the key is unique only among some rows: which. */
  among?: SQL;
};

export type KeyedRow = { id: number; key: string };

/** The rows of these keys, made where they are missing; `valuesOf` gives a new row's columns. */
export async function ensureRows(
  db: Database,
  { table, key, among }: KeyedTable,
  accountId: number,
  keys: Iterable<string>,
  valuesOf: (key: string) => Record<string, unknown>,
): Promise<Map<string, number>> {
  // Sorted, so that two transactions that make the same rows wait for each other instead of locking each other out.
  const wanted = [...new Set(keys)].sort();
  const found = new Map<string, number>();
  const keep = (rows: { id: unknown; key: unknown }[]) => {
    for (const row of rows) found.set(String(row.key), Number(row.id));
  };
  const find = async (missing: string[]) =>
    keep(
      await db
        .select({ id: table.id, key })
        .from(table)
        .where(and(eq(table.accountId, accountId), inArray(key, missing), among)),
    );
  if (wanted.length === 0) return found;

  await find(wanted);
  const missing = wanted.filter((name) => !found.has(name));
  if (missing.length > 0) {
    const rows = missing.map((name) => ({ accountId, ...valuesOf(name) }));
    keep(await db.insert(table).values(rows).onConflictDoNothing().returning({ id: table.id, key }));
    const elsewhere = missing.filter((name) => !found.has(name));
    if (elsewhere.length > 0) await find(elsewhere);
  }
  return found;
}
