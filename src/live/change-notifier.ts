import { setTimeout as sleep } from 'node:timers/promises';
import { describeFailure } from '../failures.ts';
import { openDatabase } from '../postgres/client.ts';
import type { FailureLog } from '../summed-log.ts';
import { anyAccount, channel } from './wake-ups.ts';

/** A message holds less than 8000 bytes. */
const mostNamed = 500;
const restMs = 500;

// It says nothing that must last, so its commit waits for no disk.
const notify = `select set_config('synchronous_commit', 'off', true), pg_notify('${channel}', $1)`;

/** Told of accounts whose calls a commit has changed. */
export type OnCallsChanged = (accountId: number) => void;

/**
 * Tells whoever listens that calls of accounts have changed, once that is committed: a wake-up, and nothing more. Writers wait
 * neither for it nor for its database connection, and learn of no failure: whoever listens also asks by themselves. One message
 * is under way at a time; the accounts that come meanwhile go with the next.
 */
export class ChangeNotifier {
  readonly #database: ReturnType<typeof openDatabase>;
  readonly #failures: FailureLog;
  readonly #waiting = new Set<number>();
  #sending: Promise<void> | null = null;
  #isClosed = false;

  constructor(url: string, failures: FailureLog) {
    this.#database = openDatabase({
      url,
      name: 'notify',
      max: 1,
      statementTimeoutMs: 2000,
      connectTimeoutMs: 3000,
    });
    this.#failures = failures;
  }

  /** Returns at once. */
  readonly changed: OnCallsChanged = (accountId) => {
    if (this.#isClosed) return;
    this.#waiting.add(accountId);
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
    });
  };

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.clear();
    await this.#database.close();
  }

  async #send(): Promise<void> {
    while (this.#waiting.size > 0) {
      const named = this.#waiting.size > mostNamed ? anyAccount : [...this.#waiting].join();
      this.#waiting.clear();
      try {
        await this.#database.pool.query({ name: 'notify', text: notify, values: [named] });
      } catch (failure) {
        if (this.#isClosed) return;
        this.#failures.warn({ failure: describeFailure(failure) }, 'that calls have changed could not be told at once');
        await sleep(restMs);
      }
    }
  }
}
