import { type SQL, sql } from 'drizzle-orm';
import type { Account } from '../../accounts/account.table.ts';
import { statement, type Transaction } from '../../postgres/statement.ts';
import type { Instant } from '../../time/instant.ts';
import { calls } from '../call.table.ts';
import type { CallFacts } from '../facts/call-facts.ts';
import { listedMark } from '../facts/precedence.ts';
import { rolesOf } from '../facts/roles-of.ts';

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
export type FoundTwin = { of: string; callSid: string };
type FindTwins = (on: Transaction, account: number, wanted: readonly OutgoingCall[]) => Promise<FoundTwin[]>;

function finder(name: string, condition: SQL): FindTwins {
  const find = statement<FoundTwin>(
    name,
    // Looked up one by one: a join would read all calls, or all of the list, where it takes them for few.
    sql`select v.sid as of, found.sid as "callSid"
      from unnest(${sql.placeholder('sids')}::text[], ${sql.placeholder('starts')}::timestamptz[],
        ${sql.placeholder('customers')}::text[], ${sql.placeholder('agents')}::text[])
        with ordinality as v(sid, started_at, customer, agent, n)
      cross join lateral (select ${calls.callSid} as sid, ${calls.id} as id from ${calls}
        where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.direction} = 'OUTBOUND' and ${condition}
        and ${calls.startedAt} = v.started_at and ${calls.customerNumber} = v.customer
        and ${calls.agentNumber} = v.agent and ${calls.callSid} <> v.sid offset 0) as found
      order by v.n, found.id`,
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

const isListed = sql`${calls.lesserFacts} >= ${sql.raw(String(listedMark))}`;

/** Of outgoing calls those that are also stored under the id of the provider's list. */
export const findListedTwins = finder('find_listed_twins', isListed);
/** Of outgoing calls those that are also stored under the id that they have elsewhere. */
export const findSentTwins = finder('find_sent_twins', sql`not coalesce(${isListed}, false)`);

/** An agent may call a customer twice in a second: no call stands for two. */
function onePerCall(found: readonly FoundTwin[]): FoundTwin[] {
  const paired = new Set<string>();
  const taken = new Set<string>();
  return found.filter(({ of, callSid }) => {
    if (paired.has(of) || taken.has(callSid)) return false;
    paired.add(of);
    taken.add(callSid);
    return true;
  });
}
