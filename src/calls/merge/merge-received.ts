import type { Instant } from '../../time/instant.ts';
import type { CallFacts, ReadStatus } from '../facts/call-facts.ts';
import { factsOfCall } from '../facts/facts-of-call.ts';
import { mergeFacts } from '../facts/merge-facts.ts';
import type { KnownCall } from '../write/write-calls.ts';
import type { Merged } from '../write/write-merged.ts';

/**
 * What became of each: CONFLICT tells of another call with the same CallSid, and is left out; WAITING is an addition to a call
 * that is not known.
 */
export type Recorded = 'RECORDED' | 'CONFLICT' | 'WAITING';

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

/** A call with one more delivery merged in. */
export function mergeReceived(known: Merged | null, received: CallFacts, readStatus: ReadStatus): Merged {
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
    // Of several in one group the last one's words decide, but they take nothing back.
    isTalking: known?.isTalking || (facts.kind === 'LIVE' && readStatus(received).inProgress),
    isHeard: known?.isHeard || received.kind !== 'ADDITION',
    knownStart: known?.knownStart ?? null,
  };
}

function latest(a: Instant | null, b: Instant): Instant {
  return a !== null && a > b ? a : b;
}
