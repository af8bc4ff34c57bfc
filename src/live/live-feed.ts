import { type OpensTo, opensTo } from '../access/opens-to.ts';
import { requireOpened } from '../access/require-scope.ts';
import type { Viewer } from '../access/viewer.ts';
import { type Cancellation, cancelled } from '../cancellation.ts';
import { AppError } from '../errors.ts';
import { openDatabase } from '../postgres/client.ts';
import type { Predicate } from '../query/predicate.ts';
import type { Seals } from '../query/seals.ts';
import type { FailureLog } from '../summed-log.ts';
import { catchUp, checkAge } from './catch-up.ts';
import { Feed } from './feed.ts';
import { type Position, readToken, writeToken } from './position.ts';
import { WakeUps } from './wake-ups.ts';
import { type LiveEvent, mostWaiting, tooSlow, Watcher } from './watcher.ts';

/** So many events may wait for all watchers together. */
const mostWaitingInAll = 50 * mostWaiting;
/** Without watchers the feed goes on for so long, for whoever comes back. */
const idleMs = 30_000;

export type LiveFeedParts = {
  databaseUrl: string;
  seals: Pick<Seals, 'cursors'>;
  failures: FailureLog;
};

export type WatchInput = {
  viewer: Viewer;
  /** Which calls, as callPredicate makes it of the viewer's filter. The viewer's accounts need not be in it. */
  predicate: Predicate;
  /** A token: what has happened since is told first. */
  since?: string | null | undefined;
  cancellation: Cancellation;
  /** Which scopes open it. Default: that of calls; whoever only counts what has changed needs another. */
  opensTo?: OpensTo;
};

export type Watch = {
  /** Where it begins: a token of it tells whoever has got nothing yet. */
  start: Position;
  /** What becomes of the calls. Fails with TOO_SLOW where it is not taken. Its end, too, is the end of the watch. */
  events: AsyncIterableIterator<LiveEvent, undefined>;
};

/** What is opened with the first watcher, and closed some time after the last has gone. */
type Opened = { feed: Feed; close: () => Promise<void>; pool: ReturnType<typeof openDatabase>['pool'] };

/**
 * Tells of calls as they change, from the database alone: whoever wrote them, on whichever instance. docs/internals/live.md says
 * how.
 */
export class LiveFeed {
  readonly #parts: LiveFeedParts;
  readonly #watchers = new Set<Watcher>();
  #opened: Opened | null = null;
  #closing: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #waiting = 0;
  #askedBefore = 0;
  #isStopped = false;

  constructor(parts: LiveFeedParts) {
    this.#parts = parts;
  }

  /** What is measured of it: watchers, events that wait to be taken, and how often a predicate was asked of a call. */
  get figures(): { watchers: number; waiting: number; asked: number } {
    const asked = this.#askedBefore + (this.#opened?.feed.asked ?? 0);
    return { watchers: this.#watchers.size, waiting: this.#waiting, asked };
  }

  /**
   * Begins to watch calls. FORBIDDEN without the scope calls; BAD_USER_INPUT for what is no token of this viewer, TOKEN_TOO_OLD for
   * one too old to go on from; UNAVAILABLE where the database is away.
   */
  async watch({ viewer, predicate, since, cancellation, opensTo: scopes = opensTo.calls }: WatchInput): Promise<Watch> {
    requireOpened(viewer, scopes);
    const from = since == null ? null : readToken(this.#parts.seals.cursors, since, viewer);
    cancellation.throwIfCancelled();
    if (this.#isStopped) throw stopping();
    const { feed, pool } = this.#open();
    const end = { want: () => {}, cancel: () => {} };
    const watcher = new Watcher(
      { viewer, predicate, isCatchingUp: from !== null },
      {
        waiting: (change) => this.#count(change),
        over: (watcher) => {
          end.want();
          end.cancel();
          feed.watchers.remove(watcher);
          this.#watchers.delete(watcher);
          this.#restIfIdle();
        },
      },
    );
    this.#watchers.add(watcher);
    end.want = feed.want(watcher.scope);
    end.cancel = cancellation.onCancel(() => watcher.fail(cancellation.reason ?? cancelled.left()));
    try {
      await feed.follow(watcher.scope);
      if (from) await checkAge(pool, watcher.scope, from);
      cancellation.throwIfCancelled();
      if (this.#isStopped) throw stopping();
    } catch (error) {
      watcher.close();
      throw this.#isStopped ? stopping() : error;
    }
    if (!from) {
      feed.watchers.add(watcher);
      return { start: feed.position(), events: watcher };
    }
    catchUp({ feed, pool, watcher, from }).catch((error: unknown) => watcher.fail(error));
    return { start: from, events: watcher };
  }

  /** A position as opaque text, for this viewer and those who see the same. */
  writeToken(position: Position, viewer: Viewer): string {
    return writeToken(this.#parts.seals.cursors, position, viewer);
  }

  /** Ends everything: watchers get UNAVAILABLE, for they may go on by their tokens, here or elsewhere. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const watcher of [...this.#watchers]) watcher.fail(stopping());
    this.#rest();
    await this.#closing;
  }

  #open(): Opened {
    clearTimeout(this.#idle);
    if (this.#opened) return this.#opened;
    const { databaseUrl: url, failures } = this.#parts;
    const limits = {
      statementTimeoutMs: 10_000,
      silenceMs: 5000,
      connectTimeoutMs: 5000,
      findsByKey: true,
      plansOnce: true,
    };
    const reading = openDatabase({ url, name: 'live', max: 1, ...limits });
    // Those who come back after a cut, all at once, do not keep the others waiting.
    const past = openDatabase({ url, name: 'live catch-up', max: 3, ...limits, silenceMs: 13_000 });
    const feed = new Feed(reading.pool, failures);
    const wakeUps = new WakeUps(url, feed.wake);
    const close = async () => {
      await Promise.all([feed.stop(), wakeUps.close(), past.close()]);
      await reading.close();
    };
    this.#opened = { feed, pool: past.pool, close };
    return this.#opened;
  }

  #restIfIdle(): void {
    if (this.#watchers.size > 0 || !this.#opened || this.#isStopped) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#rest(), idleMs).unref();
  }

  #rest(): void {
    clearTimeout(this.#idle);
    const opened = this.#opened;
    if (!opened || this.#watchers.size > 0) return;
    this.#opened = null;
    this.#askedBefore += opened.feed.asked;
    this.#closing = Promise.all([this.#closing, opened.close().catch(() => {})]);
  }

  /** Where too much waits in all, whoever takes the least is cut off. */
  #count(change: number): void {
    this.#waiting += change;
    while (this.#waiting > mostWaitingInAll) {
      let slowest: Watcher | null = null;
      for (const watcher of this.#watchers) {
        if (watcher.waiting > (slowest?.waiting ?? 0)) slowest = watcher;
      }
      if (!slowest) return;
      slowest.fail(tooSlow());
    }
  }
}

function stopping(): AppError {
  return new AppError(
    'UNAVAILABLE',
    'The service is ending. Subscribe again with since: the last token that you have.',
  );
}
