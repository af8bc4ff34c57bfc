import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeBackup } from '../backup/write-backup.ts';
import { readConfig, readEnvironment } from '../config.ts';
import { findSuperuser } from '../embedded-postgres/index.ts';
import { createLog } from '../log.ts';
import { findOrStartServer } from '../service-database.ts';
import { StartupError } from '../startup-error.ts';
import { readFileArgument } from './terminal/file-argument.ts';
import { endsWithOneLine } from './terminal/one-line.ts';
import { requireOwnDatabase } from './terminal/own-database.ts';

const usage = `npm run backup -- FILE [--force]

Writes the service's own database, with its passwords and the webhook's secret, into one file, while the service is at
work or not. Everything that was acknowledged before it began is in it. Only its owner may read the file: it holds all
calls and the secret.

  FILE     Where to; it appears when it is complete.
  --force  Replace FILE where it is there already.

npm run restore -- FILE puts it into an empty DATA_DIR.
`;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());

process.exitCode = await endsWithOneLine(main, stop.signal);

async function main(): Promise<number> {
  const asked = readFileArgument(process.argv.slice(2), { usage, takesForce: true });
  if (asked === null) return 0;
  const config = readConfig(readEnvironment());
  requireOwnDatabase(config, 'pg_dump or pg_basebackup');
  const { DATA_DIR: dataDir } = config;
  if (!existsSync(join(dataDir, 'postgres', 'data', 'PG_VERSION'))) {
    throw new StartupError(
      `There is no database in DATA_DIR ${dataDir}: nothing is backed up. Set DATA_DIR to the service's folder.`,
    );
  }
  const server = await findOrStartServer(dataDir, createLog({ level: 'warn', destination: process.stderr }));
  try {
    const superuser = await findSuperuser(dataDir, 'postgres');
    if (!superuser) throw new StartupError(`The database in DATA_DIR ${dataDir} has ended meanwhile: try again.`);
    const made = await writeBackup({ dataDir, superuser, ...asked, signal: stop.signal });
    const megabytes = (made.bytes / 1_000_000).toFixed(1);
    process.stdout.write(
      `${asked.file}: ${megabytes} MB. All that was acknowledged before ${made.begunAt} is in it.\n`,
    );
    return 0;
  } finally {
    await server.stop();
  }
}
