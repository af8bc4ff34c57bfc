import { sql } from 'drizzle-orm';
import type { Account } from '../accounts/account.table.ts';
import type { CallFacts } from '../calls/facts/call-facts.ts';
import { isListed } from '../calls/facts/precedence.ts';
import { type Absorbed, type AbsorbInput, absorbListed, type ListedTwin } from '../calls/merge/absorb-listed.ts';
import { findListedTwins, findSentTwins, type OutgoingCall, outgoingCall } from '../calls/merge/counterparts.ts';
import { findKnownCalls } from '../calls/write/write-calls.ts';
import { webhookEvents } from '../inbox/webhook-event.table.ts';
import { statement, type Transaction } from '../postgres/statement.ts';

/** The calls known from the provider's list alone, under its ids, that deliveries tell of under others. */
export async function findListed(on: Transaction, account: Account, told: readonly CallFacts[]): Promise<ListedTwin[]> {
  const sent = outgoing(
    told.filter((facts) => !isListed(facts)),
    account,
  );
  const found = await findListedTwins(on, account.id, sent);
  const pairs = found.map(({ of, callSid }) => ({ sid: of, listed: callSid }));
  return pairs.length === 0 ? [] : readListed(on, account, pairs);
}

/** As findListed, also where the calls of the list are told of. */
export async function findTwins(on: Transaction, account: Account, told: readonly CallFacts[]): Promise<ListedTwin[]> {
  const listed = outgoing(told.filter(isListed), account);
  const found = await findSentTwins(on, account.id, listed);
  const pairs = found.map(({ of, callSid }) => ({ sid: callSid, listed: of }));
  const known = await readListed(on, account, pairs);
  const taken = new Set(known.flatMap(({ sid, listed }) => [sid, listed.callSid]));
  const others = await findListed(on, account, told);
  return [...known, ...others.filter(({ sid, listed }) => !taken.has(sid) && !taken.has(listed.callSid))];
}

const moveEvents = statement(
  'move_events',
  sql`update ${webhookEvents} as e set call_sid = v.sid
    from unnest(${sql.placeholder('listed')}::text[], ${sql.placeholder('sids')}::text[]) as v(listed, sid)
    where e.account_id = ${sql.placeholder('account')} and e.call_sid = v.listed
    and e.call_sid = any(${sql.placeholder('listed')}::text[])`,
);

/** Merges calls of the list into those that they are, and notes on what was kept of them which these are. */
export async function takeListed(on: Transaction, input: AbsorbInput): Promise<Absorbed> {
  if (input.twins.length === 0) return { merged: input.merged, twins: [], gone: [] };
  const absorbed = await absorbListed(on, input);
  const { twins } = absorbed;
  if (twins.length > 0) {
    await moveEvents(on, {
      account: input.account.id,
      listed: twins.map(({ listed }) => listed.callSid),
      sids: twins.map(({ sid }) => sid),
    });
  }
  return absorbed;
}

async function readListed(
  on: Transaction,
  account: Account,
  pairs: readonly { sid: string; listed: string }[],
): Promise<ListedTwin[]> {
  if (pairs.length === 0) return [];
  const rows = await findKnownCalls(
    on,
    account.id,
    pairs.map(({ listed }) => listed),
  );
  const bySid = new Map(rows.map((row) => [row.callSid, row]));
  return pairs.flatMap(({ sid, listed }) => {
    const row = bySid.get(listed);
    return row ? [{ sid, listed: row }] : [];
  });
}

function outgoing(told: readonly CallFacts[], account: Account): OutgoingCall[] {
  return told.flatMap((facts) => outgoingCall(facts, account) ?? []);
}
