import type { CallRow } from '../calls/list/call-columns.ts';
import type { NamedCall } from '../calls/list/call-predicate.ts';
import type { Instant } from '../time/instant.ts';
import type { KnownCalls } from './known-calls.ts';
import type { Position } from './position.ts';
import type { Change } from './read-changes.ts';
import type { LiveEvent, Watcher } from './watcher.ts';
import type { WatcherIndex } from './watcher-index.ts';

/** Where a change stands, told when somebody is to be told of it. */
type PositionAfter = () => Position;

/** Tells watchers what a change of a call means to them: it fits what they watch, does so no longer, or is no more. */
export class Matcher {
  readonly #known: KnownCalls;
  readonly #watchers: WatcherIndex;
  /** How often a predicate was asked of a call. */
  asked = 0;

  constructor(known: KnownCalls, watchers: WatcherIndex) {
    this.#known = known;
    this.#watchers = watchers;
  }

  /**
   * `knownSince`: every call of the account that changed later is known, unless it was let go. What was told already, as when
   * changes are read again after the database was away, is not told twice.
   */
  apply(change: Change, knownSince: Instant | null, positionAfter: PositionAfter): void {
    const before = this.#known.get(change.id);
    if (change.isEnded) {
      if (this.#known.end(change.id)) this.#tellOfEnd(change, before, positionAfter);
      return;
    }
    const { call } = change;
    if (before?.updatedAt === call.updatedAt) return;
    if (before) this.#tellOfKnown(change, before, positionAfter);
    else if (this.#known.isNew(call, knownSince)) this.#tellOfNew(change, positionAfter);
    else this.#tellOfUnknown(change, positionAfter);
    this.#known.set(call);
  }

  #tellOfNew(change: Changed, positionAfter: PositionAfter): void {
    const tell = teller(change, positionAfter);
    for (const watcher of this.#watchers.candidates(change.call)) {
      if (this.#holds(watcher, change.call)) tell(watcher, 'MATCHES');
    }
  }

  #tellOfKnown(change: Changed, before: NamedCall, positionAfter: PositionAfter): void {
    const tell = teller(change, positionAfter);
    for (const watcher of this.#watchers.candidates(change.call, before)) {
      if (watcher.isCatchingUp) continue;
      if (this.#holds(watcher, change.call)) tell(watcher, 'MATCHES');
      else if (this.#holds(watcher, before)) tell(watcher, 'LEFT');
    }
    this.#tellThoseCatchingUp(change, tell);
  }

  /** It may have been anybody's before who may see its account. */
  #tellOfUnknown(change: Changed, positionAfter: PositionAfter): void {
    const tell = teller(change, positionAfter);
    for (const watcher of this.#watchers) {
      if (watcher.isCatchingUp || !watcher.mayHaveHeld(change)) continue;
      if (this.#holds(watcher, change.call)) tell(watcher, 'MATCHES');
      else if (!this.#wasLiveAtMost(watcher)) tell(watcher, 'LEFT');
    }
    this.#tellThoseCatchingUp(change, tell);
  }

  /** What they have of the call may be older than what was known here. */
  #tellThoseCatchingUp(change: Changed, tell: Tell): void {
    for (const watcher of this.#watchers.catchingUp) {
      if (watcher.mayHaveHeld(change)) tell(watcher, this.#holds(watcher, change.call) ? 'MATCHES' : 'LEFT');
    }
  }

  #tellOfEnd(change: Ended, before: NamedCall | undefined, positionAfter: PositionAfter): void {
    const tell = teller(change, positionAfter);
    if (before) {
      for (const watcher of this.#watchers.candidates(before)) {
        if (!watcher.isCatchingUp && this.#holds(watcher, before)) tell(watcher, 'ENDED');
      }
    }
    for (const watcher of before ? this.#watchers.catchingUp : this.#watchers) {
      const isTold = watcher.mayHaveHeld(change) && (watcher.isCatchingUp || !this.#wasLiveAtMost(watcher));
      if (isTold) tell(watcher, 'ENDED');
    }
  }

  /** Whether a call that is not known cannot have been theirs: every live one is known. */
  #wasLiveAtMost({ isOfLive }: Watcher): boolean {
    return isOfLive && this.#known.isEveryLive;
  }

  #holds(watcher: Watcher, call: NamedCall): boolean {
    this.asked += 1;
    return watcher.holds(call);
  }
}

type Changed = Extract<Change, { isEnded: false }>;
type Ended = Extract<Change, { isEnded: true }>;
type Tell = (watcher: Watcher, kind: LiveEvent['kind']) => void;

/** What is told of a change is made once, for the first who is told, and is the same for all. */
function teller(change: Change, positionAfter: PositionAfter): Tell {
  const events: Partial<Record<LiveEvent['kind'], LiveEvent>> = {};
  return (watcher, kind) => {
    events[kind] ??= eventOf(change, kind, positionAfter());
    watcher.give(events[kind]);
  };
}

/** What a watcher is told of a change. */
export function eventOf(change: Change, kind: LiveEvent['kind'], position: Position): LiveEvent {
  const { accountId, id: callId } = change;
  if (!change.isEnded) return { kind, accountId, callId, call: rowOf(change.call), position };
  const { reason, replacedBy } = change;
  return { kind, accountId, callId, call: null, reason, replacedBy, position };
}

/** Without the names alone that were read along, for whoever asks for these asks for more of them. */
function rowOf({ callGroup: _callGroup, campaign: _campaign, ...call }: NamedCall): CallRow {
  return call;
}
