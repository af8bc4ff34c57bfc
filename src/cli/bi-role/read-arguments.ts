import { randomBytes } from 'node:crypto';
import { StartupError } from '../../startup-error.ts';
import { parse, WrongUse } from '../terminal/command.ts';

export const usage = `npm run bi-role -- COMMAND

Makes, lists and drops roles of the database for BI tools, which read the views of the schema bi: docs/bi.md. create prints the
role's address, with its password, and nothing else on stdout: it is shown this once. Where DATABASE_URL is of a role that may not
make others, create and drop print the statements for an administrator on stdout, and run none.

  create --account NAME [--account NAME]... [--numbers] [--name NAME]
  list
  drop --name NAME

  --account  Whose calls, once for each account.
  --numbers  bi.calls too, in which numbers are as they are. The other views are masked for everybody.
  --name     bi_ and 1 to 40 of a-z 0-9 _, such as bi_grafana. Default: one that is made up.
`;

export type BiRoleArguments =
  | { command: 'list' }
  | { command: 'drop'; name: string }
  | { command: 'create'; name: string; accounts: readonly string[]; seesNumbers: boolean };

const optionsOf = { list: [], drop: ['name'], create: ['account', 'numbers', 'name'] } as const;

/** What the person at the keyboard wants, or one line that says what is allowed. */
export function readArguments(args: string[]): BiRoleArguments {
  const { values, positionals } = parse(
    args,
    { name: { type: 'string' }, account: { type: 'string', multiple: true }, numbers: { type: 'boolean' } },
    true,
  );
  const [command = '', ...others] = positionals;
  if (!isCommand(command) || others.length > 0) {
    const problem = command === '' ? 'Which command?' : `There is no command ${positionals.join(' ')}.`;
    throw new WrongUse(`${problem} Allowed: ${Object.keys(optionsOf).join(', ')}.`);
  }
  const allowed: readonly string[] = optionsOf[command];
  const foreign = Object.keys(values).find((option) => !allowed.includes(option));
  if (foreign !== undefined) throw new WrongUse(`--${foreign} is no option of ${command}.`);
  if (command === 'list') return { command };
  if (command === 'drop') {
    if (values.name === undefined) throw new WrongUse('--name is missing.');
    return { command, name: values.name };
  }
  const { name = `bi_${randomBytes(4).toString('hex')}`, account: accounts = [], numbers = false } = values;
  if (accounts.length === 0) throw new WrongUse('--account is missing.');
  if (!/^bi_[a-z0-9_]{1,40}$/.test(name)) {
    throw new StartupError(
      `--name is ${JSON.stringify(name.slice(0, 60))}. Allowed: bi_ and 1 to 40 of a-z 0-9 _, such as bi_grafana.`,
    );
  }
  return { command, name, accounts: [...new Set(accounts)], seesNumbers: numbers };
}

function isCommand(text: string): text is keyof typeof optionsOf {
  return Object.hasOwn(optionsOf, text);
}
