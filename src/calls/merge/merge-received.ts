import type { Instant } from '../../time/instant.ts';
import type { Call } from '../call.table.ts';
import type { CallFacts, ReadStatus } from '../facts/call-facts.ts';
import { factsOfCall } from '../facts/facts-of-call.ts';
import { conflicts, mergeFacts } from '../facts/merge-facts.ts';
import type { KnownCall } from '../write/write-calls.ts';

/**
 * What became of each: CONFLICT tells of another call with the same CallSid, and is left out; WAITING is an addition to a call
 * that is not known.
 */
export type Recorded = 'RECORDED' | 'CONFLICT' | 'WAITING';

/** A call with everything that was received merged in. */
export type Merged = {
  /** What is stored; null for a new one. */
  row: Call | null;
  facts: CallFacts;
  /** When the last live event was received; null once there is a report. */
  liveEventAt: Instant | null;
  /** Whether any live event said that the parties are talking: a later one does not take that back. */
  isTalking: boolean;
  /** Whether anything but additions was merged into what is stored. */
  isHeard: boolean;
  /** Where nothing that was sent tells the start: what it was taken to be before. */
  knownStart: Instant | null;
};

/** What is known of a stored call. */
export function mergedOf({ callGroupName, campaignCode, ...row }: KnownCall, sidStartedAt: Instant | null): Merged {
  return {
    row,
    facts: factsOfCall(row, { callGroupName, campaignCode, sidStartedAt }),
    liveEventAt: row.liveEventAt,
    isTalking: row.status === 'IN_PROGRESS',
    isHeard: false,
    knownStart: row.startedAt,
  };
}

/** What one delivery tells, and what became of it where it was recorded before; null: it was not part of a call. */
export type Received = { facts: CallFacts; was?: Recorded | null };

export type MergeInput = {
  /** In order of arrival. */
  received: readonly Received[];
  readStatus: ReadStatus;
};

/** What became of what was received; the calls that it tells of. */
export type MergeResult = { results: Recorded[]; merged: Merged[] };

/** Merges what was received into the calls that are known of it. */
export function mergeIntoKnown(rows: readonly KnownCall[], input: MergeInput): MergeResult {
  const sidStarts = new Map(input.received.map(({ facts }) => [facts.callSid, facts.sidStartedAt]));
  const known = new Map(rows.map((row) => [row.callSid, mergedOf(row, sidStarts.get(row.callSid) ?? null)]));
  return mergeInOrder(input, {
    before: (callSid) => known.get(callSid) ?? null,
    isOther: ({ facts }, before) => before !== null && conflicts(before.facts, facts),
  });
}

type Calls = {
  /** What a call is before any of these is merged into it. */
  before: (callSid: string) => Merged | null;
  /** Whether there is a call, though nothing of it is known before. */
  isStored?: (callSid: string) => boolean;
  /** Whether one tells of another call than what is merged so far. */
  isOther: (received: Received, merged: Merged | null) => boolean;
};

/** Merges what was received, one after the other, into what the calls are before. */
export function mergeInOrder({ received, readStatus }: MergeInput, calls: Calls): MergeResult {
  const { before, isStored, isOther } = calls;
  const told = new Map<string, Merged>();
  const aside = new SetAside();
  const results = received.map((one, at): Recorded => {
    const { facts } = one;
    const { callSid } = facts;
    const merged = told.get(callSid) ?? before(callSid);
    if (merged === null && facts.kind === 'ADDITION' && !isStored?.(callSid)) return aside.add(facts, at);
    if (isOther(one, merged)) return 'CONFLICT';
    told.set(callSid, mergeOne(merged ?? aside.take(facts, readStatus), facts, readStatus));
    return 'RECORDED';
  });
  return { results: aside.settle(results), merged: [...told.values()] };
}

/** A call with one more delivery merged in. */
function mergeOne(known: Merged | null, received: CallFacts, readStatus: ReadStatus): Merged {
  const facts = mergeFacts(known?.facts ?? null, received);
  const liveEventAt = known?.liveEventAt ?? null;
  return {
    row: known?.row ?? null,
    facts,
    liveEventAt:
      facts.kind === 'REPORT'
        ? null
        : received.kind === 'LIVE'
          ? latest(liveEventAt, received.happenedAt ?? received.receivedAt)
          : liveEventAt,
    // Of several in one batch the last one's words decide, but they take nothing back.
    isTalking: known?.isTalking || (facts.kind === 'LIVE' && readStatus(received).inProgress),
    isHeard: known?.isHeard || received.kind !== 'ADDITION',
    knownStart: known?.knownStart ?? null,
  };
}

function latest(a: Instant | null, b: Instant): Instant {
  return a !== null && a > b ? a : b;
}

/** Additions to calls that are not known yet, of one batch in order of arrival, until something makes the call. */
class SetAside {
  readonly #waiting = new Map<string, { facts: CallFacts; at: number }[]>();
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
      taken = mergeOne(taken, facts, readStatus);
    }
    this.#waiting.delete(first.callSid);
    return taken;
  }

  /** What became of each of the batch, with those that were set aside. */
  settle(results: readonly Recorded[]): Recorded[] {
    return results.map((result, at) => this.#settled.get(at) ?? result);
  }
}
