import type { Account } from '../../accounts/account.table.ts';
import type { Instant } from '../../time/instant.ts';
import { conflicts, mergeFacts } from '../facts/merge-facts.ts';
import { withNumbers } from '../write/reread-numbers.ts';
import type { KnownCall } from '../write/write-calls.ts';
import {
  type Merged,
  type MergeInput,
  type MergeResult,
  mergedOf,
  mergeInOrder,
  type Received,
} from './merge-received.ts';

/**
 * Merges all that is kept of calls, as if nothing had been stored; only their ids and createdAt stay. Of a call whose first
 * deliveries have expired, what no kept one gives stays too.
 */
export function mergeAnew(
  rows: readonly KnownCall[],
  { account, ...input }: MergeInput & { account: Pick<Account, 'region'> },
): MergeResult {
  const stored = new Map(rows.map((row) => [row.callSid, row]));
  const whole = wholeCalls(stored, input.received);
  const restOf = (callSid: string) => (whole.has(callSid) ? undefined : stored.get(callSid));
  const { results, merged } = mergeInOrder(input, {
    before: () => null,
    isStored: (callSid) => restOf(callSid) !== undefined,
    isOther: (received, before) => {
      const rest = restOf(received.facts.callSid);
      return rest
        ? conflictsWithRest(before, received, rest)
        : before !== null && conflicts(before.facts, received.facts);
    },
  });
  return {
    results,
    merged: merged.map((call): Merged => {
      const { callSid, sidStartedAt } = call.facts;
      const row = stored.get(callSid);
      if (!row) return call;
      const known = mergedOf(row, sidStartedAt);
      return whole.has(callSid) ? { ...call, row: known.row } : completed(call, withNumbers(known, account));
    }),
  };
}

// Retention deletes what was received first: while the delivery that made the call is kept, all of them are.
function wholeCalls(stored: ReadonlyMap<string, KnownCall>, kept: readonly Received[]): Set<string> {
  const made = new Set(kept.filter(({ facts }) => facts.kind !== 'ADDITION').map(({ facts }) => facts.callSid));
  const whole = kept.filter(({ facts: { callSid, receivedAt } }) => {
    const row = stored.get(callSid);
    return made.has(callSid) && (row === undefined || receivedAt <= row.createdAt);
  });
  return new Set(whole.map(({ facts }) => facts.callSid));
}

// The delivery that it contradicted may have expired, so that nothing is left to compare it with; and what is stored was
// read by other rules, so that it contradicts nothing that was once part of it.
function conflictsWithRest(before: Merged | null, { facts, was = null }: Received, rest: KnownCall): boolean {
  if (was === 'CONFLICT') return true;
  if (before) return conflicts(before.facts, facts);
  return was === null && conflicts(mergedOf(rest, facts.sidStartedAt).facts, facts);
}

/** What is kept of a call, with what only expired deliveries gave. */
function completed(call: Merged, stored: Merged): Merged {
  const facts = mergeFacts(stored.facts, call.facts);
  const times = [stored.liveEventAt, call.liveEventAt].filter((time): time is Instant => time !== null).sort();
  return {
    row: stored.row,
    facts,
    liveEventAt: facts.kind === 'REPORT' ? null : (times.at(-1) ?? null),
    isTalking: stored.isTalking || call.isTalking,
    isHeard: call.isHeard,
    knownStart: stored.knownStart,
  };
}
