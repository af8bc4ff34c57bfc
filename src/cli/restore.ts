import { restoreBackup } from '../backup/restore-backup.ts';
import { readConfig, readEnvironment } from '../config.ts';
import { readFileArgument } from './terminal/file-argument.ts';
import { endsWithOneLine } from './terminal/one-line.ts';
import { requireOwnDatabase } from './terminal/own-database.ts';

const usage = `npm run restore -- FILE

Puts a backup that npm run backup wrote into DATA_DIR, which must be empty or not there: the database, its passwords and
the webhook's secret. A file that was cut short or altered is refused, and so is one of another PostgreSQL version.
Then start the service.

  FILE  The backup.
`;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());

process.exitCode = await endsWithOneLine(main, stop.signal);

async function main(): Promise<number> {
  const asked = readFileArgument(process.argv.slice(2), { usage, takesForce: false });
  if (asked === null) return 0;
  const config = readConfig(readEnvironment());
  requireOwnDatabase(config, 'the tools of your server');
  const { begunAt } = await restoreBackup({ dataDir: config.DATA_DIR, file: asked.file, signal: stop.signal });
  process.stdout.write(`DATA_DIR ${config.DATA_DIR} holds the backup of ${begunAt}. Start the service: npm start\n`);
  return 0;
}
