import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { expectedFailure } from '../failures.ts';
import { instantOf, msOf } from '../time/instant.ts';
import type { Feed } from './feed.ts';
import { findEndedMarks } from './find-ended-marks.ts';
import { clockToleranceMs } from './known-calls.ts';
import { eventOf } from './matcher.ts';
import { after, isSeen, justBefore, type Place, through } from './place.ts';
import { type Position, placeIn, startOfOthers, tokenTooOld } from './position.ts';
import { type Change, type ChangePage, readChanges } from './read-changes.ts';
import type { LiveEvent, Scope, Watcher } from './watcher.ts';

const retryMs = 500;
/** Beyond what decision 36 says of any two moments. */
const overlapMs = 60_000;
/** Of so many calls it is remembered at most that they were told of. */
const mostTold = 100_000;

export type CatchUpInput = { feed: Feed; pool: pg.Pool; watcher: Watcher; from: Position };

/**
 * Tells a watcher what has happened since a position, and hands it over to the feed. First what there is, however much, as fast as it
 * is taken; then, from where the feed is and with what it tells held back, what has come between. A call that has changed again is left to
 * the feed. Until the feed has come past all that was read here, it tells the watcher of every call that it may have known, for what
 * the watcher has may be older than what the feed knew: so nothing is missed at the seam, and no change comes twice.
 */
export async function catchUp({ feed, pool, watcher, from }: CatchUpInput): Promise<void> {
  // All that was committed before: where the feed has come less far than the token, the server lacks what the token tells of.
  await feed.refresh();
  const past = new Past(pool, watcher, from, feed.places());
  await past.tellAll(null);
  await feed.refresh();
  if (watcher.isOver) return;
  feed.watchers.add(watcher);
  await past.tellAll(feed.places());
  await feed.refresh();
  // What was kept of ended calls when it began may have been deleted before it was read.
  await past.whenThere(() => checkAge(pool, watcher.scope, from));
  feed.watchers.endCatchingUp(watcher);
  watcher.endPast();
}

/** TOKEN_TOO_OLD where calls may have ended since a position of which it is no longer known. */
export async function checkAge(pool: pg.Pool, scope: Scope, from: Position): Promise<void> {
  for (const { accountId, through } of await findEndedMarks(pool, {})) {
    const isWatched = scope === 'all' || scope.has(accountId);
    if (isWatched && placeIn(from, accountId).at < through) throw tokenTooOld();
  }
}

/** What has happened since a position, as far as it was told. */
class Past {
  readonly #pool: pg.Pool;
  readonly #watcher: Watcher;
  readonly #from: Position;
  readonly #places = new Map<number, Place>();
  /** Calls that were told of. */
  readonly #told = new Set<number>();

  constructor(pool: pg.Pool, watcher: Watcher, from: Position, now: ReadonlyMap<number, Place>) {
    this.#pool = pool;
    this.#watcher = watcher;
    this.#from = from;
    const { scope } = watcher;
    for (const id of scope === 'all' ? now.keys() : scope) {
      const told = placeIn(from, id);
      const there = now.get(id);
      const isAhead = there !== undefined && from.places.has(id) && told.at > there.at;
      this.#places.set(id, isAhead ? justBefore(instantOf(Math.max(0, msOf(there.at) - overlapMs))) : told);
    }
  }

  /** Tells everything there is; with `until`, nothing that comes after these places. */
  async tellAll(until: ReadonlyMap<number, Place> | null): Promise<void> {
    let places: ReadonlyMap<number, Place> = new Map(this.#places);
    let others = this.#watcher.scope === 'all' ? startOfOthers(this.#from).at : null;
    while ((places.size > 0 || others !== null) && !this.#watcher.isOver) {
      const pages = await this.whenThere(() => readChanges(this.#pool, { places, others }));
      const unread = new Map<number, Place>();
      for (const page of pages ?? []) {
        const end = until && (until.get(page.accountId) ?? null);
        const isMore = await this.#tellPage(page, until ? (change) => end !== null && isSeen(change, end) : () => true);
        if (isMore) unread.set(page.accountId, this.#places.get(page.accountId) as Place);
      }
      places = unread;
      others = null;
    }
  }

  /** Whether there is more that is wanted. */
  async #tellPage({ accountId, changes, isAll }: ChangePage, isWanted: (change: Change) => boolean): Promise<boolean> {
    const places = new Map(this.#places);
    const events: LiveEvent[] = [];
    for (const [i, change] of changes.entries()) {
      if (!isWanted(change)) {
        await this.#watcher.givePast(events);
        return false;
      }
      const next = changes[i + 1];
      const isPart = next ? next.moment === change.moment : !isAll;
      const place = isPart ? after(change) : through(change.moment);
      const kind = this.#kindOf(change);
      if (kind) events.push(eventOf(change, kind, { base: this.#from.base, places, own: { accountId, place } }));
      this.#places.set(accountId, place);
    }
    await this.#watcher.givePast(events);
    return !isAll;
  }

  #kindOf(change: Change): LiveEvent['kind'] | null {
    if (!this.#watcher.mayHaveHeld(change)) return null;
    if (change.isEnded) return 'ENDED';
    const { call, id, accountId } = change;
    if (this.#watcher.holds(call)) {
      if (this.#told.size < mostTold) this.#told.add(id);
      return 'MATCHES';
    }
    // One that was made since, and was not told of, is not known to the watcher.
    const isNew = msOf(call.createdAt) > msOf(placeIn(this.#from, accountId).at) + clockToleranceMs;
    return isNew && !this.#told.has(id) && this.#told.size < mostTold ? null : 'LEFT';
  }

  /** Waits for a database that is away. */
  async whenThere<Result>(ask: () => Promise<Result>): Promise<Result | null> {
    while (!this.#watcher.isOver) {
      try {
        return await ask();
      } catch (error) {
        if (expectedFailure(error)?.code !== 'UNAVAILABLE') throw error;
        await sleep(retryMs);
      }
    }
    return null;
  }
}
