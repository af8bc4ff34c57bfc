import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { calls } from '../calls/call.table.ts';
import type { Database } from '../db/client.ts';
import type { Instant } from '../time/instant.ts';

type TimedTable = PgTable & { id: PgColumn; firstCallAt: PgColumn; lastCallAt: PgColumn };

/** When calls with each of these rows began. */
export type Starts = Map<number, { first: Instant; last: Instant }>;

/** Widens a span of starts by one more. */
export function addStart(starts: Starts, id: number | null, startedAt: Instant): void {
  if (id === null) return;
  const known = starts.get(id);
  const first = known && known.first < startedAt ? known.first : startedAt;
  const last = known && known.last > startedAt ? known.last : startedAt;
  starts.set(id, { first, last });
}

/** Moves firstCallAt and lastCallAt of rows outwards, where calls began outside of them. */
export async function widenCallTimes(db: Database, table: TimedTable, starts: Starts): Promise<void> {
  if (starts.size === 0) return;
  const sorted = [...starts].sort(([a], [b]) => a - b);
  const ids = sql.param(sorted.map(([id]) => id));
  const firsts = sql.param(sorted.map(([, { first }]) => first));
  const lasts = sql.param(sorted.map(([, { last }]) => last));
  // Rows are locked in the order of their ids, so that transactions never wait for each other in a circle.
  await db.execute(sql`
    with span as (
      select * from unnest(${ids}::bigint[], ${firsts}::timestamptz[], ${lasts}::timestamptz[]) as s(id, first, last)
    ), locked as (
      select t.id from ${table} as t join span on span.id = t.id
      where t.first_call_at is null or span.first < t.first_call_at or span.last > t.last_call_at
      order by t.id for no key update of t
    )
    update ${table} as t
    set first_call_at = least(t.first_call_at, span.first), last_call_at = greatest(t.last_call_at, span.last)
    from locked join span on span.id = locked.id where t.id = locked.id`);
}

/** Works firstCallAt and lastCallAt out anew, for rows that may have lost their first or last call. */
export async function recountCallTimes(
  db: Database,
  table: TimedTable,
  callColumn: PgColumn,
  ids: Iterable<number>,
): Promise<void> {
  const sorted = [...new Set(ids)].sort((a, b) => a - b);
  if (sorted.length === 0) return;
  const among = (column: PgColumn): SQL => sql`${column} = any(${sql.param(sorted)}::bigint[])`;
  // A statement of its own takes the locks: only the next one sees what others wrote before they gave them up.
  await db.execute(sql`select from ${table} where ${among(table.id)} order by ${table.id} for no key update`);
  await db.execute(sql`
    update ${table} as t set first_call_at = span.first, last_call_at = span.last
    from unnest(${sql.param(sorted)}::bigint[]) as k(id)
    left join (
      select ${callColumn} as id, min(${calls.startedAt}) as first, max(${calls.startedAt}) as last
      from ${calls} where ${among(callColumn)} group by 1
    ) as span on span.id = k.id
    where t.id = k.id`);
}
