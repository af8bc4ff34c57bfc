import { listAccounts } from '../accounts/accounts.ts';
import { createBiRole, dropBiRole, listBiRoles } from '../bi/bi-roles.ts';
import { biUrl } from '../bi/bi-url.ts';
import type { Config } from '../config.ts';
import type { Database, OpenDatabase } from '../postgres/client.ts';
import { instantOf } from '../time/instant.ts';
import { type BiRoleArguments, readArguments, usage } from './bi-role/read-arguments.ts';
import { roleTable } from './bi-role/role-table.ts';
import { runStatements } from './bi-role/run-statements.ts';
import { findAccount } from './terminal/account-named.ts';
import { complain, runOnDatabase, say } from './terminal/command.ts';

// What is to be kept or run goes to stdout, alone; what is to be read to stderr.
await runOnDatabase({
  name: 'bi-role command',
  usage,
  onSignal: 'end',
  read: readArguments,
  run: async ({ db, pool, config }, wanted) => {
    if (wanted.command === 'list') say(roleTable(await listBiRoles(db), await listAccounts(db)));
    else if (wanted.command === 'drop') await drop(db, wanted.name, config);
    else await create({ db, pool }, wanted, config);
    return true;
  },
});

type Wanted = Extract<BiRoleArguments, { command: 'create' }>;

async function create({ db, pool }: Pick<OpenDatabase, 'db' | 'pool'>, wanted: Wanted, config: Config): Promise<void> {
  const { name, seesNumbers } = wanted;
  const accountIds: number[] = [];
  for (const account of wanted.accounts) accountIds.push((await findAccount(db, account)).id);
  const seconds = config.BI_STATEMENT_SECONDS;
  const { password, ...work } = await createBiRole(
    db,
    { name, accountIds, seesNumbers, seconds },
    instantOf(Date.now()),
  );
  const left = await runStatements(work, config).catch(async (error: unknown) => {
    await dropBiRole(db, name);
    throw error;
  });
  const address = biUrl(pool.options.connectionString ?? '', { name, password });
  if (left.ran) {
    complain(`The role ${name} was made. Its address is shown only now:`);
    say(address);
    if (left.statements.length > 0) {
      complain('For a superuser to run in this database, so that the role can neither take locks nor fill the disk:');
      complain(listed(left.statements));
    }
  } else {
    complain(
      `The role of DATABASE_URL may not make others. Have an administrator run the statements on stdout in this database.`,
    );
    complain(`Once they have been run this is the address of ${name}, which is shown only now:\n${address}`);
    say(listed(left.statements));
  }
  if (config.DATABASE_URL === undefined && config.POSTGRES_PORT === undefined) {
    complain('Its port is another one after each start: set POSTGRES_PORT to keep one.');
  }
}

async function drop(db: Database, name: string, config: Config): Promise<void> {
  const left = await runStatements(await dropBiRole(db, name), config);
  complain(`The role ${name} sees nothing any more${left.ran ? ', and is gone' : ''}.`);
  if (left.statements.length === 0) return;
  complain(
    'The role of DATABASE_URL may not drop it. Have an administrator run the statements on stdout in this database.',
  );
  say(listed(left.statements));
}

function listed(statements: readonly string[]): string {
  return statements.map((text) => `${text};`).join('\n');
}
