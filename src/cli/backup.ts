import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeBackup } from '../backup/write-backup.ts';
import { findSuperuser } from '../embedded-postgres/index.ts';
import { findOrStartServer } from '../service-database.ts';
import { StartupError } from '../startup-error.ts';
import { oneFile, parse, runCommand, say } from './terminal/command.ts';
import { requireOwnDatabase } from './terminal/own-database.ts';

const usage = `npm run backup -- FILE [--force]

Writes the service's own database, with its passwords and the webhook's secret, into one file, while the service is at
work or not. Everything that was acknowledged before it began is in it. Only its owner may read the file: it holds all
calls and the secret.

  FILE     Where to; it appears when it is complete.
  --force  Replace FILE where it is there already.

npm run restore -- FILE puts it into an empty DATA_DIR.
`;

await runCommand({
  usage,
  onSignal: 'undo',
  read: (args) => {
    const { values, positionals } = parse(args, { force: { type: 'boolean', default: false } }, true);
    return { file: oneFile(positionals), force: values.force };
  },
  run: async ({ config, log, signal }, asked) => {
    requireOwnDatabase(config, 'pg_dump or pg_basebackup');
    const { DATA_DIR: dataDir } = config;
    if (!existsSync(join(dataDir, 'postgres', 'data', 'PG_VERSION'))) {
      throw new StartupError(
        `There is no database in DATA_DIR ${dataDir}: nothing is backed up. Set DATA_DIR to the service's folder.`,
      );
    }
    const server = await findOrStartServer(config, log);
    try {
      const superuser = await findSuperuser(dataDir, 'postgres');
      if (!superuser) throw new StartupError(`The database in DATA_DIR ${dataDir} has ended meanwhile: try again.`);
      const { bytes, begunAt } = await writeBackup({ dataDir, superuser, ...asked, signal });
      const megabytes = (bytes / 1_000_000).toFixed(1);
      say(`${asked.file}: ${megabytes} MB. All that was acknowledged before ${begunAt} is in it.`);
      return true;
    } finally {
      await server.stop();
    }
  },
});
