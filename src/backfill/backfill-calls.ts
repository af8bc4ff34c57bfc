import type pg from 'pg';
import type { Account } from '../accounts/account.table.ts';
import { ImportCounts } from '../imports/import-counts.ts';
import { importRows } from '../imports/import-rows.ts';
import type { ReadDelivery } from '../ingestion/read-delivery.ts';
import type { Providers } from '../providers/providers.ts';
import { type Clock, type Instant, instantOf, msOf } from '../time/instant.ts';
import { localDateOf } from '../time/local-date.ts';
import { epochDayAt } from '../time/zone.ts';
import type { CallListSource } from './fetch-page.ts';
import { pullDay } from './pull-day.ts';

/** What began later than so long ago may still be going on, and its report on the way. */
export const settledMs = 15 * 60_000;

export type BackfillInput = {
  account: Account;
  providers: Providers;
  source: CallListSource;
  /** Calls that began in [from, to). */
  from: Instant;
  to: Instant;
  clock?: Clock;
  /** No further batch is begun once it is aborted. */
  signal?: AbortSignal;
  /** Told after each batch, and at the end of each day of the account's calendar. */
  onProgress?: (counts: BackfillCounts) => void;
  onFailure?: (error: unknown) => void;
};

/** As of an import, with the days it takes. */
export class BackfillCounts extends ImportCounts {
  days = 0;
  daysDone = 0;
  /** The day it is at, or went on from: yyyy-mm-dd. */
  day = '';
}

/**
 * Fetches the provider's list of an account's calls, a day at a time, and reconciles: what is missing is added, what is
 * known is completed where no webhook report gave anything. The same again changes nothing.
 */
export async function backfillCalls(
  pool: pg.Pool,
  input: BackfillInput,
  counts = new BackfillCounts(),
): Promise<BackfillCounts> {
  const { account, source, from, to, signal, onProgress, ...rest } = input;
  if (from >= to) {
    counts.isComplete = true;
    return counts;
  }
  const firstDay = epochDayAt(account.timeZone, msOf(from));
  const lastDay = epochDayAt(account.timeZone, msOf(to) - 1);
  counts.days = lastDay - firstDay + 1;
  const isWanted = ({ facts }: ReadDelivery) => {
    const startedAt = facts?.sentStartedAt ?? null;
    return startedAt === null || (startedAt >= from && startedAt < to);
  };
  for (let epochDay = firstDay; epochDay <= lastDay; epochDay++) {
    counts.day = dayText(epochDay);
    const rows = pullDay(source, counts.day, signal);
    const progress = () => onProgress?.(counts);
    try {
      await importRows(
        pool,
        { ...rest, account, rows, form: 'BACKFILL', isWanted, ...(signal && { signal }), onProgress: progress },
        counts,
      );
    } catch (error) {
      // What it waited for when it was told to end.
      if (!signal?.aborted) throw error;
    }
    if (signal?.aborted) {
      counts.isComplete = false;
      return counts;
    }
    counts.daysDone += 1;
    progress();
  }
  return counts;
}

/** The end of what can be back-filled now. */
export function settledBefore(now: number): Instant {
  return instantOf(now - settledMs);
}

function dayText(epochDay: number): string {
  const { year, month, day } = localDateOf(epochDay);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
