import type { Account } from '../../accounts/account.table.ts';
import type { Transaction } from '../../postgres/statement.ts';
import type { Instant } from '../../time/instant.ts';
import type { CallFacts, ReadStatus } from '../facts/call-facts.ts';
import { conflicts, mergeFacts } from '../facts/merge-facts.ts';
import { mergedOf, mergeReceived, type Recorded } from '../merge/merge-received.ts';
import { SetAside } from '../merge/set-aside.ts';
import { withNumbers } from './reread-numbers.ts';
import { findKnownCalls, type KnownCall } from './write-calls.ts';
import { type Merged, writeMerged } from './write-merged.ts';

/** What one kept delivery says by today's rules, and what became of it before; null: it was not part of a call. */
export type KeptFacts = { facts: CallFacts; was: Recorded | null };

export type RewriteCallsInput = {
  account: Account;
  /** Of each call all that is still kept, in order of arrival. */
  kept: readonly KeptFacts[];
  readStatus: ReadStatus;
  now: Instant;
};

/**
 * Writes calls anew from everything that is kept of them, as if nothing had been stored; only their ids and createdAt
 * stay. What is as it was is not touched. Of a call whose first deliveries have expired, what no kept one gives stays too.
 * All within the caller's transaction, in which the caller holds the account's lock.
 */
export async function rewriteCalls(on: Transaction, input: RewriteCallsInput): Promise<Recorded[]> {
  const { account, kept, readStatus, now } = input;
  const sids = [...new Set(kept.map(({ facts }) => facts.callSid))];
  const rows = new Map((await findKnownCalls(on, account.id, sids)).map((row) => [row.callSid, row]));
  const made = new Set(kept.filter(({ facts }) => facts.kind !== 'ADDITION').map(({ facts }) => facts.callSid));
  const whole = new Set(
    kept.filter(isFirst(rows)).flatMap(({ facts: { callSid } }) => (made.has(callSid) ? [callSid] : [])),
  );

  const told = new Map<string, Merged>();
  const aside = new SetAside();
  const results = kept.map(({ facts, was }, at): Recorded => {
    const { callSid } = facts;
    const before = told.get(callSid) ?? null;
    const row = rows.get(callSid);
    const rest = row && !whole.has(callSid) ? row : null;
    if (rest === null && before === null && facts.kind === 'ADDITION') return aside.add(facts, at);
    if (rest ? conflictsWithRest(before, facts, was, rest) : before && conflicts(before.facts, facts))
      return 'CONFLICT';
    told.set(callSid, mergeReceived(before ?? aside.take(facts, readStatus), facts, readStatus));
    return 'RECORDED';
  });
  const merged = [...told].map(([callSid, call]): Merged => {
    const row = rows.get(callSid);
    if (!row) return call;
    const stored = mergedOf(row, call.facts.sidStartedAt);
    return whole.has(callSid) ? { ...call, row: stored.row } : completed(call, withNumbers(stored, account));
  });
  await writeMerged(on, { account, merged, readStatus, now, isReread: true });
  return aside.settle(results);
}

// Retention deletes what was received first: while the delivery that made the call is kept, all of them are.
function isFirst(rows: ReadonlyMap<string, KnownCall>): (kept: KeptFacts) => boolean {
  return ({ facts }) => {
    const row = rows.get(facts.callSid);
    return row === undefined || facts.receivedAt <= row.createdAt;
  };
}

// The delivery that it contradicted may have expired, so that nothing is left to compare it with; and what is stored was
// read by other rules, so that it contradicts nothing that was once part of it.
function conflictsWithRest(before: Merged | null, facts: CallFacts, was: Recorded | null, rest: KnownCall): boolean {
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
