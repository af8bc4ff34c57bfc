import { type SQL, sql } from 'drizzle-orm';
import { accessLog } from '../access/log/access-log.table.ts';
import { calls } from '../calls/call.table.ts';
import { webhookArrivals, webhookEvents } from '../inbox/webhook-event.table.ts';
import { statement, type Transaction } from '../postgres/statement.ts';
import { type Instant, msOf } from '../time/instant.ts';
import type { RetentionKind } from './retention-waits.ts';

const askClock = statement<{ at: Instant; newest: Instant | null }>(
  'find_clock_and_newest_delivery',
  sql`select clock_timestamp()::timestamptz(3) as at, (select max(${webhookArrivals.lastEventAt}) from ${webhookArrivals}) as newest`,
);

/** How far the service's clock is ahead of the database's, and when the newest delivery came by the clock of then. */
export async function findClocks(
  on: Transaction,
  now: () => number,
): Promise<{ difference: number; newest: Instant | null }> {
  const asked = now();
  const [row] = await askClock(on, {});
  if (!row) throw new Error('a statement without a condition gave no row');
  const at = msOf(row.at);
  const answered = now();
  // The database read its clock some time between asking and answer: how long that took is no difference.
  const difference = at < asked ? asked - at : at > answered ? answered - at : 0;
  return { difference, newest: row.newest };
}

const places = {
  CALLS: { table: calls, at: calls.startedAt },
  DELIVERIES: { table: webhookEvents, at: webhookEvents.receivedAt },
  ACCESS_LOG: { table: accessLog, at: accessLog.at },
} as const;

// More than stay: counted by the index of moments alone, and no further than is needed.
const findMost = (kind: RetentionKind) => {
  const { table, at } = places[kind];
  const before = sql.placeholder('before');
  return statement(
    `would_delete_most_${kind.toLowerCase()}`,
    sql`select from ${table} where ${at} < ${before} order by ${at}
      offset (select count(*) from ${table} where ${at} >= ${before}) limit 1`,
  );
};
const most = { CALLS: findMost('CALLS'), DELIVERIES: findMost('DELIVERIES'), ACCESS_LOG: findMost('ACCESS_LOG') };

/** Whether more than half of all would go. */
export async function wouldDeleteMost(on: Transaction, kind: RetentionKind, before: Instant): Promise<boolean> {
  return (await most[kind](on, { before })).length > 0;
}

const count = (kind: RetentionKind): SQL => {
  const { table, at } = places[kind];
  return sql`select count(*) filter (where ${at} < ${sql.placeholder('before')}) as old, count(*) as "all" from ${table}`;
};
const counts = {
  CALLS: statement<{ old: number; all: number }>('count_old_calls', count('CALLS')),
  DELIVERIES: statement<{ old: number; all: number }>('count_old_deliveries', count('DELIVERIES')),
  ACCESS_LOG: statement<{ old: number; all: number }>('count_old_log_entries', count('ACCESS_LOG')),
};

/** How many are old, and how many there are. */
export async function countOld(
  on: Transaction,
  kind: RetentionKind,
  before: Instant,
): Promise<{ old: number; all: number }> {
  const [row] = await counts[kind](on, { before });
  if (!row) throw new Error('a count gave no row');
  return row;
}
