import type { Account } from '../accounts/account.table.ts';
import type { Transaction } from '../db/statement.ts';
import type { Instant } from '../time/instant.ts';
import type { CallFacts, ReadStatus } from './call-facts.ts';
import { factsOfCall } from './facts-of-call.ts';
import { conflicts, mergeFacts } from './merge-facts.ts';
import { findKnownCalls, type KnownCall } from './write-calls.ts';
import type { Merged } from './write-merged.ts';

/** What became of each: CONFLICT tells of another call with the same CallSid, and is left out. */
export type Recorded = 'RECORDED' | 'CONFLICT';

/** Merges what was received into the calls that are known of it; what became of each, and the calls to be written. */
export function mergeIntoKnown(
  rows: readonly KnownCall[],
  { received, readStatus }: { received: readonly CallFacts[]; readStatus: ReadStatus },
): { results: Recorded[]; merged: Merged[] } {
  const sidStarts = new Map(received.map((facts) => [facts.callSid, facts.sidStartedAt]));
  const known = new Map(rows.map((row) => [row.callSid, mergedOf(row, sidStarts.get(row.callSid) ?? null)]));
  const told = new Map<string, Merged>();
  const results = received.map((facts): Recorded => {
    const before = told.get(facts.callSid) ?? known.get(facts.callSid) ?? null;
    if (before && conflicts(before.facts, facts)) return 'CONFLICT';
    told.set(facts.callSid, mergeReceived(before, facts, readStatus));
    return 'RECORDED';
  });
  return { results, merged: [...told.values()] };
}

/** What is stored of the calls that were received. */
export function findCallsOf(
  on: Transaction,
  account: Pick<Account, 'id'>,
  received: readonly CallFacts[],
): Promise<KnownCall[]> {
  const sids = new Set(received.map(({ callSid }) => callSid));
  return sids.size === 0 ? Promise.resolve([]) : findKnownCalls(on, account.id, [...sids]);
}

/** What is known of a stored call. */
export function mergedOf({ callGroupName, campaignCode, ...row }: KnownCall, sidStartedAt: Instant | null): Merged {
  return {
    row,
    facts: factsOfCall(row, { callGroupName, campaignCode, sidStartedAt }),
    liveEventAt: row.liveEventAt,
    isTalking: row.status === 'IN_PROGRESS',
    knownStart: row.startedAt,
  };
}

/** A call with one more delivery merged in. */
export function mergeReceived(known: Merged | null, received: CallFacts, readStatus: ReadStatus): Merged {
  const facts = mergeFacts(known?.facts ?? null, received);
  return {
    row: known?.row ?? null,
    facts,
    liveEventAt:
      facts.kind === 'REPORT' ? null : latest(known?.liveEventAt ?? null, received.happenedAt ?? received.receivedAt),
    // Of several in one group the last one's words decide, but they take nothing back.
    isTalking: known?.isTalking || (facts.kind === 'LIVE' && readStatus(received).inProgress),
    knownStart: known?.knownStart ?? null,
  };
}

function latest(a: Instant | null, b: Instant): Instant {
  return a !== null && a > b ? a : b;
}
