import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { TestApp } from '../support/app.ts';

/** The entries of the access log about operations of some names, once there are so many. */
export async function logEntries({ database }: TestApp, count: number, names: readonly string[]) {
  for (const end = Date.now() + 10_000; ; await sleep(50)) {
    const { rows } = await database.db.execute(
      sql`select operation_name as name, operation_type as type, requested_cost as requested, actual_cost as actual, status, code
        from access_log where operation_name = any(${sql.param(names)}) order by name, id`,
    );
    if (rows.length >= count || Date.now() > end) return rows;
  }
}
