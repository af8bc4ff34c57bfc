import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { listAccounts } from '../accounts/accounts.ts';
import { describeFailure, expectedFailure } from '../failures.ts';
import { whileAlone } from '../postgres/advisory-lock.ts';
import type { FailureLog } from '../summed-log.ts';
import { instantOf } from '../time/instant.ts';
import { backfillCalls, settledBefore } from './backfill-calls.ts';

export type BackfillSettings = {
  CALLERDESK_URL: string;
  /** By account. */
  CALLERDESK_AUTHCODE: ReadonlyMap<string, string>;
  BACKFILL_LAST_HOURS: number;
};

/** Tells this lock from those of other purposes. */
const purpose = 1_651_862_131;

/**
 * Back-fills the last hours of every account whose authcode is known, but for those that another instance is back-filling;
 * how many rows told something new.
 */
export async function backfillAccounts(
  pool: pg.Pool,
  { settings, log, signal }: { settings: BackfillSettings; log: FailureLog; signal: AbortSignal },
): Promise<number> {
  const { CALLERDESK_URL: url, CALLERDESK_AUTHCODE: authcodes, BACKFILL_LAST_HOURS: hours } = settings;
  const accounts = await listAccounts(drizzle({ client: pool }));
  let recorded = 0;
  for (const account of accounts) {
    const authcode = authcodes.get(account.name);
    if (authcode === undefined || signal.aborted) continue;
    const client = await pool.connect();
    const now = Date.now();
    const onFailure = (error: unknown) =>
      log.error({ account: account.id, failure: describeFailure(error) }, 'a row is kept, but could not be recorded');
    try {
      const from = instantOf(Math.floor(now - hours * 3_600_000));
      const to = settledBefore(now);
      const source = { url, authcode };
      const tally = await whileAlone(client, { purpose, account: account.id }, () =>
        backfillCalls(pool, { account, source, from, to, signal, onFailure }),
      );
      recorded += tally?.states.RECORDED ?? 0;
    } catch (error) {
      // One account's trouble is not the others'.
      const why = expectedFailure(error)?.message ?? describeFailure(error);
      log.warn({ account: account.id, why }, 'a back-fill was broken off, and is tried again');
    } finally {
      client.release();
    }
  }
  return recorded;
}
