import { Socket } from 'node:net';
import pg from 'pg';
import { countDatabaseError } from './error-counts.ts';

/** Nothing came from the database for longer than its statement may take, so the connection was given up. */
export class SilentDatabase extends Error {
  override readonly name = 'SilentDatabase';
  /** As the system says it of a connection whose packets are lost. */
  readonly code = 'ETIMEDOUT';

  constructor(silenceMs: number) {
    super(`The database was silent for ${silenceMs / 1000} seconds.`);
  }
}

export type WatchedClientConfig = pg.ClientConfig & {
  /** So long nothing may come while an answer is awaited; then the connection is given up. 0: for ever. */
  silenceMs?: number;
  onSilence?: (() => void) | undefined;
  onAnswer?: (() => void) | undefined;
};

const longestTickMs = 1000;
/** A polite end waits for the server to close its side; a silent one never does. */
const politeMs = 1000;
const readOnly = '25006';

/**
 * Whether this failed because the session may only read, as one that began while the server could do no more. It must not be
 * handed out again: another one writes once the server does.
 */
export function isReadOnlySession(error: unknown): error is Error {
  return error instanceof pg.DatabaseError && error.code === readOnly;
}

type Callback = (error: unknown, ...rest: unknown[]) => void;

/** The same, for a pool is told of a statement's end so. */
function countingErrors(tell: Callback): Callback {
  return (error, ...rest) => {
    if (error) countDatabaseError(error);
    tell(error, ...rest);
  };
}

/**
 * A connection whose statements end on this side, too. How long nothing came is what counts, not how long a statement has
 * been waiting: of several that were sent together each has its own limit at the server.
 */
export class WatchedClient extends pg.Client {
  readonly #socket: Socket;
  readonly #silenceMs: number;
  readonly #onSilence: (() => void) | undefined;
  readonly #onAnswer: (() => void) | undefined;
  #isAwaited = false;
  #isGathering = false;
  #ticking: NodeJS.Timeout | undefined;
  #heardAt = 0;
  #heardBytes = 0;

  constructor(config: WatchedClientConfig) {
    const socket = new Socket();
    super({ ...config, stream: () => socket });
    this.#socket = socket;
    this.#silenceMs = config.silenceMs ?? 0;
    this.#onSilence = config.onSilence;
    this.#onAnswer = config.onAnswer;
    // Everything that was sent is answered.
    this.on('drain', () => {
      this.#isAwaited = false;
      this.#onAnswer?.();
    });
  }

  override query(...args: unknown[]): never {
    this.#await();
    if (this.pipeline) this.#gather();
    const tell = args.at(-1);
    if (typeof tell === 'function') args[args.length - 1] = countingErrors(tell as Callback);
    const answer = (super.query as (...args: unknown[]) => unknown)(...args);
    if (answer instanceof Promise) {
      answer.catch((error) => {
        countDatabaseError(error);
        if (isReadOnlySession(error)) this.end();
      });
    }
    return answer as never;
  }

  override end(...args: unknown[]): never {
    const impatient = setTimeout(() => this.#socket.destroy(), politeMs).unref();
    this.#socket.once('close', () => clearTimeout(impatient));
    return (super.end as (...args: unknown[]) => never)(...args);
  }

  /** Breaks the connection off, without a word to the server: whoever waits for an answer gets the error. */
  giveUp(error: Error): void {
    this.#socket.destroy(error);
  }

  /**
   * Has what is sent within one turn of the event loop sent at once. Each sending wakes the database, which would answer one
   * statement before it sees the next: with several in a row that cost more than running them.
   */
  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#socket.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      this.#socket.uncork();
    });
  }

  #await(): void {
    if (this.#isAwaited || this.#silenceMs === 0) return;
    this.#isAwaited = true;
    this.#heardAt = performance.now();
    this.#heardBytes = this.#socket.bytesRead;
    this.#tick();
  }

  #tick(): void {
    if (this.#ticking) return;
    const afterMs = Math.min(longestTickMs, this.#silenceMs / 4);
    this.#ticking = setTimeout(() => {
      this.#ticking = undefined;
      if (!this.#isAwaited || this.#socket.destroyed) return;
      // What has come while this process stood still is read before that.
      setImmediate(() => (this.#isSilent() ? this.#breakSilence() : this.#tick()));
    }, afterMs).unref();
  }

  #isSilent(): boolean {
    if (!this.#isAwaited) return false;
    const { bytesRead } = this.#socket;
    if (bytesRead !== this.#heardBytes) {
      this.#heardBytes = bytesRead;
      this.#heardAt = performance.now();
    }
    return performance.now() - this.#heardAt >= this.#silenceMs;
  }

  #breakSilence(): void {
    this.#onSilence?.();
    this.giveUp(new SilentDatabase(this.#silenceMs));
  }
}
