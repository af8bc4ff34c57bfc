import type pg from 'pg';
import { describeFailure } from '../failures.ts';
import type { FailureLog } from '../summed-log.ts';
import { type Instant, instantOf, msOf } from '../time/instant.ts';
import { followAccounts, newestMoments } from './follow-accounts.ts';
import { KnownCalls } from './known-calls.ts';
import { Matcher } from './matcher.ts';
import { after, beginning, further, justBefore, type Place, through } from './place.ts';
import { isNamed, type Position } from './position.ts';
import { type ChangePage, readChanges } from './read-changes.ts';
import type { Scope } from './watcher.ts';
import { WatcherIndex } from './watcher-index.ts';

/** All accounts are asked about so often, whether or not a wake-up came. */
const pollMs = 1000;
/** Between the end of a reading and the next, so that what comes together is read together. */
const gapMs = 8;
const retryMs = 250;
/** So much is read again where the database was away: see #meetAgain. */
const readAgainMs = 60_000;

type Followed = {
  /** Everything up to here was told. */
  place: Place;
  /** From here on is read: before the place where something is read again. */
  from: Place;
  /** Every call of the account that changed later is known, or was. Null: every call. */
  knownSince: Instant | null;
};

/** An account of which nothing was read, and nothing was known. */
const unseen = (): Followed => ({ place: beginning, from: beginning, knownSince: null });

type FollowAsk = { scope: Scope; resolve: () => void; reject: (error: unknown) => void };
/** `behind`: accounts that were not read to their end by the reading that it waits for. */
type RefreshAsk = { behind: Set<number> | null; resolve: () => void };

/**
 * Reads what changes in the accounts that somebody watches, and has watchers told of it. Of each account it keeps a place, and reads
 * what comes after it: when a wake-up names the account, and every second of all. One reading is under way at a time. While the
 * database is away the places stay, and reading goes on from there.
 */
export class Feed {
  readonly watchers = new WatcherIndex();
  readonly #pool: pg.Pool;
  readonly #failures: FailureLog;
  readonly #known = new KnownCalls();
  readonly #matcher = new Matcher(this.#known, this.watchers);
  readonly #accounts = new Map<number, Followed>();
  readonly #wants = new Set<{ scope: Scope }>();
  /** Whether accounts are followed as they appear. */
  #followsAll = false;
  /** See Position. */
  #base: Instant | null = null;
  #places: ReadonlyMap<number, Place> | null = null;
  #follows: FollowAsk[] = [];
  #refreshes: RefreshAsk[] = [];
  readonly #woken = new Set<number>();
  readonly #behind = new Set<number>();
  #readAllAt = Number.NEGATIVE_INFINITY;
  /** The connection of the last reading. */
  #client: pg.PoolClient | null = null;
  #isStopped = false;
  #wakeLoop: (() => void) | null = null;
  readonly #over: Promise<void>;

  constructor(pool: pg.Pool, failures: FailureLog) {
    this.#pool = pool;
    this.#failures = failures;
    this.#over = this.#run();
  }

  /** How often a predicate was asked of a call. */
  get asked(): number {
    return this.#matcher.asked;
  }

  get isWanted(): boolean {
    return this.#wants.size > 0;
  }

  /** Has accounts followed until what is returned is called. */
  want(scope: Scope): () => void {
    const want = { scope };
    this.#wants.add(want);
    return () => void this.#wants.delete(want);
  }

  /** Settles once all of these accounts are followed; fails where the database is away. They must be wanted. */
  follow(scope: Scope): Promise<void> {
    if (scope === 'all' ? this.#followsAll : [...scope].every((id) => this.#accounts.has(id))) return Promise.resolve();
    if (this.#isStopped) return Promise.reject(new Error('the feed is stopped'));
    return new Promise((resolve, reject) => {
      this.#follows.push({ scope, resolve, reject });
      this.#wakeLoop?.();
    });
  }

  /** Settles once everything was read that was committed before, as late as it takes where the database is away; or at the stop. */
  refresh(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      this.#refreshes.push({ behind: null, resolve });
      this.#wakeLoop?.();
    });
  }

