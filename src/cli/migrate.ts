import { migrateDatabase } from '../postgres/start/migrate.ts';
import { openServiceDatabase } from '../service-database.ts';
import { parse, runCommand, say } from './terminal/command.ts';

const usage = `npm run migrate

Brings the database to this version's tables, and ends. The service does so itself when it starts; this is for those whose
service runs with a role that may not create tables: run it with the DATABASE_URL of the role that may.
`;

await runCommand({
  usage,
  onSignal: 'end',
  logLevel: 'info',
  read: (args) => parse(args, {}),
  run: async ({ config, log }) => {
    // Opening the service's own database migrates it.
    if (config.DATABASE_URL !== undefined) await migrateDatabase(config.DATABASE_URL, log);
    else await (await openServiceDatabase({ config, log, name: 'migrate', max: 1 })).close();
    say('The database has all migrations of this version.');
    return true;
  },
});
