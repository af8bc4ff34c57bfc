import { restoreBackup } from '../backup/restore-backup.ts';
import { oneFile, parse, runCommand, say } from './terminal/command.ts';
import { requireOwnDatabase } from './terminal/own-database.ts';

const usage = `npm run restore -- FILE

Puts a backup that npm run backup wrote into DATA_DIR, which must be empty or not there: the database, its passwords and
the webhook's secret. A file that was cut short or altered is refused, and so is one of another PostgreSQL version.
Then start the service.

  FILE  The backup.
`;

await runCommand({
  usage,
  onSignal: 'undo',
  read: (args) => oneFile(parse(args, {}, true).positionals),
  run: async ({ config, signal }, file) => {
    requireOwnDatabase(config, 'the tools of your server');
    const { begunAt } = await restoreBackup({ dataDir: config.DATA_DIR, file, signal });
    say(`DATA_DIR ${config.DATA_DIR} holds the backup of ${begunAt}. Start the service: npm start`);
    return true;
  },
});
