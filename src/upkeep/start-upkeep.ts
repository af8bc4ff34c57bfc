import type pg from 'pg';
import type { Logger } from 'pino';
import { type BackfillSettings, backfillAccounts } from '../backfill/backfill-accounts.ts';
import { ageLiveCalls } from '../calls/age-live-calls.ts';
import { deleteOldCalls } from '../calls/delete-old-calls.ts';
import { SummedLog } from '../summed-log.ts';
import { type Instant, instantOf } from '../time/instant.ts';
import { deleteOldEvents } from '../webhook/delete-old-events.ts';
import { type Job, repeatJob } from './repeat-job.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export type UpkeepSettings = BackfillSettings & {
  LIVE_AGE_LIMIT_HOURS: number;
  /** Absent: kept for ever. */
  RETENTION_EVENTS_DAYS?: number;
  RETENTION_CALLS_DAYS?: number;
  /** Absent: only by command. */
  BACKFILL_EVERY_HOURS?: number;
};

/** Starts what is done at intervals, but for packing: ageing live calls, deleting what is old, back-fill. What is returned stops it. */
export function startUpkeep(pool: pg.Pool, settings: UpkeepSettings, log: Logger): () => Promise<void> {
  const { LIVE_AGE_LIMIT_HOURS: ageLimit, RETENTION_EVENTS_DAYS: eventDays, RETENTION_CALLS_DAYS: callDays } = settings;
  const failures = new SummedLog(log);
  const clock = () => instantOf(Date.now());
  const ago = (ms: number): Instant => instantOf(Math.floor(Date.now() - ms));
  const jobs: Job[] = [
    {
      name: 'ageing',
      firstAfterMs: 1000,
      // With the run itself this keeps well below the minute that a mark may be late.
      everyMs: 20_000,
      run: (signal) => ageLiveCalls(pool, { silentSince: ago(ageLimit * hourMs), clock, signal }),
    },
  ];
  const hourly = { firstAfterMs: minuteMs / 2, everyMs: hourMs };
  if (eventDays !== undefined) {
    const run = (signal: AbortSignal) => deleteOldEvents(pool, { before: ago(eventDays * dayMs), signal });
    jobs.push({ name: 'retention of deliveries', ...hourly, run });
  }
  if (callDays !== undefined) {
    const run = (signal: AbortSignal) => deleteOldCalls(pool, { before: ago(callDays * dayMs), signal });
    jobs.push({ name: 'retention of calls', ...hourly, run });
  }
  if (settings.BACKFILL_EVERY_HOURS !== undefined) {
    const everyMs = settings.BACKFILL_EVERY_HOURS * hourMs;
    const run = (signal: AbortSignal) => backfillAccounts(pool, { settings, log: failures, signal });
    jobs.push({ name: 'back-fill', firstAfterMs: minuteMs / 6, everyMs, run });
  }
  const stops = jobs.map((job) => repeatJob(job, log));
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
    failures.close();
  };
}
