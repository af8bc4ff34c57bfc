import { parseArgs } from 'node:util';
import { isSupportedCountry } from 'libphonenumber-js';
import type { AccountSetting, Provider } from '../../providers/provider.ts';
import type { Providers } from '../../providers/providers.ts';
import { StartupError } from '../../startup-error.ts';

/** What each command takes. */
const optionsOf = {
  create: ['name', 'provider', 'time-zone', 'region', 'url'],
  list: [],
  update: ['name', 'time-zone', 'region'],
  'rotate-secret': ['name', 'revoke-others', 'url'],
  'revoke-older-secrets': ['name'],
} as const;

type Command = keyof typeof optionsOf;
type Option = (typeof optionsOf)[Command][number];

const shownAs: Record<Option, string> = {
  name: '--name NAME',
  provider: '--provider PROVIDER',
  'time-zone': '--time-zone ZONE',
  region: '--region REGION',
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
      /** Of an account that is made. */
      provider: Provider;
      /** Options that only some providers have, as they were typed. */
      settings: Readonly<Record<string, string>>;
      revokeOthers: boolean;
      url?: string;
    };

/** What the person at the keyboard wants, or one line that says what is allowed. */
export function readArguments(argv: readonly string[], providers: Providers): AccountArguments {
  const [first = '', ...rest] = argv;
  if (!isCommand(first)) {
    const commands = Object.keys(optionsOf).join(', ');
    throw new StartupError(`${first ? `There is no command ${first}.` : 'Which command?'} Allowed: ${commands}.`);
  }
  const ofProviders = settingsFor(first, providers);
  const wrong = (problem: string) => refusal(first, ofProviders, problem);
  const { texts: values, revokeOthers } = parse(first, rest, ofProviders, wrong);
  if (first === 'list') return { command: first };
  const { region, url } = values;
  const name = values.name?.trim();
  if (!name || name.length > 100 || /[\p{C}]/u.test(name)) {
    throw wrong(name ? '--name is not usable: 1 to 100 characters, on one line' : '--name is missing');
  }
  if (region !== undefined && !isSupportedCountry(region)) {
    throw wrong('--region is no ISO 3166 code of two capital letters, such as IN');
  }
  const { provider = providers.usual.name } = values;
  if (!providers.has(provider))
    throw wrong(`--provider is ${JSON.stringify(provider)}, and not ${providers.names.join(' or ')}`);
  const settings = Object.fromEntries(
    ofProviders.flatMap(({ option }) => (values[option] === undefined ? [] : [[option, values[option]]])),
  );
  const changes = {
    ...(values['time-zone'] !== undefined && { timeZone: values['time-zone'] }),
    ...(region !== undefined && { region }),
  };
  if (first === 'update' && Object.keys({ ...changes, ...settings }).length === 0)
    throw wrong('Nothing to change is named');
  return {
    command: first,
    name,
    provider: providers.get(provider),
    settings,
    revokeOthers,
    ...changes,
    ...(url !== undefined && { url: baseOf(url, wrong) }),
  };
}

type Refuse = (problem: string) => StartupError;

function parse(command: Command, args: string[], ofProviders: readonly AccountSetting[], wrong: Refuse) {
  const names: readonly string[] = [...optionsOf[command], ...ofProviders.map(({ option }) => option)];
  const options = Object.fromEntries(
    names.map((name) => [name, { type: name === 'revoke-others' ? ('boolean' as const) : ('string' as const) }]),
  );
  try {
    const { 'revoke-others': revokeOthers, ...texts } = parseArgs({
      args,
      options,
      strict: true,
      allowPositionals: false,
    }).values;
    return { revokeOthers: revokeOthers === true, texts: texts as Readonly<Record<string, string | undefined>> };
  } catch (error) {
    throw wrong((error as Error).message.split(/[.\n]/)[0] ?? '');
  }
}

/** What accounts of any provider may have; several may have one of the same name. */
function settingsFor(command: Command, providers: Providers): readonly AccountSetting[] {
  if (command !== 'create' && command !== 'update') return [];
  const byOption = new Map(providers.all.flatMap(({ settings }) => settings.map((one) => [one.option, one])));
  return [...byOption.values()];
}

/** A line for each command, with what it takes. */
export function usage(providers: Providers): string {
  const lines = (Object.keys(optionsOf) as Command[]).map(
    (command) => `  ${command} ${allowedFor(command, settingsFor(command, providers))}\n`,
  );
  return `npm run account -- COMMAND\n\nMakes, lists and changes accounts and the secrets of their webhooks' addresses.\n\n${lines.join('')}`;
}

function allowedFor(command: Command, ofProviders: readonly AccountSetting[]): string {
  const common = optionsOf[command].map((name: Option) => shownAs[name]);
  const [first, ...others] = [...common, ...ofProviders.map(({ option, shown }) => `--${option} ${shown}`)];
  return first ? [first, ...others.map((option) => `[${option}]`)].join(' ') : '';
}

function refusal(command: Command, ofProviders: readonly AccountSetting[], problem: string): StartupError {
  const allowed = allowedFor(command, ofProviders) || 'no options';
  return new StartupError(`${problem}. Allowed: ${command} ${allowed}.`);
}

/** What stands before the webhook's path, without a slash at its end. */
function baseOf(text: string, wrong: Refuse): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash) {
    throw wrong('--url is no address such as https://calls.example.com');
  }
  return url.href.replace(/\/+$/, '');
}

function isCommand(text: string): text is Command {
  return Object.hasOwn(optionsOf, text);
}
