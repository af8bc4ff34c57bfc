import { biUrl } from '../bi/bi-url.ts';
import { findRunningServer } from '../embedded-postgres/index.ts';
import { StartupError } from '../startup-error.ts';
import { parse, runCommand, say } from './terminal/command.ts';

const usage = `npm run bi-url

Prints the address of the service's database for BI tools, without user and password: those of a role are shown when npm run bi-role
makes it. The service's own server listens on this machine alone, at the port of the setting POSTGRES_PORT; without that at another
one after each start.
`;

await runCommand({
  usage,
  onSignal: 'end',
  read: (args) => parse(args, {}),
  run: async ({ config }) => {
    const url = config.DATABASE_URL ?? (await findRunningServer(config.DATA_DIR));
    if (!url) throw new StartupError('The database of DATA_DIR does not run: start the service.');
    say(biUrl(url));
    return true;
  },
});
