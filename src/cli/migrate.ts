import { parseArgs } from 'node:util';
import { readConfig, readEnvironment } from '../config.ts';
import { createLog } from '../log.ts';
import { migrateDatabase } from '../postgres/start/migrate.ts';
import { openServiceDatabase } from '../service-database.ts';
import { StartupError } from '../startup-error.ts';
import { endsWithOneLine } from './terminal/one-line.ts';

const usage = `npm run migrate

Brings the database to this version's tables, and ends. The service does so itself when it starts; this is for those whose
service runs with a role that may not create tables: run it with the DATABASE_URL of the role that may.
`;

process.exitCode = await endsWithOneLine(main, new AbortController().signal);

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (positionals.length > 0) throw new StartupError(`There is nothing to name.\n\n${usage}`);
  const config = readConfig(readEnvironment());
  const log = createLog({ level: 'info', destination: process.stderr });
  if (config.DATABASE_URL !== undefined) await migrateDatabase(config.DATABASE_URL, log);
  else await (await openServiceDatabase({ config, log, name: 'migrate', max: 1 })).close();
  process.stdout.write('The database has all migrations of this version.\n');
  return 0;
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } });
  } catch (error) {
    throw new StartupError(`${(error as Error).message}\n\n${usage}`);
  }
}
