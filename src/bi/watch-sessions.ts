import { sql } from 'drizzle-orm';
import type { Database } from '../postgres/client.ts';
import { biRoleAccounts } from './bi-role.table.ts';

/** So long after it was told to end, a statement still may take; then its connection ends. */
const graceSeconds = 10;

export type WatchLog = Record<'warn', (told: object, message: string) => void>;

/**
 * Ends what BI roles do for longer than they may: a role can set its own statement_timeout, and keep a transaction open. A statement
 * over the limit is cancelled; a transaction that lasts longer still, and whoever holds an advisory lock, is ended with its
 * connection. How many were.
 */
export async function watchSessions(
  db: Database,
  { seconds, log }: { seconds: number; log: WatchLog },
): Promise<number> {
  const { rows } = await db.execute<{ role: string; ended: boolean | null }>(sql`
    with found as (
      select pid, usename, query = '<insufficient privilege>' as is_hidden,
        coalesce(xact_start < clock_timestamp() - make_interval(secs => ${seconds + graceSeconds}), false)
        or exists (select from pg_locks where pg_locks.pid = pg_stat_activity.pid and locktype = 'advisory') as is_to_end,
        coalesce(state = 'active' and query_start < clock_timestamp() - make_interval(secs => ${seconds}), false) as is_to_cancel
      from pg_stat_activity
      where usename in (select ${biRoleAccounts.roleName} from ${biRoleAccounts}))
    select usename::text as role, case when is_hidden then null when is_to_end then pg_terminate_backend(pid)
      else pg_cancel_backend(pid) end as ended
    from found where is_hidden or is_to_end or is_to_cancel`);
  for (const role of new Set(rows.flatMap(({ role, ended }) => (ended === null ? [role] : [])))) {
    log.warn({ role }, 'the service may not see what this BI role does, and cannot end it: grant the role to its own');
  }
  return rows.filter(({ ended }) => ended !== null).length;
}
