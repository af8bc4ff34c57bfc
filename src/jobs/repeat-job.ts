import { setTimeout as sleep } from 'node:timers/promises';
import { describeFailure } from '../failures.ts';
import { SummedLog } from '../summed-log.ts';

/** What a job says, with what it tells. */
export type JobsLog = Record<'debug' | 'info' | 'warn' | 'error', (told: object, message: string) => void>;

export type Job = {
  name: string;
  firstAfterMs: number;
  /** Between the end of a run and the begin of the next. */
  everyMs: number;
  /** The longest wait after a run that failed. Default: a minute. */
  againAfterMs?: number;
  /** Runs so often that it is nothing to tell of. */
  isRoutine?: boolean;
  /** How many rows it changed. Ends early once the signal is aborted. */
  run: (signal: AbortSignal) => Promise<number>;
};

/** Runs a job again and again, never twice at once; what is returned stops it, after the batch it is at. */
export function repeatJob(
  { name, firstAfterMs, everyMs, againAfterMs = 60_000, isRoutine = false, run }: Job,
  log: JobsLog,
): () => Promise<void> {
  const stop = new AbortController();
  const failures = new SummedLog(log);
  const { signal } = stop;
  const repeat = async () => {
    // Several instances that start at once need not all ask at once.
    let wait = firstAfterMs * (1 + Math.random());
    while (await waited(wait, signal)) {
      wait = everyMs;
      try {
        const changed = await run(signal);
        if (changed > 0) log[isRoutine ? 'debug' : 'info']({ job: name, changed }, 'a job is done');
      } catch (error) {
        failures.error({ job: name, failure: describeFailure(error) }, 'a job failed, and is tried again');
        wait = Math.min(everyMs, againAfterMs);
      }
    }
  };
  const over = repeat().finally(() => failures.close());
  return () => {
    stop.abort();
    return over;
  };
}

/** False where the wait was broken off. */
function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}
