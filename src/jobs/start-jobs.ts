import type pg from 'pg';
import type { Logger } from 'pino';
import { backfillAccounts, type CallListAccess } from '../backfill/backfill-accounts.ts';
import { deleteOldEndedCalls } from '../calls/merge/delete-old-ended-calls.ts';
import { ageLiveCalls } from '../calls/write/age-live-calls.ts';
import type { Database } from '../postgres/client.ts';
import type { Providers } from '../providers/providers.ts';
import { SummedLog } from '../summed-log.ts';
import { databaseClock, type Instant, instantOf } from '../time/instant.ts';
import { biJobs } from './bi-jobs.ts';
import { type Job, repeatJob } from './repeat-job.ts';
import type { Retention } from './retention.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export type JobsSettings = {
  LIVE_AGE_LIMIT_HOURS: number;
  RETENTION_ENDED_CALLS_DAYS: number;
  BACKFILL_LAST_HOURS: number;
  BI_STATEMENT_SECONDS: number;
  /** Absent: only by command. */
  BACKFILL_EVERY_HOURS?: number;
};

export type JobParts = {
  pool: pg.Pool;
  /** On the same connections. */
  db: Database;
  retention: Retention;
  settings: JobsSettings;
  providers: Providers;
  /** Told of an account once calls of it were changed. */
  onChanged?: (accountId: number) => void;
  /** For the back-fill. */
  access: CallListAccess;
  log: Logger;
};

/** Starts what is done at intervals, but for packing: ageing live calls, deleting what is old, back-fill. What is returned stops it. */
export function startJobs(parts: JobParts): () => Promise<void> {
  const { pool, db, retention, settings, providers, onChanged, access, log } = parts;
  const { LIVE_AGE_LIMIT_HOURS: ageLimit, RETENTION_ENDED_CALLS_DAYS: endedDays } = settings;
  const failures = new SummedLog(log);
  const ago = (ms: number): Instant => instantOf(Math.floor(Date.now() - ms));
  const jobs: Job[] = [
    {
      name: 'ageing',
      firstAfterMs: 1000,
      // With the run itself this keeps well below the minute that a mark may be late.
      everyMs: 20_000,
      run: (signal) =>
        ageLiveCalls(pool, { silentSince: ago(ageLimit * hourMs), clock: databaseClock, signal, onChanged }),
    },
  ];
  const hourly = { firstAfterMs: minuteMs / 2, everyMs: hourMs };
  for (const kind of retention.days.keys()) {
    const run = (signal: AbortSignal) => retention.run(kind, signal);
    jobs.push({ name: `retention of ${kind.toLowerCase().replace('_', ' ')}`, ...hourly, run });
  }
  // A day longer than they may be asked for, so that whoever has begun to read them gets them all.
  const runEnded = (signal: AbortSignal) => deleteOldEndedCalls(pool, { before: ago((endedDays + 1) * dayMs), signal });
  jobs.push({ name: 'retention of ended calls', ...hourly, run: runEnded });
  jobs.push(...biJobs(db, { seconds: settings.BI_STATEMENT_SECONDS, log: failures }));
  if (settings.BACKFILL_EVERY_HOURS !== undefined) {
    const everyMs = settings.BACKFILL_EVERY_HOURS * hourMs;
    const hours = settings.BACKFILL_LAST_HOURS;
    const parts = { providers, access, hours, log: failures };
    const run = (signal: AbortSignal) => backfillAccounts(pool, { ...parts, signal });
    jobs.push({ name: 'back-fill', firstAfterMs: minuteMs / 6, everyMs, run });
  }
  const stops = jobs.map((job) => repeatJob(job, log));
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
    failures.close();
  };
}
