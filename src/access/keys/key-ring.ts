import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import { Cancellation } from '../../cancellation.ts';
import { describeFailure } from '../../failures.ts';
import { type OpenDatabase, openDatabase } from '../../postgres/client.ts';
import { statement } from '../../postgres/statement.ts';
import { sha256 } from '../../sha256.ts';
import type { Instant } from '../../time/instant.ts';
import { within } from '../../within.ts';
import { giveTicket, takeTicket } from '../tickets/tickets.ts';
import { hasExpired, noLongerValid } from '../unauthenticated.ts';
import { keyOfViewer, type Scope, scopes, type Viewer } from '../viewer.ts';
import { apiKeySecrets, apiKeys } from './api-key.table.ts';
import { isKeyText } from './key-text.ts';
import { LastUses } from './last-uses.ts';

const everyMs = 1_000;
/** What was read longer ago counts no more: a change counts everywhere within so long. */
const staleMs = 3_000;
/** Strangers, whose keys nobody knows, have them read no more often than this. */
const newMs = 100;
/** So long a request waits for keys that are read for it. */
const askPatienceMs = 2_000;

/** Whether there ever was a key; null: not known, or not any more. */
export type KeysMade = boolean | null;

/** Who presents a key. */
export type Holder = {
  viewer: Viewer;
  /** Cancelled once the key, or what it allows, is not the same any more. */
  standing: Cancellation;
  keyId: number;
};

type Held = Holder & {
  /** On the clock of performance.now. */
  endsAt: number;
};

/** What was read last. */
type Reading = {
  beganAt: number;
  isMade: boolean;
  /** By the hash of what is presented. */
  held: ReadonlyMap<string, Held>;
};

type RingLog = Pick<Logger, 'info' | 'warn' | 'error'>;

/**
 * All keys that are valid, in memory, so that asking costs a question no statement; read anew every second, so that a change
 * counts everywhere within three, whichever instance or command made it.
 */
export class KeyRing {
  readonly #database: OpenDatabase;
  readonly #log: RingLog;
  readonly #uses: LastUses;
  readonly #timer: NodeJS.Timeout;
  #last: Reading | null = null;
  #reading: Promise<void> | null = null;
  /** A reading that has not begun. */
  #next: Promise<void> | null = null;
  #isFailing = false;
  #isClosed = false;
  #open = new Cancellation();

