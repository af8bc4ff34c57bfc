import { noteChange } from '../access/log/note-change.ts';
import { commandLine } from '../access/viewer.ts';
import type { Account } from '../accounts/account.table.ts';
import { countSecrets, revokeOlderSecrets, rotateSecret } from '../accounts/account-secrets.ts';
import { createAccount, defaultAccountName, listAccounts, updateAccount } from '../accounts/accounts.ts';
import { addressOf } from '../banner.ts';
import type { Config } from '../config.ts';
import { checkRecentZones } from '../inbox/check-recent-zones.ts';
import type { Database } from '../postgres/client.ts';
import { type Provider, webhookPath } from '../providers/provider.ts';
import { serviceProviders as providers } from '../providers/registry.ts';
import { StartupError } from '../startup-error.ts';
import { isTimeZoneName } from '../time/time-zone-names.ts';
import { describeAccount } from './account/describe-account.ts';
import { readSettings, tellSettings } from './account/provider-settings.ts';
import { type AccountArguments, readArguments, usage } from './account/read-arguments.ts';
import { findAccount } from './terminal/account-named.ts';
import { runOnDatabase } from './terminal/command.ts';

type Change = Exclude<AccountArguments, { command: 'list' }>;
/** A change, and what stands before the webhook's path in the address that it shows. */
type Wanted = Change & { base: string };

const lastCalls = 200;

/** What is noted of each command. */
const changes: Record<Change['command'], string> = {
  create: 'made',
  update: 'updated',
  'rotate-secret': 'given a new secret',
  'revoke-older-secrets': 'left with its newest secret',
};

await runOnDatabase({
  name: 'account command',
  usage: usage(providers),
  onSignal: 'end',
  read: (args, config) => {
    const wanted = readArguments(args, providers);
    if (wanted.command === 'list') return wanted;
    // Those of an account that exists are read once its provider is known.
    if (wanted.command === 'create') readSettings(wanted.provider, wanted.settings);
    const showsAddress = wanted.command === 'create' || wanted.command === 'rotate-secret';
    return { ...wanted, base: showsAddress ? baseOf(wanted, config) : '' };
  },
  run: async ({ db, config }, wanted) => {
    const told = wanted.command === 'list' ? await list(db) : await db.transaction((tx) => change(tx, wanted, config));
    process.stdout.write(told);
    return true;
  },
});

async function change(db: Database, wanted: Wanted, config: Config): Promise<string> {
  refuseUnknownZone(wanted);
  const told = await perform(db, wanted, config);
  const { id, name } = await findAccount(db, wanted.name);
  await noteChange(db, commandLine, {
    what: `account ${name} ${changes[wanted.command]}`,
    row: { type: 'Account', id },
  });
  return told;
}

async function perform(db: Database, wanted: Wanted, config: Config): Promise<string> {
  if (wanted.command === 'create') return create(db, wanted, config);
  const account = await findAccount(db, wanted.name);
  if (wanted.command === 'update') return update(db, account, wanted);
  return wanted.command === 'rotate-secret' ? rotate(db, account, wanted) : revoke(db, account);
}

async function list(db: Database): Promise<string> {
  const secrets = await countSecrets(db);
  const described: string[] = [];
  for (const account of await listAccounts(db)) {
    const provider = providers.get(account.provider);
    const zone = await checkRecentZones(db, { accountId: account.id, provider, last: lastCalls });
    described.push(describeAccount(account, { provider, secrets: secrets.get(account.id) ?? 0, zone }));
  }
  if (described.length === 0) return `There are no accounts: the service makes ${defaultAccountName} when it starts.\n`;
  return described.join('\n');
}

async function create(db: Database, wanted: Wanted, config: Config): Promise<string> {
  const { name, provider, timeZone = config.TIME_ZONE, region = config.REGION, base } = wanted;
  if (name === defaultAccountName) throw new StartupError(`The service itself makes the account ${name}.`);
  const settings = readSettings(provider, wanted.settings);
  const made = await createAccount(db, { name, provider: provider.name, timeZone, region, ...settings });
  if (!made) throw new StartupError(`There is an account ${name} already: choose another --name, or update that one.`);
  return `The account ${name} was made: ${describeReading(made.account)}.\n${paste(base, provider, made.secret)}`;
}

async function update(db: Database, known: Account, wanted: Change): Promise<string> {
  const { id, name } = known;
  const { timeZone, region } = wanted;
  if (name === defaultAccountName && (timeZone ?? region) !== undefined) {
    throw new StartupError(`The settings TIME_ZONE and REGION are those of the account ${name}: change them there.`);
  }
  const { settings, ...others } = readSettings(providers.get(known.provider), wanted.settings);
  const merged = settings && { settings: { ...known.settings, ...settings } };
  const account = await updateAccount(db, { id, ...definedOf({ timeZone, region }), ...others, ...merged });
  if (!account) throw new StartupError(`The account ${name} is gone.`);
  return `Deliveries to ${name} are read so from now on, by a running service within seconds: ${describeReading(account)}.\n`;
}

async function rotate(db: Database, { id, name, provider }: Account, wanted: Wanted): Promise<string> {
  const { revokeOthers, base } = wanted;
  const { secret, others } = await rotateSecret(db, { accountId: id, revokeOthers });
  const fate = revokeOthers ? 'no longer valid, also to a running service within seconds' : 'still valid';
  const setting =
    name === defaultAccountName
      ? 'The secret of the setting WEBHOOK_SECRET, or in DATA_DIR/webhook-secret, stays valid until you change it and restart.\n'
      : '';
  return `The account ${name} has a new secret. Others stored: ${others}, ${fate}.\n${setting}${paste(base, providers.get(provider), secret)}`;
}

async function revoke(db: Database, { id, name }: Account): Promise<string> {
  const revoked = await revokeOlderSecrets(db, id);
  return `Of the stored secrets of the account ${name} only the newest is valid now. Revoked: ${revoked}.\n`;
}

function refuseUnknownZone({ timeZone }: Change): void {
  if (timeZone === undefined || isTimeZoneName(timeZone)) return;
  throw new StartupError(
    `--time-zone is ${JSON.stringify(timeZone.slice(0, 80))}. Allowed: a name of the time zone database, such as Asia/Kolkata.`,
  );
}

function baseOf({ url }: Change, { HOST, PORT }: Config): string {
  if (url !== undefined) return url;
  if (PORT !== 0) return addressOf(HOST, PORT);
  throw new StartupError(
    'The setting PORT is 0, so the address is not known. Add --url, such as --url https://calls.example.com.',
  );
}

/** How its deliveries are read. */
function describeReading(account: Account): string {
  const own = tellSettings(providers.get(account.provider), account).map((setting) => setting.join(' '));
  return [account.timeZone, account.region, ...own].join(', ');
}

function paste(base: string, provider: Provider, secret: string): string {
  return `Paste this address into ${provider.title}, with the public host that leads here. It is shown only now:\n${base}${webhookPath(provider, secret)}\n`;
}

function definedOf<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
