import type { Viewer } from '../access/viewer.ts';
import type { CallRow } from '../calls/list/call-columns.ts';
import { holdsForCall, type NamedCall } from '../calls/list/call-predicate.ts';
import type { EndedCall } from '../calls/merge/ended-call.table.ts';
import { AppError } from '../errors.ts';
import { holdLeaf } from '../query/holds-for.ts';
import { allOf, type CallOperand, type Leaf, leavesThatMustHold, type Predicate } from '../query/predicate.ts';
import { visibleTo } from '../query/predicate-sql.ts';
import type { Position } from './position.ts';

/** What became of a call, for whoever watches calls of some kind. */
export type LiveEvent = {
  /** It is one of these, new or changed; it is none of these (any more); or it is no more. */
  readonly kind: 'MATCHES' | 'LEFT' | 'ENDED';
  readonly accountId: number;
  readonly callId: number;
  /** As it is in the database: not masked. Null where it is no more. */
  readonly call: CallRow | null;
  /** Of one that is no more: why, and the call that it became part of. */
  readonly reason?: EndedCall['reason'];
  readonly replacedBy?: number | null;
  /** How far the watcher has come with this event. */
  readonly position: Position;
};

/** So many events may wait to be taken by one watcher. */
export const mostWaiting = 2000;
/** A watcher that is caught up with is given so many at once. */
export const roomForPast = 500;

/** The accounts whose calls somebody watches. */
export type Scope = 'all' | ReadonlySet<number>;

/** Whoever watches the calls that a predicate holds for, of a viewer's accounts: what is to come, until it is taken. */
export class Watcher implements AsyncIterableIterator<LiveEvent, undefined> {
  readonly predicate: Predicate;
  readonly scope: Scope;
  /** What must hold for the predicate to hold. */
  readonly leaves: readonly Leaf[];
  /** Whether it may hold for live calls alone. */
  readonly isOfLive: boolean;
  /** What it has not been told of may have changed: it is told of every call that it may have known. */
  isCatchingUp: boolean;
  readonly #onWaiting: (change: number) => void;
  readonly #onOver: (watcher: Watcher) => void;
  readonly #lasting: readonly Leaf[];
  #waiting: LiveEvent[] = [];
  #taken = 0;
  /** What came while it is caught up with. */
  #held: LiveEvent[] | null;
  #takers: { resolve: (result: IteratorResult<LiveEvent, undefined>) => void; reject: (error: unknown) => void }[] = [];
  #onRoom: (() => void) | null = null;
  #over: { error: unknown } | 'closed' | null = null;

  constructor(
    { viewer, predicate, isCatchingUp }: { viewer: Viewer; predicate: Predicate; isCatchingUp: boolean },
    tell: { waiting: (change: number) => void; over: (watcher: Watcher) => void },
  ) {
    this.predicate = allOf<CallOperand>(visibleTo(viewer), predicate);
    this.leaves = leavesThatMustHold(this.predicate);
    this.scope = scopeOf(this.leaves);
    this.isOfLive = this.leaves.some(isOfLive);
    // No change of a call changes these.
    this.#lasting = this.leaves.filter(({ of }) => of === 'accountId' || of === 'id');
    this.isCatchingUp = isCatchingUp;
    this.#held = isCatchingUp ? [] : null;
    this.#onWaiting = tell.waiting;
    this.#onOver = tell.over;
  }

  get isOver(): boolean {
    return this.#over !== null;
  }

  /** How many events wait to be taken. */
  get waiting(): number {
    return this.#waiting.length - this.#taken + (this.#held?.length ?? 0);
  }

  holds(call: NamedCall): boolean {
    return holdsForCall(this.predicate, call);
  }

  /** Whether a call of which no more is known may have been one of these. */
  mayHaveHeld(call: { accountId: number; id: number }): boolean {
    return this.#lasting.every((leaf) => holdLeaf(leaf, call[leaf.of as 'accountId' | 'id']));
  }

  /** Gives it what happens now. One that does not take what it is given is cut off. */
  give(event: LiveEvent): void {
    if (this.#over) return;
    if (this.waiting >= mostWaiting) this.fail(tooSlow());
    else if (this.#held) {
      this.#held.push(event);
      this.#onWaiting(1);
    } else this.#add(event);
  }

  /** Gives it what has happened before: settles once there is room for more. */
  async givePast(events: readonly LiveEvent[]): Promise<void> {
    for (const event of events) if (!this.#over) this.#add(event);
    while (!this.#over && this.#waiting.length - this.#taken > roomForPast) {
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
    }
  }

  /** From here on nothing is held back. */
  endPast(): void {
    const held = this.#held ?? [];
    this.#held = null;
    if (this.#over) return;
    this.#onWaiting(-held.length);
    for (const event of held) this.#add(event);
  }

  next(): Promise<IteratorResult<LiveEvent, undefined>> {
    const event = this.#waiting[this.#taken];
    if (event) {
      this.#taken += 1;
      if (this.#taken > 256) {
        this.#waiting = this.#waiting.slice(this.#taken);
        this.#taken = 0;
      }
      this.#onWaiting(-1);
      if (this.#waiting.length - this.#taken <= roomForPast) this.#makeRoom();
      return Promise.resolve({ done: false, value: event });
    }
    if (this.#over === 'closed') return Promise.resolve({ done: true, value: undefined });
    if (this.#over) {
      const { error } = this.#over;
      this.#over = 'closed';
      return Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      this.#takers.push({ resolve, reject });
    });
  }

  return(): Promise<IteratorResult<LiveEvent, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends it without a word: whoever takes finds the end. */
  close(): void {
    this.#end('closed');
  }

  /** Ends it: whoever takes gets the error, and nothing that waited. */
  fail(error: unknown): void {
    this.#end({ error });
  }

  #end(how: { error: unknown } | 'closed'): void {
    if (this.#over) return;
    this.#onWaiting(-this.waiting);
    this.#over = how;
    this.#waiting = [];
    this.#taken = 0;
    this.#held = null;
    const takers = this.#takers;
    this.#takers = [];
    for (const { resolve, reject } of takers) {
      if (this.#over === 'closed') resolve({ done: true, value: undefined });
      else {
        reject((how as { error: unknown }).error);
        this.#over = 'closed';
      }
    }
    this.#makeRoom();
    this.#onOver(this);
  }

  #add(event: LiveEvent): void {
    const taker = this.#takers.shift();
    if (taker) taker.resolve({ done: false, value: event });
    else {
      this.#waiting.push(event);
      this.#onWaiting(1);
    }
  }

  #makeRoom(): void {
    this.#onRoom?.();
    this.#onRoom = null;
  }
}

function isOfLive(leaf: Leaf): boolean {
  return leaf.of === 'status' && 'in' in leaf && leaf.in.every((one) => one === 'RINGING' || one === 'IN_PROGRESS');
}

function scopeOf(leaves: readonly Leaf[]): Scope {
  let scope: Scope = 'all';
  for (const leaf of leaves) {
    if (leaf.of !== 'accountId' || !('in' in leaf)) continue;
    const accounts = leaf.in.map(Number);
    scope = new Set(scope === 'all' ? accounts : accounts.filter((id) => (scope as ReadonlySet<number>).has(id)));
  }
  return scope;
}

/** Why a stream ends whose events are not taken. */
export function tooSlow(): AppError {
  return new AppError(
    'TOO_SLOW',
    `More than ${mostWaiting} events wait here that were not taken, or too many in all. Subscribe again with since: the last token that you have.`,
    { allowed: mostWaiting },
  );
}
