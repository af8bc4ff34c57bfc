import type { Account } from '../accounts/account.table.ts';
import { listAccounts } from '../accounts/list-accounts.ts';
import type { Database } from '../db/client.ts';
import { type Instant, instantOf } from '../time/instant.ts';
import { type Loaders, makeLoaders } from './loaders.ts';

/** What the service itself decides where no account's settings do. */
export type ServiceSettings = { timeZone: string; region: string; timeZones: ReadonlySet<string> };

/** What the resolvers of one operation share. */
export type Context = {
  /** Named in the log and in the answer where something unexpected failed. */
  requestId: string;
  /** Read once: it is the same moment everywhere in the operation. */
  now: Instant;
  db: Database;
  /** Moves everything that is read from here on to one snapshot of the database. */
  readFrom: (db: Database) => void;
  loaders: Loaders;
  service: ServiceSettings;
  /** All accounts; read once. */
  accounts: () => Promise<Account[]>;
};

export function makeContext(db: Database, service: ServiceSettings, requestId: string): Context {
  let all: Promise<Account[]> | undefined;
  const context: Context = {
    requestId,
    now: instantOf(Date.now()),
    db,
    readFrom: (snapshot) => {
      context.db = snapshot;
      context.loaders = makeLoaders(snapshot);
    },
    loaders: makeLoaders(db),
    service,
    accounts: () => {
      all ??= listAccounts(context.db);
      return all;
    },
  };
  return context;
}
