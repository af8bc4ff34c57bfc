import type { Account } from '../accounts/account.table.ts';
import type { CallFacts } from '../calls/facts/call-facts.ts';
import { mergedOf } from '../calls/merge/merge-received.ts';
import { findKnownCalls } from '../calls/write/write-calls.ts';
import { writeMerged } from '../calls/write/write-merged.ts';
import type { Transaction } from '../postgres/statement.ts';
import type { CallReader } from '../providers/providers.ts';
import type { Instant } from '../time/instant.ts';
import { findTwins, takeListed } from './take-listed.ts';

export type JoinInput = {
  account: Account;
  /** What was read of calls that are stored. */
  told: readonly CallFacts[];
  reader: CallReader;
  now: Instant;
};

/**
 * Makes one of stored calls that turn out to be the same: one by the provider's list, one by the webhook. Of the ids of the list
 * that are no more, those that they are now.
 */
export async function joinTwins(
  on: Transaction,
  { account, told, reader, now }: JoinInput,
): Promise<ReadonlyMap<string, string>> {
  const twins = await findTwins(on, account, told);
  if (twins.length === 0) return new Map();
  const sids = twins.map(({ sid }) => sid);
  const rows = await findKnownCalls(on, account.id, sids);
  const known = rows.map((row) => mergedOf(row, reader.readIdTime(row.callSid)));
  const { merged, gone, twins: taken } = await takeListed(on, { account, twins, merged: known, now });
  const joined = new Set(taken.map(({ sid }) => sid));
  const changed = merged.filter(({ facts }) => joined.has(facts.callSid));
  await writeMerged(on, { account, merged: changed, gone, readStatus: reader.readStatus, now, isReread: true });
  return new Map(taken.map(({ sid, listed }) => [listed.callSid, sid]));
}
