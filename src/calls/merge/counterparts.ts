import { type SQL, sql } from 'drizzle-orm';
import type { Account } from '../../accounts/account.table.ts';
import { statement, type Transaction } from '../../postgres/statement.ts';
import type { Instant } from '../../time/instant.ts';
import { calls } from '../call.table.ts';
import type { CallFacts } from '../facts/call-facts.ts';
import { rolesOf } from '../facts/legs.ts';
import { isListed, listedMark } from '../facts/precedence.ts';
import { findKnownCalls, type KnownCall } from '../write/write-calls.ts';

/** What an outgoing call is known by where its ids differ: who called whom, and when, in the whole seconds that are sent. */
export type OutgoingCall = { callSid: string; startedAt: Instant; customer: string; agent: string };

/** Null where it cannot be told, and of other calls. */
export function outgoingCall(facts: CallFacts, account: Account): OutgoingCall | null {
  const { callSid, direction, sentStartedAt: startedAt } = facts;
  if (direction !== 'OUTBOUND' || startedAt === null) return null;
  const { customerNumber: customer, agentNumber: agent } = rolesOf(facts, account);
  return customer === null || agent === null ? null : { callSid, startedAt, customer, agent };
}

/** A stored call that is the same as another one under another id. */
type Found = { of: string; callSid: string };
type Find = (on: Transaction, account: number, wanted: readonly OutgoingCall[]) => Promise<Found[]>;

function finder(name: string, condition: SQL): Find {
  const find = statement<Found>(
    name,
    // Looked up one by one: a join would read all calls, or all of the list, where it takes them for few.
    sql`select v.sid as of, found.sid as "callSid"
      from unnest(${sql.placeholder('sids')}::text[], ${sql.placeholder('starts')}::timestamptz[],
        ${sql.placeholder('customers')}::text[], ${sql.placeholder('agents')}::text[])
        with ordinality as v(sid, started_at, customer, agent, n)
      cross join lateral (select ${calls.callSid} as sid, ${calls.createdAt} as created_at, ${calls.id} as id from ${calls}
        where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.direction} = 'OUTBOUND' and ${condition}
        and ${calls.startedAt} = v.started_at and ${calls.customerNumber} = v.customer
        and ${calls.agentNumber} = v.agent and ${calls.callSid} <> v.sid offset 0) as found
      order by v.n, found.created_at, found.id`,
  );
  return async (on, account, wanted) => {
    if (wanted.length === 0) return [];
    return onePerCall(
      await find(on, {
        account,
        sids: wanted.map(({ callSid }) => callSid),
        starts: wanted.map(({ startedAt }) => startedAt),
        customers: wanted.map(({ customer }) => customer),
        agents: wanted.map(({ agent }) => agent),
      }),
    );
  };
}

const isListedRow = sql`${calls.lesserFacts} >= ${sql.raw(String(listedMark))}`;

/** Of outgoing calls those that are also stored under the id of the provider's list. */
export const findListedCounterparts = finder('find_listed_counterparts', isListedRow);
/** Of outgoing calls those that are also stored under the id that they have elsewhere. */
export const findSentCounterparts = finder('find_sent_counterparts', sql`not coalesce(${isListedRow}, false)`);

/** An agent may call a customer twice in a second: no call stands for two. */
function onePerCall(found: readonly Found[]): Found[] {
  const paired = new Set<string>();
  const taken = new Set<string>();
  return found.filter(({ of, callSid }) => {
    if (paired.has(of) || taken.has(callSid)) return false;
    paired.add(of);
    taken.add(callSid);
    return true;
  });
}

/** A call known from the provider's list alone, and the id that it has elsewhere. */
export type Counterpart = { sid: string; listed: KnownCall };

/** The calls known from the provider's list alone, under its ids, that deliveries tell of under others. */
export async function findListed(
  on: Transaction,
  account: Account,
  told: readonly CallFacts[],
): Promise<Counterpart[]> {
  const sent = outgoing(
    told.filter((facts) => !isListed(facts)),
    account,
  );
  const found = await findListedCounterparts(on, account.id, sent);
  return readListed(
    on,
    account,
    found.map(({ of, callSid }) => ({ sid: of, listed: callSid })),
  );
}

/** As findListed, also where the calls of the list are told of. */
export async function findListedOrSent(
  on: Transaction,
  account: Account,
  told: readonly CallFacts[],
): Promise<Counterpart[]> {
  const found = await findSentCounterparts(on, account.id, outgoing(told.filter(isListed), account));
  const known = await readListed(
    on,
    account,
    found.map(({ of, callSid }) => ({ sid: callSid, listed: of })),
  );
  const paired = new Set(known.flatMap(({ sid, listed }) => [sid, listed.callSid]));
  const others = await findListed(on, account, told);
  return [...known, ...others.filter(({ sid, listed }) => !paired.has(sid) && !paired.has(listed.callSid))];
}

async function readListed(
  on: Transaction,
  account: Account,
  pairs: readonly { sid: string; listed: string }[],
): Promise<Counterpart[]> {
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
export async function findSent(
  on: Transaction,
  account: Account,
  rows: readonly CallFacts[],
): Promise<Map<CallFacts, string>> {
  const listed = rows.flatMap((facts) => {
    const call = isListed(facts) ? outgoingCall(facts, account) : null;
    return call ? [{ facts, ...call }] : [];
  });
  if (listed.length === 0) return new Map();
  const sids = [...new Set(listed.map(({ callSid }) => callSid))];
  const unknown = new Set((await findUnknown(on, { account: account.id, sids })).map(({ callSid }) => callSid));
  const wanted = listed.filter(({ callSid }) => unknown.has(callSid));
  const found = await findSentCounterparts(on, account.id, wanted);
  const sentOf = new Map(found.map(({ of, callSid }) => [of, callSid]));
  return new Map(
    wanted.flatMap(({ facts, callSid }) => {
      const sent = sentOf.get(callSid);
      return sent === undefined ? [] : [[facts, sent] as const];
    }),
  );
}

function outgoing(told: readonly CallFacts[], account: Account): OutgoingCall[] {
  return told.flatMap((facts) => outgoingCall(facts, account) ?? []);
}
