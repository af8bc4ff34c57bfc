import { sql } from 'drizzle-orm';
import type { Account } from '../accounts/account.table.ts';
import { calls } from '../calls/call.table.ts';
import { isListed } from '../calls/facts/precedence.ts';
import { findSentTwins, outgoingCall } from '../calls/merge/counterparts.ts';
import { statement, type Transaction } from '../postgres/statement.ts';
import type { ReadDelivery } from './read-delivery.ts';

const findUnknown = statement<{ callSid: string }>(
  'find_unknown_sids',
  sql`select s.sid as "callSid" from unnest(${sql.placeholder('sids')}::text[]) as s(sid)
    where not exists (select from ${calls}
      where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.callSid} = s.sid)`,
);

/**
 * The CallSids of known calls that rows of outgoing calls tell of under another id: the one with the same customer and
 * agent that began in the same second. Of a row whose id is known, nothing.
 */
export async function findSameCalls(
  on: Transaction,
  account: Account,
  rows: readonly ReadDelivery[],
): Promise<Map<ReadDelivery, string>> {
  const outgoing = rows.flatMap((row) => {
    const call = row.facts && isListed(row.facts) ? outgoingCall(row.facts, account) : null;
    return call ? [{ row, ...call }] : [];
  });
  if (outgoing.length === 0) return new Map();
  const sids = [...new Set(outgoing.map(({ callSid }) => callSid))];
  const unknown = new Set((await findUnknown(on, { account: account.id, sids })).map(({ callSid }) => callSid));
  const wanted = outgoing.filter(({ callSid }) => unknown.has(callSid));
  if (wanted.length === 0) return new Map();
  const same = new Map((await findSentTwins(on, account.id, wanted)).map(({ of, callSid }) => [of, callSid]));
  return new Map(
    wanted.flatMap(({ row, callSid: listed }) => {
      const callSid = same.get(listed);
      return callSid === undefined ? [] : [[row, callSid] as const];
    }),
  );
}
