import { timingSafeEqual } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { Logger } from 'pino';
import { describeFailure } from '../failures.ts';
import { statement } from '../postgres/statement.ts';
import { sha256 } from '../sha256.ts';
import { StartupError } from '../startup-error.ts';
import { within } from '../within.ts';
import { type Account, accountSecrets, accounts } from './account.table.ts';

/** What was changed by a command is known to a running service after so long at most. */
const refreshMs = 3_000;
/** Strangers, whose secrets nobody knows, make no more statements than this allows. */
const askedMs = 1_000;
/** A database that is silent does not say who has a secret either. */
const askPatienceMs = 5_000;

export type DirectoryParts = {
  pool: pg.Pool;
  /** Has the secret of the setting beside those stored. It is never stored: changed, the old one ends. */
  defaultAccount: Pick<Account, 'id'>;
  defaultSecret: string;
  log: Pick<Logger, 'warn'>;
};

type Entry = { hash: Buffer; account: Account };

/** The accounts and the hashes of their secrets, in memory, so that finding one costs a delivery no statement. */
export class AccountDirectory {
  readonly #parts: DirectoryParts;
  readonly #defaultHash: Buffer;
  readonly #timer: NodeJS.Timeout;
  #entries: readonly Entry[] = [];
  #refreshing: Promise<void> | null = null;
  #asking: Promise<void> = Promise.resolve();
  #askedAt = Number.NEGATIVE_INFINITY;
  #isStale = false;
  #isClosed = false;

  private constructor(parts: DirectoryParts) {
    this.#parts = parts;
    this.#defaultHash = hashSecret(parts.defaultSecret);
    this.#timer = setInterval(() => void this.#refresh(), refreshMs).unref();
  }

  /** Reads the directory, and again every few seconds until it is closed. */
  static async open(parts: DirectoryParts): Promise<AccountDirectory> {
    const directory = new AccountDirectory(parts);
    try {
      await directory.#read();
      directory.#refuseSharedSecret();
      return directory;
    } catch (error) {
      directory.close();
      throw error;
    }
  }

  /**
   * The account of a provider with this secret, as far as is known. Looks at every entry, so that the time taken tells nothing of
   * any; one of another provider's account is like one that nobody knows.
   */
  known(secret: string, provider: string): Account | null {
    const hash = hashSecret(secret);
    let found: Account | null = null;
    for (const entry of this.#entries) if (timingSafeEqual(entry.hash, hash)) found = entry.account;
    return found?.provider === provider ? found : null;
  }

  /** The account of a provider with this secret. An unknown one may be new: the directory is read again, at most once a second. */
  async find(secret: string, provider: string): Promise<Account | null> {
    const found = this.known(secret, provider);
    if (found) return found;
    const now = performance.now();
    if (now - this.#askedAt >= askedMs) {
      this.#askedAt = now;
      // A reading that runs already may have begun before the secret was made.
      this.#asking = (this.#refreshing ?? Promise.resolve()).then(() => this.#refresh());
    }
    await within(askPatienceMs, this.#asking);
    return this.known(secret, provider);
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  /** Where the database cannot be asked, what is known stays. */
  #refresh(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#refreshing ??= this.#read()
      .then(
        () => {
          this.#isStale = false;
        },
        (error) => {
          const { log } = this.#parts;
          if (!this.#isStale && !this.#isClosed)
            log.warn({ failure: describeFailure(error) }, 'the accounts could not be read again');
          this.#isStale = true;
        },
      )
      .finally(() => {
        this.#refreshing = null;
      });
    return this.#refreshing;
  }

  async #read(): Promise<void> {
    const { pool, defaultAccount } = this.#parts;
    const rows = await readDirectory(pool, {});
    const entries: Entry[] = [];
    // A row for each secret; of an account without any, one.
    const known = new Map<number, Account>();
    for (const { hash, ...row } of rows) {
      const account = known.get(row.id) ?? row;
      if (!known.has(row.id) && row.id === defaultAccount.id) entries.push({ hash: this.#defaultHash, account });
      known.set(row.id, account);
      if (hash !== null) entries.push({ hash: Buffer.from(hash, 'hex'), account });
    }
    this.#entries = entries;
  }

  #refuseSharedSecret(): void {
    const { id } = this.#parts.defaultAccount;
    const other = this.#entries.find(({ hash, account }) => account.id !== id && hash.equals(this.#defaultHash));
    if (!other) return;
    throw new StartupError(
      `The secret of the setting WEBHOOK_SECRET is one of the account ${other.account.name}, whose deliveries it would take: set another one.`,
    );
  }
}

const readDirectory = statement<Account & { hash: string | null }>(
  'read_account_directory',
  sql`select ${accounts.id} as "id", ${accounts.name} as "name", ${accounts.provider} as "provider",
      ${accounts.timeZone} as "timeZone", ${accounts.region} as "region",
      ${accounts.outgoingAgentLeg} as "outgoingAgentLeg", ${accounts.settings} as "settings", ${accounts.createdAt} as "createdAt",
      ${accounts.isDemo} as "isDemo",
      encode(${accountSecrets.secretHash}, 'hex') as "hash"
    from ${accounts} left join ${accountSecrets} on ${accountSecrets.accountId} = ${accounts.id}`,
);

/** What is kept of a secret, and compared: SHA-256. Secrets are long and random, so a slow hash would add nothing. */
export function hashSecret(secret: string): Buffer {
  return sha256(secret);
}
