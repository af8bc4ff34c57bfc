import { packAccounts } from '../columnar/index.ts';
import { type JobsLog, repeatJob } from '../jobs/repeat-job.ts';
import { restingAfter } from '../jobs/resting-after.ts';
import { openDatabase } from '../postgres/client.ts';
import { databaseClock } from '../time/instant.ts';
import { within } from '../within.ts';

/** A batch takes less, unless the database is silent. */
const patienceMs = 3000;

/** Packs calls every second, on connections of its own. What is returned stops it, after the batch it is at. */
export function startPacking(url: string, log: JobsLog): () => Promise<void> {
  const { pool, close } = openDatabase({ url, name: 'packing', max: 2, statementTimeoutMs: 20_000, log });
  const run = restingAfter((signal) => packAccounts(pool, { clock: databaseClock, signal }));
  const job = { name: 'packing of calls', firstAfterMs: 500, everyMs: 1000, isRoutine: true, run };
  const stop = repeatJob(job, log);
  return async () => {
    await within(patienceMs, stop());
    await close();
  };
}
