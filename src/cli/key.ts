import { createKey } from '../access/keys/create-key.ts';
import { listKeys } from '../access/keys/list-keys.ts';
import { revokeKey } from '../access/keys/revoke-key.ts';
import { rotateKey } from '../access/keys/rotate-key.ts';
import { commandLine as maker } from '../access/viewer.ts';
import { listAccounts } from '../accounts/accounts.ts';
import type { OpenDatabase } from '../postgres/client.ts';
import { type Instant, instantOf } from '../time/instant.ts';
import { keyTable } from './key/key-table.ts';
import { type KeyArguments, readArguments, usage } from './key/read-arguments.ts';
import { findAccount } from './terminal/account-named.ts';
import { complain, quoted, runOnDatabase, say } from './terminal/command.ts';

const path: string[] = [];

// What is to be kept goes to stdout, alone; what is to be read to stderr.
await runOnDatabase({
  name: 'key command',
  maxConnections: 2,
  usage,
  onSignal: 'end',
  read: (args, config) => readArguments(args, { now: Date.now(), timeZone: config.TIME_ZONE }),
  run: async (database, wanted) => {
    await perform(database, wanted, instantOf(Date.now()));
    return true;
  },
});

async function perform({ db, pool }: OpenDatabase, wanted: KeyArguments, now: Instant): Promise<void> {
  if (wanted.command === 'list') {
    say(keyTable(await listKeys(pool, maker), await listAccounts(db), now));
  } else if (wanted.command === 'create') {
    const { key, secret } = await createKey(pool, maker, await withAccounts(db, wanted), { now, path });
    const until = key.expiresAt === null ? 'does not expire' : `expires ${key.expiresAt}`;
    complain(`The key ${key.name} was made: ${key.scopes.join(', ')}; it ${until}. It is shown only now:`);
    say(secret);
  } else if (wanted.command === 'rotate') {
    const { key, secret } = await rotateKey(pool, maker, wanted.name, { now, path });
    complain(
      `The key ${key.name} has a new secret, and ${key.secrets} that are valid. Once it is in use everywhere, end the others: npm run --silent key -- revoke --name ${quoted(key.name)} --older. It is shown only now:`,
    );
    say(secret);
  } else {
    const { key, revokedSecrets } = await revokeKey(pool, maker, wanted, { now, path });
    const rest = wanted.olderOnly
      ? 'The newest is valid still.'
      : 'It is valid nowhere within 3 seconds, and its name stays taken: no other key can have it.';
    complain(`Of the key ${key.name} ${revokedSecrets} valid secrets were revoked. ${rest}`);
  }
}

type Wanted = Extract<KeyArguments, { command: 'create' }>;

async function withAccounts(db: OpenDatabase['db'], { accounts, ...wanted }: Wanted) {
  if (accounts.length === 0) return { ...wanted, accountIds: null };
  const found = [];
  for (const name of accounts) found.push(await findAccount(db, name));
  return { ...wanted, accountIds: found.map(({ id }) => id) };
}