  private constructor(url: string, log: RingLog) {
    this.#log = log;
    // One reads, one notes uses. Given up well before what was read last counts no more.
    this.#database = openDatabase({
      url,
      name: 'keys',
      max: 2,
      statementTimeoutMs: 1500,
      silenceMs: 2000,
      connectTimeoutMs: 1500,
      log,
    });
    this.#uses = new LastUses(this.#database.pool);
    this.#timer = setInterval(() => this.#tick(), everyMs).unref();
  }

  /** Reads the keys, and again until it is closed. Where they cannot be read it is open all the same, and knows nothing. */
  static async open(url: string, log: RingLog): Promise<KeyRing> {
    const ring = new KeyRing(url, log);
    await within(askPatienceMs, ring.#read());
    return ring;
  }

  /** Whether there ever was a key, as was last read: that it was never is not known for long. */
  get isMade(): KeysMade {
    return this.#last?.isMade ?? null;
  }

  /** Whether what was last read still counts. */
  get isFresh(): boolean {
    return this.#last !== null && performance.now() - this.#last.beganAt <= staleMs;
  }

  /** Ends once there is a first key: for who asks without one. */
  get untilMade(): Cancellation {
    return this.#open;
  }

  /** Reads the keys for somebody who cannot wait for the next time; once more where a reading that ran already fails. */
  async ask(): Promise<void> {
    const read = async () => {
      await this.#read();
      if (!this.isFresh) await this.#read();
    };
    await within(askPatienceMs, read());
  }

  /** Reads the keys for somebody whose key is not known, and may be new: the reading begins after they came. */
  async askForNew(): Promise<void> {
    const beginNext = async () => {
      await sleep(newMs - (performance.now() - (this.#last?.beganAt ?? 0)));
      await this.#reading;
      this.#next = null;
      await this.#read();
    };
    this.#next ??= beginNext();
    await within(askPatienceMs, this.#next);
  }

  /** Who presents a text, as was last read; null: nobody. What is no key by its form is none. */
  find(text: string): Holder | 'expired' | null {
    return isKeyText(text) ? this.findHash(sha256(text)) : null;
  }

  /** The same by the hash of what is presented. */
  findHash(hash: Buffer): Holder | 'expired' | null {
    const held = this.#last?.held.get(hash.toString('hex'));
    if (!held) return null;
    return held.endsAt > performance.now() ? held : 'expired';
  }

  /** A ticket that stands for a key once, by the key's hash. */
  giveTicket(keyHash: Buffer): Promise<string> {
    return giveTicket(this.#database.pool, keyHash);
  }

  /** The hash of the key for which a ticket stands; null: it is none, or was used. */
  takeTicket(ticket: string): Promise<Buffer | null> {
    return takeTicket(this.#database.pool, ticket);
  }

  /** Notes that a key is in use. */
  noteUse({ keyId }: Holder): void {
    this.#uses.note(keyId);
  }

  readonly close = async (): Promise<void> => {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#uses.close();
    await this.#database.close();
  };

  #tick(): void {
    // Keys expire whether the database answers or not.
    for (const held of this.#last?.held.values() ?? []) {
      if (held.endsAt <= performance.now()) held.standing.cancel(hasExpired());
    }
    void this.#read();
  }

  #read(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#reading ??= this.#readOnce()
      .then(
        () => this.#tell(null),
        (error: unknown) => this.#tell(error),
      )
      .finally(() => {
        this.#reading = null;
      });
    return this.#reading;
  }

  async #readOnce(): Promise<void> {
    const beganAt = performance.now();
    const rows = await readRing(this.#database.pool, {});
    const before = this.#last?.held ?? new Map<string, Held>();
    const held = new Map<string, Held>();
    for (const row of rows) {
      if (row.hash === null) continue;
      const viewer = viewerOf(row);
      const endsAt = row.msLeft === null ? Number.POSITIVE_INFINITY : beganAt + row.msLeft;
      const known = before.get(row.hash);
      const isSame = known?.keyId === row.id && keyOfViewer(known.viewer) === keyOfViewer(viewer);
      held.set(row.hash, { viewer, keyId: row.id, endsAt, standing: isSame ? known.standing : new Cancellation() });
    }
    const wasMade = this.#last?.isMade ?? null;
    const isMade = rows[0]?.isMade ?? false;
    this.#last = { beganAt, isMade, held };
    for (const [hash, { standing }] of before)
      if (held.get(hash)?.standing !== standing) standing.cancel(noLongerValid());
    if (isMade === wasMade) return;
    if (wasMade === false) this.#log.info('a key was made: from now on every request needs one');
    if (isMade) this.#open.cancel(noLongerValid());
    else this.#open = new Cancellation();
  }

  #tell(error: unknown): void {
    const isFailing = error !== null;
    if (isFailing === this.#isFailing || this.#isClosed) return;
    this.#isFailing = isFailing;
    if (isFailing)
      this.#log.warn(
        { failure: describeFailure(error) },
        'the keys could not be read: what was read before counts for 3 seconds',
      );
    else this.#log.info('the keys can be read again');
  }
}

type RingRow = {
  isMade: boolean;
  id: number;
  name: string;
  scopes: string[];
  accountIds: number[] | null;
  documentsOnly: boolean;
  budget: number | null;
  expiresAt: Instant | null;
  /** By the database's clock, which all instances share. */
  msLeft: number | null;
  /** Null: there is no valid secret, and all else is null, too. */
  hash: string | null;
};

const readRing = statement<RingRow>(
  'read_key_ring',
  sql`select exists (select from ${apiKeys}) as "isMade", valid.* from (select) one left join (
    select ${apiKeys.id} as "id", ${apiKeys.name} as "name", ${apiKeys.scopes} as "scopes", ${apiKeys.accountIds} as "accountIds",
      ${apiKeys.documentsOnly} as "documentsOnly", ${apiKeys.budget} as "budget", ${apiKeys.expiresAt} as "expiresAt",
      (extract(epoch from ${apiKeys.expiresAt} - clock_timestamp()) * 1000)::float8 as "msLeft",
      encode(${apiKeySecrets.secretHash}, 'hex') as "hash"
    from ${apiKeys} join ${apiKeySecrets} on ${apiKeySecrets.keyId} = ${apiKeys.id}
    where ${apiKeys.revokedAt} is null and ${apiKeySecrets.revokedAt} is null
  ) valid on true`,
);

function viewerOf({ name, scopes: words, accountIds, documentsOnly, budget, expiresAt }: RingRow): Viewer {
  return {
    name,
    accounts: accountIds ?? 'all',
    // Words of a newer version beside this one open nothing here.
    scopes: scopes.filter((scope: Scope) => words.includes(scope)),
    ...(documentsOnly && { documentsOnly }),
    ...(budget !== null && { budget }),
    ...(expiresAt !== null && { expiresAt }),
  };
}
