import { setTimeout as sleep } from 'node:timers/promises';
import { keepSession } from '../postgres/session.ts';
import { WatchedClient } from '../postgres/watched-client.ts';

/** Where writers tell of which accounts they have changed calls. */
export const channel = 'calls_changed';
/** Stands for all accounts, where there are too many to be named. */
export const anyAccount = '*';

const checkEveryMs = 3000;
/** A check that is not answered for so long shows that the connection is dead. */
const silenceMs = 3000;
const againAfterMs = 1000;

/**
 * Listens for what writers tell after their commits, on a connection of its own that is made anew whenever it ends, fails or
 * falls silent. Nothing depends on it: what it misses is found by asking the database.
 */
export class WakeUps {
  readonly #url: string;
  readonly #onWake: (accounts: readonly number[] | 'all') => void;
  readonly #stop = new AbortController();
  readonly #over: Promise<void>;

  constructor(url: string, onWake: (accounts: readonly number[] | 'all') => void) {
    this.#url = url;
    this.#onWake = onWake;
    this.#over = this.#keepListening();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#over;
  }

  async #keepListening(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#listen().catch(() => {});
      await sleep(againAfterMs, undefined, { signal }).catch(() => {});
    }
  }

  /** Settles once the connection has ended, whatever the reason. */
  async #listen(): Promise<void> {
    const client = new WatchedClient({
      connectionString: this.#url,
      application_name: 'live wake-ups',
      connectionTimeoutMillis: 5000,
      keepAlive: true,
      silenceMs,
    });
    const end = () => void client.end();
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    client.on('error', () => {});
    client.on('notification', ({ payload = '' }) => this.#onWake(accountsOf(payload)));
    const { signal } = this.#stop;
    signal.addEventListener('abort', end);
    const check = setInterval(() => {
      const answer: Promise<unknown> = client.query('select 1');
      answer.catch(() => client.giveUp(new Error('the connection is dead')));
    }, checkEveryMs);
    try {
      await client.connect();
      if (signal.aborted) return end();
      await keepSession(client, {});
      await client.query(`listen ${channel}`);
      this.#onWake('all'); // whatever was told before
      await ended;
    } finally {
      clearInterval(check);
      signal.removeEventListener('abort', end);
      client.giveUp(new Error('over'));
    }
  }
}

/** What is no list of accounts may be of any. */
function accountsOf(payload: string): number[] | 'all' {
  const ids = payload.split(',').map(Number);
  return ids.every((id) => Number.isInteger(id) && id > 0) ? ids : 'all';
}
