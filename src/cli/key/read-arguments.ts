import { type Scope, scopes } from '../../access/viewer.ts';
import { StartupError } from '../../startup-error.ts';
import type { Instant } from '../../time/instant.ts';
import { parse, WrongUse } from '../terminal/command.ts';
import { readExpiry } from './read-expiry.ts';

export const usage = `npm run key -- COMMAND

Makes, lists and ends the keys of the API. create and rotate print the key, and nothing else, on stdout: it is shown this once.
npm itself adds lines to that unless it is called with --silent: npm run --silent key -- ...

  create --name NAME --scopes SCOPE,... [--account NAME]... [--expires WHEN] [--documents-only] [--budget COST]
  list
  rotate --name NAME            a new secret; both are valid until the older one is revoked
  revoke --name NAME [--older]  ends the key for good, and its name stays taken; --older: all its secrets but the newest

  --name            1 to 64 characters, which no other key ever had.
  --scopes          Of ${scopes.join(', ')}; separated by commas.
  --account         Whose calls, once for each account. Left out: all accounts, later ones too.
  --expires         After so many days or hours, such as 90d or 12h; or a day such as 2027-01-31, when it begins.
  --documents-only  Only documents that the service holds may be asked with it: see the setting DOCUMENTS_DIR.
  --budget          What its questions may cost a minute.
`;

export type KeyArguments =
  | { command: 'list' }
  | { command: 'rotate'; name: string }
  | { command: 'revoke'; name: string; olderOnly: boolean }
  | {
      command: 'create';
      name: string;
      scopes: readonly Scope[];
      accounts: readonly string[];
      expiresAt: Instant | null;
      documentsOnly: boolean;
      budget: number | null;
    };

const string = { type: 'string' } as const;
const boolean = { type: 'boolean' } as const;
const optionsOf = {
  list: [],
  rotate: ['name'],
  revoke: ['name', 'older'],
  create: ['name', 'scopes', 'account', 'expires', 'documents-only', 'budget'],
} as const;

/** What the person at the keyboard wants, or one line that says what is allowed. */
export function readArguments(args: string[], { now, timeZone }: { now: number; timeZone: string }): KeyArguments {
  const { values, positionals } = parse(
    args,
    {
      name: string,
      scopes: string,
      account: { type: 'string', multiple: true },
      expires: string,
      'documents-only': boolean,
      budget: string,
      older: boolean,
    },
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
  const { name } = values;
  if (name === undefined) throw new WrongUse('--name is missing.');
  if (command === 'rotate') return { command, name };
  if (command === 'revoke') return { command, name, olderOnly: values.older === true };
  return {
    command,
    name,
    scopes: readScopes(values.scopes),
    accounts: values.account ?? [],
    expiresAt: values.expires === undefined ? null : readExpiry(values.expires, now, timeZone),
    documentsOnly: values['documents-only'] === true,
    budget: values.budget === undefined ? null : readNumber(values.budget),
  };
}

function isCommand(text: string): text is keyof typeof optionsOf {
  return Object.hasOwn(optionsOf, text);
}

function readScopes(text: string | undefined): readonly Scope[] {
  if (text === undefined) throw new WrongUse('--scopes is missing.');
  return text.split(',').map((word) => {
    const scope = scopes.find((one) => one === word.trim());
    if (scope) return scope;
    throw new StartupError(
      `--scopes has ${JSON.stringify(word.trim().slice(0, 60))}. Allowed: ${scopes.join(', ')}, separated by commas.`,
    );
  });
}

function readNumber(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new StartupError(`--budget is ${JSON.stringify(text.slice(0, 60))}. Allowed: a whole number.`);
}
