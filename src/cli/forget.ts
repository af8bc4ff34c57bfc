import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import type { Account } from '../accounts/account.table.ts';
import { listAccounts } from '../accounts/accounts.ts';
import { readConfig, readEnvironment } from '../config.ts';
import { type FoundNumber, findNumber, forgetNumber, readNumber } from '../erasure/erase-person.ts';
import { describeFailure } from '../failures.ts';
import { createLog } from '../log.ts';
import type { OpenDatabase } from '../postgres/client.ts';
import { serviceProviders as providers } from '../providers/registry.ts';
import { openServiceDatabase } from '../service-database.ts';
import { StartupError, startupLine } from '../startup-error.ts';
import { databaseClock } from '../time/instant.ts';

const usage = `npm run forget -- --number NUMBER [--account NAME] [--yes]

Erases a person outside from calls, customers and kept deliveries: their number, their recordings and the keys they
pressed. Calls, durations and counts stay. This cannot be undone.

  --number   In any spelling; without a country code it is read in the account's region.
  --account  Only in this account. Default: in all.
  --yes      Do not ask.
`;

// A server that was started for this command is told to end when the process exits.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

process.exitCode = await run().catch((error: unknown) => {
  // Other messages may carry what the database was told, and so the number.
  const line = error instanceof StartupError ? startupLine(error) : JSON.stringify(describeFailure(error));
  process.stderr.write(`${line}\n`);
  return 1;
});

async function run(): Promise<number> {
  const asked = readArguments();
  if (asked === null) return 1;
  const config = readConfig(readEnvironment());
  const log = createLog({ level: 'warn', destination: process.stderr });
  const database = await openServiceDatabase({ config, log, name: 'forget command', max: 1 });
  try {
    return await forget(database, asked);
  } finally {
    await database.close();
  }
}

type Asked = { number: string; account: string | undefined; yes: boolean };

function readArguments(): Asked | null {
  try {
    const { values } = parseArgs({
      options: {
        number: { type: 'string' },
        account: { type: 'string' },
        yes: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const { number, account, yes } = values;
    if (values.help || number === undefined) {
      process.stderr.write(usage);
      return null;
    }
    return { number, account, yes };
  } catch {
    process.stderr.write(usage);
    return null;
  }
}

async function forget({ db, pool }: OpenDatabase, asked: Asked): Promise<number> {
  const places: { account: Account; found: FoundNumber }[] = [];
  for (const account of await chosenAccounts(db, asked.account)) {
    const number = readNumber(asked.number, account);
    if (number === null) {
      throw new StartupError('--number is no phone number of one person. Allowed: digits, such as +919812345678.');
    }
    places.push({ account, found: await findNumber(pool, account, number) });
  }
  const refused = places.filter(({ found }) => found.belongsTo !== null);
  for (const { account, found } of refused) {
    process.stderr.write(
      `In the account ${account.name} this is the number of ${found.belongsTo === 'agent' ? 'an agent' : 'a virtual number'}. Only people outside are erased: nothing was changed. Other accounts: --account NAME.\n`,
    );
  }
  if (refused.length > 0) return 1;
  const calls = places.reduce((sum, { found }) => sum + found.calls.length, 0);
  if (!asked.yes && process.stdin.isTTY && !(await isConfirmed(calls))) {
    process.stdout.write('Nothing was changed.\n');
    return 1;
  }
  for (const { account, found } of places) {
    const gone = await forgetNumber(pool, { providers, account, found, clock: databaseClock, onProgress });
    if (process.stderr.isTTY) process.stderr.write('\n');
    process.stdout.write(
      `${account.name}: erased from ${gone.customers} customers, ${gone.calls} calls, ${gone.deliveries} deliveries\n`,
    );
  }
  return 0;
}

async function chosenAccounts(db: OpenDatabase['db'], name: string | undefined): Promise<Account[]> {
  const all = await listAccounts(db);
  if (name === undefined) return all;
  const chosen = all.filter((account) => account.name === name);
  if (chosen.length > 0) return chosen;
  throw new StartupError(`--account names no account. Allowed: ${all.map((account) => account.name).join(', ')}.`);
}

async function isConfirmed(calls: number): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const question = `The person of this number, found in ${calls} calls, will be erased for good. Go on? (yes/no) `;
  const answer = await terminal.question(question).finally(() => terminal.close());
  return answer.trim().toLowerCase() === 'yes';
}

function onProgress(seen: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${seen} deliveries looked at`);
}
