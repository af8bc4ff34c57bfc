import { countOld, findClocks } from '../jobs/find-retention.ts';
import { beforeOf, deleteBefore, Retention } from '../jobs/retention.ts';
import { endWait, findWaits, type RetentionKind } from '../jobs/retention-waits.ts';
import { parse, runOnDatabase, say } from './terminal/command.ts';

const usage = `npm run expire [-- --yes]

Shows what RETENTION_CALLS_DAYS, RETENTION_EVENTS_DAYS and RETENTION_ACCESS_LOG_DAYS would delete now, and whether the service
waits with it because a clock may be wrong. Where the clocks of this machine and of the database differ, the earlier one counts.

  --yes  Delete it. This cannot be undone. Ctrl-C ends it after the batch it is at.
`;

const words: Record<RetentionKind, string> = {
  CALLS: 'calls that started',
  DELIVERIES: 'deliveries received',
  ACCESS_LOG: 'entries of the access log from',
};

await runOnDatabase({
  name: 'expire',
  usage,
  onSignal: 'finish',
  read: (args) => parse(args, { yes: { type: 'boolean', default: false } }).values.yes,
  run: async ({ pool, config, log, signal }, yes) => {
    const { days } = new Retention(pool, config, log);
    const { difference } = await findClocks(pool, Date.now);
    const now = Date.now() - Math.max(difference, 0);
    for (const { why } of await findWaits(pool)) say(why);
    for (const [kind, count] of days) {
      const before = beforeOf(now, count);
      const what = `${words[kind]} before ${before}`;
      if (!yes) {
        const { old, all } = await countOld(pool, kind, before);
        say(`${old} of ${all} ${what} would be deleted`);
        continue;
      }
      const deleted = await deleteBefore(pool, kind, before, signal);
      if (signal.aborted) return false;
      await endWait(pool, kind);
      say(`${deleted} ${what} were deleted`);
    }
    if (!yes) say('Nothing was deleted. With --yes it is.');
    return true;
  },
});
