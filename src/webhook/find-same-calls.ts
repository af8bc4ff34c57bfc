import { sql } from 'drizzle-orm';
import type { Account } from '../accounts/account.table.ts';
import { calls } from '../calls/call.table.ts';
import type { CallFacts } from '../calls/call-facts.ts';
import { rolesOf } from '../calls/roles-of.ts';
import { statement, type Transaction } from '../db/statement.ts';
import type { ReadDelivery } from './write-group.ts';

const findUnknown = statement<{ callSid: string }>(
  'find_unknown_sids',
  sql`select s.sid as "callSid" from unnest(${sql.placeholder('sids')}::text[]) as s(sid)
    where not exists (select from ${calls}
      where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.callSid} = s.sid)`,
);

const findSame = statement<{ n: number; callSid: string }>(
  'find_same_calls',
  sql`select distinct on (v.n) v.n, ${calls.callSid} as "callSid"
    from unnest(${sql.placeholder('starts')}::timestamptz[], ${sql.placeholder('customers')}::text[],
      ${sql.placeholder('agents')}::text[]) with ordinality as v(started_at, customer, agent, n)
    join ${calls} on ${calls.startedAt} >= v.started_at and ${calls.startedAt} < v.started_at + interval '1 second'
      and ${calls.customerNumber} = v.customer and ${calls.agentNumber} = v.agent
    where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.direction} = 'OUTBOUND'
    order by v.n, ${calls.id}`,
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
    const call = row.isRow && row.facts ? outgoingCall(row.facts, account) : null;
    return call ? [{ row, ...call }] : [];
  });
  if (outgoing.length === 0) return new Map();
  const sids = [...new Set(outgoing.map(({ callSid }) => callSid))];
  const unknown = new Set((await findUnknown(on, { account: account.id, sids })).map(({ callSid }) => callSid));
  const wanted = outgoing.filter(({ callSid }) => unknown.has(callSid));
  if (wanted.length === 0) return new Map();
  const found = await findSame(on, {
    account: account.id,
    starts: wanted.map(({ startedAt }) => startedAt),
    customers: wanted.map(({ customer }) => customer),
    agents: wanted.map(({ agent }) => agent),
  });
  return new Map(
    found.flatMap(({ n, callSid }) => {
      const row = wanted[n - 1]?.row;
      return row ? [[row, callSid] as const] : [];
    }),
  );
}

function outgoingCall(facts: CallFacts, account: Account) {
  const { customerNumber: customer, agentNumber: agent } = rolesOf(facts, account);
  const { callSid, direction, sentStartedAt: startedAt } = facts;
  if (direction !== 'OUTBOUND' || startedAt === null || customer === null || agent === null) return null;
  return { callSid, startedAt, customer, agent };
}
