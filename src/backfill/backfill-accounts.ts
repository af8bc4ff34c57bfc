import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { Account } from '../accounts/account.table.ts';
import { listAccounts } from '../accounts/accounts.ts';
import { describeFailure, expectedFailure } from '../failures.ts';
import { whileAlone } from '../postgres/advisory-lock.ts';
import type { Providers } from '../providers/providers.ts';
import type { FailureLog } from '../summed-log.ts';
import { instantOf } from '../time/instant.ts';
import { backfillCalls, settledBefore } from './backfill-calls.ts';
import type { CallListSource } from './fetch-page.ts';

/** Where the lists of providers are, by their names, and the authcodes of accounts there, by theirs. */
export type CallListAccess = ReadonlyMap<string, { url: string; authcodes: ReadonlyMap<string, string> }>;

export type BackfillParts = {
  providers: Providers;
  access: CallListAccess;
  /** How far back. */
  hours: number;
  log: FailureLog;
  signal: AbortSignal;
};

/** What to ask for an account's calls; null where its provider has no list, or its authcode is not known. */
export function callListOf(
  { provider: name, ...account }: Pick<Account, 'name' | 'provider'>,
  { providers, access }: Pick<BackfillParts, 'providers' | 'access'>,
): CallListSource | null {
  const { title, callList: list } = providers.get(name);
  const { url, authcodes } = access.get(name) ?? {};
  const authcode = authcodes?.get(account.name);
  return list && url !== undefined && authcode !== undefined ? { title, list, url, authcode } : null;
}

/** Tells this lock from those of other purposes. */
const purpose = 1_651_862_131;

/**
 * Back-fills the last hours of every account whose authcode is known, but for those that another instance is back-filling;
 * how many rows told something new.
 */
export async function backfillAccounts(
  pool: pg.Pool,
  { providers, access, hours, log, signal }: BackfillParts,
): Promise<number> {
  const accounts = await listAccounts(drizzle({ client: pool }));
  let recorded = 0;
  for (const account of accounts) {
    const source = callListOf(account, { providers, access });
    if (source === null || signal.aborted) continue;
    const client = await pool.connect();
    const now = Date.now();
    const onFailure = (error: unknown) =>
      log.error({ account: account.id, failure: describeFailure(error) }, 'a row is kept, but could not be recorded');
    try {
      const from = instantOf(Math.floor(now - hours * 3_600_000));
      const to = settledBefore(now);
      const counts = await whileAlone(client, { purpose, account: account.id }, () =>
        backfillCalls(pool, { account, providers, source, from, to, signal, onFailure }),
      );
      recorded += counts?.states.RECORDED ?? 0;
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
