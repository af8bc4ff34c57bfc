import { sql } from 'drizzle-orm';
import { biRoleAccounts } from '../bi/bi-role.table.ts';
import { type WatchLog, watchSessions } from '../bi/watch-sessions.ts';
import { BucketWriter } from '../bi/write-buckets.ts';
import { writeMasks } from '../bi/write-masks.ts';
import type { Database } from '../postgres/client.ts';
import type { Job } from './repeat-job.ts';

/** What the views for BI roles need of the service, and the watch on these roles. Nothing is done where there are none. */
export function biJobs(db: Database, watch: { seconds: number; log: WatchLog }): Job[] {
  const buckets = new BucketWriter();
  let masksAreWritten = false;
  const prepare = async (signal: AbortSignal): Promise<number> => {
    const { rows } = await db.execute(sql`select from ${biRoleAccounts} limit 1`);
    if (rows.length === 0) return 0;
    const masks = masksAreWritten ? 0 : await writeMasks(db);
    masksAreWritten = true;
    return masks + (await buckets.run(db, { now: Date.now(), signal }));
  };
  return [
    { name: 'days and hours for BI', firstAfterMs: 1000, everyMs: 10_000, run: prepare },
    { name: 'watch on BI roles', firstAfterMs: 1000, everyMs: 2000, run: () => watchSessions(db, watch) },
  ];
}
