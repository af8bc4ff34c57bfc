import { parseArgs } from 'node:util';
import { isSupportedCountry } from 'libphonenumber-js';
import { StartupError } from '../../startup-error.ts';

const legs = ['LEG_A', 'LEG_B'] as const;

/** What each command takes. */
const optionsOf = {
  create: ['name', 'time-zone', 'region', 'outgoing-agent', 'url'],
  list: [],
  update: ['name', 'time-zone', 'region', 'outgoing-agent'],
  'rotate-secret': ['name', 'revoke-others', 'url'],
  'revoke-older-secrets': ['name'],
} as const;

type Command = keyof typeof optionsOf;
type Option = (typeof optionsOf)[Command][number];

const shownAs: Record<Option, string> = {
  name: '--name NAME',
  'time-zone': '--time-zone ZONE',
  region: '--region REGION',
  'outgoing-agent': '--outgoing-agent LEG_A|LEG_B',
  'revoke-others': '--revoke-others',
  url: '--url URL',
};

export type AccountArguments =
  | { command: 'list' }
  | {
      command: Exclude<Command, 'list'>;
      name: string;
      timeZone?: string;
      region?: string;
      outgoingAgentLeg?: (typeof legs)[number];
      revokeOthers: boolean;
      url?: string;
    };

/** What the person at the keyboard wants, or one line that says what is allowed. */
export function readArguments(argv: readonly string[]): AccountArguments {
  const [first = '', ...rest] = argv;
  if (!isCommand(first)) {
    const commands = Object.keys(optionsOf).join(', ');
    throw new StartupError(`${first ? `There is no command ${first}.` : 'Which command?'} Allowed: ${commands}.`);
  }
  const values = parse(first, rest);
  if (first === 'list') return { command: first };
  const { region, url } = values;
  const name = values.name?.trim();
  if (!name || name.length > 100 || /[\p{C}]/u.test(name)) {
    throw wrong(first, name ? '--name is not usable: 1 to 100 characters, on one line' : '--name is missing');
  }
  if (region !== undefined && !isSupportedCountry(region)) {
    throw wrong(first, '--region is no ISO 3166 code of two capital letters, such as IN');
  }
  const leg = values['outgoing-agent'];
  const outgoingAgentLeg = legs.find((known) => known === leg);
  if (leg !== undefined && !outgoingAgentLeg) throw wrong(first, `--outgoing-agent is not ${legs.join(' or ')}`);
  const changes = {
    ...(values['time-zone'] !== undefined && { timeZone: values['time-zone'] }),
    ...(region !== undefined && { region }),
    ...(outgoingAgentLeg && { outgoingAgentLeg }),
  };
  if (first === 'update' && Object.keys(changes).length === 0) throw wrong(first, 'Nothing to change is named');
  const revokeOthers = values['revoke-others'] === true;
  return { command: first, name, revokeOthers, ...changes, ...(url !== undefined && { url: baseOf(first, url) }) };
}

type Values = Partial<Record<Exclude<Option, 'revoke-others'>, string>> & { 'revoke-others'?: boolean };

function parse(command: Command, args: string[]): Values {
  const allowed: readonly Option[] = optionsOf[command];
  const options = Object.fromEntries(
    allowed.map((name) => [name, { type: name === 'revoke-others' ? ('boolean' as const) : ('string' as const) }]),
  );
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values as Values;
  } catch (error) {
    const sentence = (error as Error).message.split(/[.\n]/)[0] ?? '';
    throw wrong(command, sentence);
  }
}

function wrong(command: Command, problem: string): StartupError {
  const [first, ...others] = optionsOf[command].map((name: Option) => shownAs[name]);
  const allowed = first ? [first, ...others.map((option) => `[${option}]`)].join(' ') : 'no options';
  return new StartupError(`${problem}. Allowed: ${command} ${allowed}.`);
}

/** What stands before the webhook's path, without a slash at its end. */
function baseOf(command: Command, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash) {
    throw wrong(command, '--url is no address such as https://calls.example.com');
  }
  return url.href.replace(/\/+$/, '');
}

function isCommand(text: string): text is Command {
  return Object.hasOwn(optionsOf, text);
}
