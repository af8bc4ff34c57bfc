import type { CallFacts, ReadStatus } from '../facts/call-facts.ts';
import { conflicts, mergeFacts } from '../facts/merge-facts.ts';
import type { Merged } from '../write/write-merged.ts';
import { mergeReceived, type Recorded } from './merge-received.ts';

type Waiting = { facts: CallFacts; at: number };

/** Additions to calls that are not known yet, of one batch in order of arrival, until something makes the call. */
export class SetAside {
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #settled = new Map<number, Recorded>();

  /** Sets one aside; `at`: its place in the batch. */
  add(facts: CallFacts, at: number): 'WAITING' {
    const waiting = this.#waiting.get(facts.callSid) ?? [];
    this.#waiting.set(facts.callSid, [...waiting, { facts, at }]);
    return 'WAITING';
  }

  /** What waited for this first delivery of a call, as one. What contradicts it is of another call, and is left out. */
  take(first: CallFacts, readStatus: ReadStatus): Merged | null {
    let call = first;
    let taken: Merged | null = null;
    for (const { facts, at } of this.#waiting.get(first.callSid) ?? []) {
      const isOther = conflicts(call, facts);
      this.#settled.set(at, isOther ? 'CONFLICT' : 'RECORDED');
      if (isOther) continue;
      call = mergeFacts(call, facts);
      taken = mergeReceived(taken, facts, readStatus);
    }
    this.#waiting.delete(first.callSid);
    return taken;
  }

  /** What became of each of the batch, with those that were set aside. */
  settle(results: readonly Recorded[]): Recorded[] {
    return results.map((result, at) => this.#settled.get(at) ?? result);
  }
}
