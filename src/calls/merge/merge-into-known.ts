import type { Account } from '../../accounts/account.table.ts';
import type { Transaction } from '../../postgres/statement.ts';
import type { CallFacts, ReadStatus } from '../facts/call-facts.ts';
import { conflicts } from '../facts/merge-facts.ts';
import { findKnownCalls, type KnownCall } from '../write/write-calls.ts';
import type { Merged } from '../write/write-merged.ts';
import { mergedOf, mergeReceived, type Recorded } from './merge-received.ts';
import { SetAside } from './set-aside.ts';

export type MergeInput = {
  /** What was received before of calls that were not known then, in order of arrival. */
  waiting: readonly { facts: CallFacts }[];
  received: readonly CallFacts[];
  readStatus: ReadStatus;
};

/** What became of what was received, and of what waited; the calls to be written. */
export type MergeResult = { results: Recorded[]; waited: Recorded[]; merged: Merged[] };

/** Merges what was received into the calls that are known of it. */
export function mergeIntoKnown(rows: readonly KnownCall[], { waiting, received, readStatus }: MergeInput): MergeResult {
  const all = waiting.length === 0 ? received : [...waiting.map(({ facts }) => facts), ...received];
  const sidStarts = new Map(all.map((facts) => [facts.callSid, facts.sidStartedAt]));
  const known = new Map(rows.map((row) => [row.callSid, mergedOf(row, sidStarts.get(row.callSid) ?? null)]));
  const told = new Map<string, Merged>();
  const aside = new SetAside();
  const results = all.map((facts, at): Recorded => {
    const { callSid } = facts;
    const before = told.get(callSid) ?? known.get(callSid) ?? null;
    if (before === null && facts.kind === 'ADDITION') return aside.add(facts, at);
    if (before && conflicts(before.facts, facts)) return 'CONFLICT';
    told.set(callSid, mergeReceived(before ?? aside.take(facts, readStatus), facts, readStatus));
    return 'RECORDED';
  });
  const settled = aside.settle(results);
  return {
    results: settled.slice(waiting.length),
    waited: settled.slice(0, waiting.length),
    merged: [...told.values()],
  };
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
