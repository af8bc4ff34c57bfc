import type { NamedCall } from '../calls/list/call-predicate.ts';
import type { PredicateValue } from '../query/predicate.ts';
import type { Watcher } from './watcher.ts';

/** What watchers are found by: that of which a value has the fewest calls first. All compare as they are. */
const fields = [
  'id',
  'callSid',
  'customerId',
  'customerNumber',
  'agentId',
  'agentNumber',
  'campaignId',
  'callGroupId',
  'virtualNumberId',
  'accountId',
] as const satisfies (keyof NamedCall)[];
type Field = (typeof fields)[number];
/** A watcher is found by a field of which it names so many values at most. */
const mostValues = 1000;

/**
 * Finds the watchers that a call may be for, so that the others cost nothing: each is found by the values of one field, one of which a
 * call must have to be theirs. Those of which that cannot be said are asked of every call.
 */
export class WatcherIndex implements Iterable<Watcher> {
  readonly #all = new Set<Watcher>();
  readonly #byField = new Map<Field, Map<PredicateValue, Set<Watcher>>>();
  readonly #unled = new Set<Watcher>();
  readonly #catchingUp = new Set<Watcher>();

  /** Those that are told of more than what has changed for them. */
  get catchingUp(): ReadonlySet<Watcher> {
    return this.#catchingUp;
  }

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): IterableIterator<Watcher> {
    return this.#all[Symbol.iterator]();
  }

  add(watcher: Watcher): void {
    this.#all.add(watcher);
    if (watcher.isCatchingUp) this.#catchingUp.add(watcher);
    const led = leadOf(watcher);
    if (!led) {
      this.#unled.add(watcher);
      return;
    }
    const byValue = this.#byField.get(led.field) ?? new Map<PredicateValue, Set<Watcher>>();
    this.#byField.set(led.field, byValue);
    for (const value of led.values) byValue.set(value, (byValue.get(value) ?? new Set()).add(watcher));
  }

  remove(watcher: Watcher): void {
    this.#all.delete(watcher);
    this.#unled.delete(watcher);
    this.#catchingUp.delete(watcher);
    const led = leadOf(watcher);
    const byValue = led && this.#byField.get(led.field);
    if (!led || !byValue) return;
    for (const value of led.values) {
      const others = byValue.get(value);
      others?.delete(watcher);
      if (others?.size === 0) byValue.delete(value);
    }
    if (byValue.size === 0) this.#byField.delete(led.field);
  }

  /** From here on it is told of what changes, as all others are. */
  endCatchingUp(watcher: Watcher): void {
    watcher.isCatchingUp = false;
    this.#catchingUp.delete(watcher);
  }

  /** Those that a call may be for, or for which it may have been as it was before. */
  candidates(...versions: readonly NamedCall[]): Set<Watcher> {
    const found = new Set(this.#unled);
    for (const [field, byValue] of this.#byField) {
      for (const call of versions) {
        const value = call[field];
        if (value === null) continue;
        for (const watcher of byValue.get(value) ?? []) found.add(watcher);
      }
    }
    return found;
  }
}

function leadOf({ leaves }: Watcher): { field: Field; values: readonly PredicateValue[] } | null {
  for (const field of fields) {
    for (const leaf of leaves) {
      if (leaf.of === field && 'in' in leaf && leaf.in.length <= mostValues) return { field, values: leaf.in };
    }
  }
  return null;
}
