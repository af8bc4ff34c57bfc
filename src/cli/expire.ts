import { parseArgs } from 'node:util';
import { readConfig, readEnvironment } from '../config.ts';
import { countOld, findClocks } from '../jobs/find-retention.ts';
import { beforeOf, deleteBefore, Retention } from '../jobs/retention.ts';
import { endWait, findWaits } from '../jobs/retention-waits.ts';
import { createLog } from '../log.ts';
import { openServiceDatabase } from '../service-database.ts';
import { StartupError } from '../startup-error.ts';
import { endsWithOneLine } from './terminal/one-line.ts';

const usage = `npm run expire [-- --yes]

Shows what RETENTION_CALLS_DAYS and RETENTION_EVENTS_DAYS would delete now, and whether the service waits with it because a
clock may be wrong. Where the clocks of this machine and of the database differ, the earlier one counts.

  --yes  Delete it. This cannot be undone. Ctrl-C ends it after the batch it is at.
`;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());

process.exitCode = await endsWithOneLine(main, new AbortController().signal);

async function main(): Promise<number> {
  const yes = readArguments();
  if (yes === null) return 0;
  const config = readConfig(readEnvironment());
  const log = createLog({ level: 'warn', destination: process.stderr });
  const { pool, close } = await openServiceDatabase({ config, log, name: 'expire', max: 1 });
  try {
    const { days } = new Retention(pool, config, log);
    if (days.size === 0) {
      throw new StartupError('Everything is kept for ever: set RETENTION_CALLS_DAYS or RETENTION_EVENTS_DAYS.');
    }
    const { difference } = await findClocks(pool, Date.now);
    const now = Date.now() - Math.max(difference, 0);
    for (const { why } of await findWaits(pool)) process.stdout.write(`${why}\n`);
    for (const [kind, count] of days) {
      const before = beforeOf(now, count);
      const what = kind === 'CALLS' ? `calls that started before ${before}` : `deliveries received before ${before}`;
      if (!yes) {
        const { old, all } = await countOld(pool, kind, before);
        process.stdout.write(`${old} of ${all} ${what} would be deleted\n`);
        continue;
      }
      const deleted = await deleteBefore(pool, kind, before, stop.signal);
      if (stop.signal.aborted) return 1;
      await endWait(pool, kind);
      process.stdout.write(`${deleted} ${what} were deleted\n`);
    }
    if (!yes) process.stdout.write('Nothing was deleted. With --yes it is.\n');
    return 0;
  } finally {
    await close();
  }
}

function readArguments(): boolean | null {
  try {
    const { values } = parseArgs({
      options: { yes: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
    });
    if (!values.help) return values.yes;
    process.stdout.write(usage);
    return null;
  } catch (error) {
    throw new StartupError(`${(error as Error).message}\n\n${usage}`);
  }
}
