import pg from 'pg';
import { waitForDisk } from './commit.ts';

export type SessionLimits = {
  /** Longer statements end with an error. 0: no limit. */
  statementTimeoutMs: number;
  /** A transaction in which nothing is asked for so long is ended by the server, and its locks with it. */
  idleInTransactionMs: number;
  /**
   * Whether statements find few rows by their keys. A plan that was made while a table was small, and reads it whole,
   * would stay until the database next looks how much the table has grown.
   */
  findsByKey: boolean;
  /**
   * Whether each statement is planned once, whatever its values. For those that may be: some would be planned anew each time
   * they are run, for how many keys they have, which was a third of what the database does for a group of three deliveries.
   * Nor are they compiled: a plan for any values is expected to cost far more than it does.
   */
  plansOnce: boolean;
  /** A client that takes nothing for so long is gone. Default: twenty seconds; those who wait for slow readers take longer. */
  lostAfterMs: number;
};

/**
 * For transactions that hold an account's lock: should this process be lost without a word, others have it within half a
 * minute.
 */
export const lockIdleMs = 25_000;
/** For snapshots: between two of their statements figures are computed. */
export const snapshotIdleMs = 60_000;

/** Whoever answers none of these within twenty seconds is gone, and so is what its session holds. */
export const lostClients = `set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 2;
  set tcp_user_timeout = 20000`;
/** SQLSTATE: not on the server's system. */
const invalidValue = '22023';

/**
 * Sets what each session needs. By statements, for a pooler in between refuses a connection that asks for more than it
 * knows. UTC makes reading timestamps cheap, and nothing is wrong without it; GMT is the one name of it that needs no files of
 * zones. The date style is relied on.
 */
export async function keepSession(client: pg.ClientBase, limits: Partial<SessionLimits>): Promise<void> {
  const { statementTimeoutMs = 0, idleInTransactionMs = lockIdleMs, findsByKey = false, plansOnce = false } = limits;
  await client.query(`set timezone = 'GMT'; set datestyle = 'ISO, YMD'; set statement_timeout = ${statementTimeoutMs};
    set idle_in_transaction_session_timeout = ${idleInTransactionMs};
    set enable_seqscan = ${findsByKey ? 'off' : 'on'}; set plan_cache_mode = ${plansOnce ? 'force_generic_plan; set jit = off' : 'auto'};
    ${lostClients}; ${waitForDisk}`);
  if (limits.lostAfterMs) await client.query(`set tcp_user_timeout = ${limits.lostAfterMs}`);
  // So that a statement whose client is gone ends too.
  await client.query("set client_connection_check_interval = '5s'").catch((error) => {
    if (!(error instanceof pg.DatabaseError) || error.code !== invalidValue) throw error;
  });
}
