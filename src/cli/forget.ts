import { createInterface } from 'node:readline/promises';
import { noteChange } from '../access/log/note-change.ts';
import { commandLine } from '../access/viewer.ts';
import type { Account } from '../accounts/account.table.ts';
import { listAccounts } from '../accounts/accounts.ts';
import { type FoundNumber, findNumber, forgetNumber, readNumber } from '../erasure/erase-person.ts';
import { serviceProviders as providers } from '../providers/registry.ts';
import { StartupError } from '../startup-error.ts';
import { databaseClock } from '../time/instant.ts';
import { findAccount } from './terminal/account-named.ts';
import { complain, parse, runOnDatabase, say, WrongUse } from './terminal/command.ts';

const usage = `npm run forget -- --number NUMBER [--account NAME] [--yes]

Erases a person outside from calls, customers and kept deliveries: their number, their recordings and the keys they
pressed. Calls, durations and counts stay. This cannot be undone.

  --number   In any spelling; without a country code it is read in the account's region.
  --account  Only in this account. Default: in all.
  --yes      Do not ask.
`;

await runOnDatabase({
  name: 'forget command',
  usage,
  onSignal: 'end',
  read: (args) => {
    const { values } = parse(args, {
      number: { type: 'string' },
      account: { type: 'string' },
      yes: { type: 'boolean', default: false },
    });
    if (values.number === undefined) throw new WrongUse('--number is missing.');
    return { ...values, number: values.number };
  },
  run: async ({ db, pool }, { number: typed, account: name, yes }) => {
    const accounts =
      name === undefined ? await listAccounts(db) : [await findAccount(db, name, '--account names no account')];
    const found: { account: Account; found: FoundNumber }[] = [];
    for (const account of accounts) {
      const number = readNumber(typed, account);
      if (number === null) {
        throw new StartupError('--number is no phone number of one person. Allowed: digits, such as +919812345678.');
      }
      found.push({ account, found: await findNumber(pool, account, number) });
    }
    const refused = found.filter((one) => one.found.belongsTo !== null);
    for (const { account, found: of } of refused) {
      complain(
        `In the account ${account.name} this is the number of ${of.belongsTo === 'agent' ? 'an agent' : 'a virtual number'}. Only people outside are erased: nothing was changed. Other accounts: --account NAME.`,
      );
    }
    if (refused.length > 0) return false;
    const calls = found.reduce((sum, one) => sum + one.found.calls.length, 0);
    if (!yes && process.stdin.isTTY && !(await isConfirmed(calls))) {
      say('Nothing was changed.');
      return false;
    }
    for (const { account, found: of } of found) {
      const gone = await forgetNumber(pool, { providers, account, found: of, clock: databaseClock, onProgress });
      if (process.stderr.isTTY) complain('');
      const what = `person erased: ${gone.calls} calls, ${gone.deliveries} deliveries`;
      await noteChange(pool, commandLine, { what, row: { type: 'Account', id: account.id } });
      say(
        `${account.name}: erased from ${gone.customers} customers, ${gone.calls} calls, ${gone.deliveries} deliveries`,
      );
    }
    return true;
  },
});

async function isConfirmed(calls: number): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const question = `The person of this number, found in ${calls} calls, will be erased for good. Go on? (yes/no) `;
  const answer = await terminal.question(question).finally(() => terminal.close());
  return answer.trim().toLowerCase() === 'yes';
}

function onProgress(seen: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${seen} deliveries looked at`);
}
