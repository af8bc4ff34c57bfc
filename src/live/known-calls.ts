import type { NamedCall } from '../calls/list/call-predicate.ts';
import { type Instant, msOf } from '../time/instant.ts';

/** So many calls that are not live are kept, those that changed last. A call takes one or two kB. */
const mostOthers = 20_000;
/** Live ones are all kept, unless there are more than can be. */
const mostLive = 50_000;
/** Of so many that have ended it is known that their end was told. */
const mostEnded = 10_000;
/** They are let go together: to find the first of a map costs as much as many have been taken from its front. */
const atOnce = 2000;
/** A mark is kept of each call that was let go: in two sets of so many, of which the older one is dropped when the newer is full. */
const markCount = 2 ** 24;
const usualMarked = 2 ** 20;
/** A call's createdAt is told by the clock of the instance that took it in, which may be so far off the database's. */
export const clockToleranceMs = 120_000;

const isLive = ({ status }: NamedCall) => status === 'RINGING' || status === 'IN_PROGRESS';

/** What calls were, before they change again: of live ones, and of those that changed lately. */
export class KnownCalls {
  readonly #live = new Map<number, NamedCall>();
  readonly #others = new Map<number, NamedCall>();
  readonly #ended = new Set<number>();
  readonly #mostMarked: number;
  #marked = new Marks();
  #markedBefore = new Marks();
  /** What was let go since then is marked. */
  #markedSince: Instant | null = null;
  #newerSince: Instant | null = null;
  #newest: Instant | null = null;
  /** Whether a call that is not here was not live. */
  isEveryLive = true;

  constructor(mostMarked = usualMarked) {
    this.#mostMarked = mostMarked;
  }

  get(id: number): NamedCall | undefined {
    return this.#live.get(id) ?? this.#others.get(id);
  }

  set(call: NamedCall): void {
    const { id, updatedAt } = call;
    if (this.#newest === null || updatedAt > this.#newest) this.#newest = updatedAt;
    this.#ended.delete(id);
    this.#live.delete(id);
    this.#others.delete(id); // so that it stands last
    (isLive(call) ? this.#live : this.#others).set(id, call);
    if (this.#others.size > mostOthers + atOnce) this.#letGo(this.#others);
    if (this.#live.size > mostLive + atOnce) {
      this.#letGo(this.#live);
      this.isEveryLive = false;
    }
  }

  /** Notes that one is no more; false where that was noted before. */
  end(id: number): boolean {
    this.#live.delete(id);
    this.#others.delete(id);
    if (this.#ended.has(id)) return false;
    this.#ended.add(id);
    if (this.#ended.size > mostEnded + atOnce) for (const first of firstOf(this.#ended)) this.#ended.delete(first);
    return true;
  }

  /** Lets go of all calls of some accounts. */
  deleteAccounts(isTheirs: (accountId: number) => boolean): void {
    for (const calls of [this.#live, this.#others]) {
      for (const [id, { accountId }] of calls) if (isTheirs(accountId)) calls.delete(id);
    }
  }

  /**
   * Whether a call that is not here is new: not known to whoever was told of every call until now. `knownSince`: every call
   * of its account that changed later was here. Where it is not certain it is not said.
   */
  isNew({ id, createdAt }: NamedCall, knownSince: Instant | null): boolean {
    if (this.#marked.has(id) || this.#markedBefore.has(id)) return false;
    const madeMs = msOf(createdAt) - clockToleranceMs;
    return [knownSince, this.#markedSince].every((since) => since === null || madeMs > msOf(since));
  }

  #letGo(calls: Map<number, NamedCall>): void {
    for (const id of firstOf(calls.keys())) {
      calls.delete(id);
      this.#marked.add(id);
    }
    if (this.#marked.count < this.#mostMarked) return;
    this.#markedBefore = this.#marked;
    this.#markedSince = this.#newerSince;
    this.#newerSince = this.#newest;
    this.#marked = new Marks();
  }
}

/** Those that were put in first. */
function firstOf(ids: Iterable<number>): number[] {
  const first: number[] = [];
  for (const id of ids) if (first.push(id) === atOnce) break;
  return first;
}

/** Marks of ids. An id may seem marked because of another: then no more is lost than time. */
class Marks {
  #bits: Uint8Array | null = null;
  count = 0;

  add(id: number): void {
    this.#bits ??= new Uint8Array(markCount / 8);
    const at = id % markCount;
    this.#bits[at >> 3] = (this.#bits[at >> 3] as number) | (1 << (at & 7));
    this.count += 1;
  }

  has(id: number): boolean {
    const at = id % markCount;
    return this.#bits !== null && ((this.#bits[at >> 3] as number) & (1 << (at & 7))) !== 0;
  }
}