  /** Calls of some accounts may have changed. */
  readonly wake = (accounts: readonly number[] | 'all'): void => {
    if (accounts === 'all') this.#readAllAt = Number.NEGATIVE_INFINITY;
    else {
      for (const id of accounts) {
        if (this.#accounts.has(id)) this.#woken.add(id);
        else if (this.#followsAll) this.#readAllAt = Number.NEGATIVE_INFINITY;
      }
    }
    this.#wakeLoop?.();
  };

  /** How far everything was read that is followed. */
  position(): Position {
    return { base: this.#base, places: this.#namedPlaces() };
  }

  /** How far each account was read. */
  places(): Map<number, Place> {
    return new Map([...this.#accounts].map(([id, { place }]) => [id, place]));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#wakeLoop?.();
    await this.#over;
    for (const { reject } of this.#follows.splice(0)) reject(new Error('the feed is stopped'));
    for (const { resolve } of this.#refreshes.splice(0)) resolve();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      await this.#untilDue();
      if (this.#isStopped) return;
      try {
        await this.#readOnce();
        await this.#pause(gapMs);
      } catch (failure) {
        this.#readAllAt = Number.NEGATIVE_INFINITY;
        for (const { reject } of this.#follows.splice(0)) reject(failure);
        if (this.#isStopped) return;
        this.#failures.warn(
          { failure: describeFailure(failure) },
          'what has changed could not be read: it is tried again',
        );
        await this.#pause(retryMs);
      }
    }
  }

  /** Waits until there is something to read, or all is to be asked about. */
  async #untilDue(): Promise<void> {
    while (!this.#isStopped && !this.#isAsked()) {
      const restMs = this.#readAllAt + pollMs - performance.now();
      if (restMs <= 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, restMs);
        this.#wakeLoop = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wakeLoop = null;
    }
  }

  #isAsked(): boolean {
    return [this.#woken.size, this.#behind.size, this.#follows.length, this.#refreshes.length].some(
      (count) => count > 0,
    );
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  async #readOnce(): Promise<void> {
    const client = await this.#pool.connect();
    let isBroken = true;
    try {
      if (this.#client !== null && client !== this.#client) await this.#meetAgain(client);
      this.#client = client;
      await this.#read(client);
      isBroken = false;
    } finally {
      client.release(isBroken);
    }
  }

  async #read(client: pg.PoolClient): Promise<void> {
    await this.#followAsked(client);
    const isDue = performance.now() - this.#readAllAt >= pollMs;
    const isAll = isDue || this.#refreshes.some(({ behind }) => behind === null);
    if (isAll) this.#dropUnwanted();
    const asking = this.#refreshes.filter(({ behind }) => behind === null);
    const places = new Map<number, Place>();
    for (const id of isAll ? this.#accounts.keys() : [...this.#woken, ...this.#behind]) {
      const followed = this.#accounts.get(id);
      if (followed) places.set(id, followed.from);
    }
    this.#woken.clear();
    if (isAll) this.#readAllAt = performance.now();
    const others = isAll && this.#followsAll ? beginning.at : null;
    if (places.size > 0 || others !== null) {
      this.#take(places, await readChanges(client, { places, others }));
    }
    if (isAll && this.#behind.size === 0) this.#setBase();
    for (const ask of asking) ask.behind = new Set(this.#behind);
    this.#answerRefreshes();
  }

  #take(asked: ReadonlyMap<number, Place>, pages: readonly ChangePage[]): void {
    for (const id of asked.keys()) this.#behind.delete(id);
    for (const { accountId, changes, isAll } of pages) {
      const followed = this.#accounts.get(accountId) ?? unseen();
      this.#accounts.set(accountId, followed);
      for (const [i, change] of changes.entries()) {
        const next = changes[i + 1];
        const isPart = next ? next.moment === change.moment : !isAll;
        const from = isPart ? after(change) : through(change.moment);
        const place = further(followed.place, from);
        this.#matcher.apply(change, followed.knownSince, () => ({ ...this.position(), own: { accountId, place } }));
        followed.place = place;
        followed.from = from;
      }
      this.#places = null;
      if (!isAll) this.#behind.add(accountId);
    }
  }

  /** All accounts were read to their end, at one moment. */
  #setBase(): void {
    for (const { place } of this.#accounts.values()) {
      if (place.at > (this.#base ?? beginning.at)) this.#base = place.at;
    }
    this.#places = null;
  }

  #answerRefreshes(): void {
    this.#refreshes = this.#refreshes.filter(({ behind, resolve }) => {
      for (const id of behind ?? []) if (!this.#behind.has(id)) behind?.delete(id);
      if (behind?.size !== 0) return true;
      resolve();
      return false;
    });
  }

  async #followAsked(client: pg.PoolClient): Promise<void> {
    for (let [ask] = this.#follows; ask; [ask] = this.#follows) {
      await this.#follow(client, ask.scope);
      this.#follows.shift();
      ask.resolve();
    }
  }

  async #follow(client: pg.PoolClient, scope: Scope): Promise<void> {
    const isAllBut = scope === 'all';
    const ids = isAllBut ? [...this.#accounts.keys()] : [...scope].filter((id) => !this.#accounts.has(id));
    if (isAllBut ? this.#followsAll : ids.length === 0) return;
    const isFirst = this.#accounts.size === 0;
    const { accounts, calls, isEveryLive } = await followAccounts(client, { ids, isAllBut });
    for (const { accountId, newest, knownSince } of accounts) {
      const seen = newest !== null && { place: through(newest), from: through(newest) };
      this.#accounts.set(accountId, { ...unseen(), ...seen, knownSince });
    }
    for (const call of calls) this.#known.set(call);
    if (!isEveryLive) this.#known.isEveryLive = false;
    if (isAllBut) this.#followsAll = true;
    this.#places = null;
    if (isFirst) this.#setBase();
  }

  /** Accounts that nobody watches any more. */
  #dropUnwanted(): void {
    const scopes = [...this.#wants].map(({ scope }) => scope);
    if (scopes.includes('all')) return;
    this.#followsAll = false;
    const isWanted = (id: number) => scopes.some((scope) => scope === 'all' || scope.has(id));
    const dropped = new Set([...this.#accounts.keys()].filter((id) => !isWanted(id)));
    if (dropped.size === 0) return;
    for (const id of dropped) {
      this.#accounts.delete(id);
      this.#behind.delete(id);
    }
    this.#known.deleteAccounts((id) => dropped.has(id));
    if (this.#accounts.size === 0) this.#base = null;
    this.#places = null;
  }

  #namedPlaces(): ReadonlyMap<number, Place> {
    if (!this.#places) {
      const named = [...this.#accounts].filter(([, { place }]) => isNamed(place, this.#base));
      this.#places = new Map(named.map(([id, { place }]) => [id, place]));
    }
    return this.#places;
  }

  /**
   * The connection of the last reading is gone, and what answers now may be another server, which lacks what the one before
   * committed last: that can happen between two readings, of which neither fails. Nothing that it commits from now on is passed
   * over: the last minute of each account is read again, counted from the newest that this server has where that is less, and what
   * is known as it is there is not told again. So what comes with a moment before one that was seen is found, too, as where the
   * clock of the new server is behind; a minute, for nobody is ever given a moment further behind. What watchers were told of and
   * this server lacks is taken back by nothing: it is told as it is when the call changes again.
   */
  async #meetAgain(client: pg.PoolClient): Promise<void> {
    const newest = await newestMoments(client, [...this.#accounts.keys()]);
    let latest = beginning.at;
    for (const [id, followed] of this.#accounts) {
      const there = newest.get(id) ?? beginning.at;
      if (there > latest) latest = there;
      if (there < followed.place.at) followed.place = there === beginning.at ? beginning : through(there);
      const { at } = followed.place;
      followed.from = at === beginning.at ? beginning : justBefore(instantOf(msOf(at) - readAgainMs));
    }
    if (this.#base !== null && latest < this.#base) this.#base = latest === beginning.at ? null : latest;
    this.#places = null;
  }
}
