import { sql } from 'drizzle-orm';
import type { Account } from '../../accounts/account.table.ts';
import { statement, type Transaction } from '../../postgres/statement.ts';
import type { Instant } from '../../time/instant.ts';
import { type Call, calls } from '../call.table.ts';
import type { CallFacts } from '../facts/call-facts.ts';
import { factsOfCall } from '../facts/facts-of-call.ts';
import { mergeFacts } from '../facts/merge-facts.ts';
import type { KnownCall } from '../write/write-calls.ts';
import { type Counterpart, outgoingCall } from './counterparts.ts';
import type { Merged } from './merge-received.ts';
import { noteMerged } from './note-ended-calls.ts';

export type AbsorbInput = {
  account: Account;
  counterparts: readonly Counterpart[];
  merged: readonly Merged[];
  now: Instant;
};

export type Absorbed = {
  merged: readonly Merged[];
  /** Those that became part of others. */
  counterparts: Counterpart[];
  /** Of these the rows that are no more. */
  gone: Call[];
};

const rename = statement(
  'rename_calls',
  sql`update ${calls} set call_sid = v.sid
    from unnest(${sql.placeholder('ids')}::bigint[], ${sql.placeholder('sids')}::text[]) as v(known_id, sid)
    where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.id} = v.known_id
    and ${calls.id} = any(${sql.placeholder('ids')}::bigint[])`,
);
const backdate = statement(
  'backdate_calls',
  sql`update ${calls} set created_at = v.created_at, updated_at = ${sql.placeholder('now')}
    from unnest(${sql.placeholder('sids')}::text[], ${sql.placeholder('times')}::timestamptz[]) as v(sid, created_at)
    where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.callSid} = v.sid
    and ${calls.callSid} = any(${sql.placeholder('sids')}::text[])
    and ${calls.createdAt} > v.created_at`,
);
const remove = statement(
  'delete_absorbed_calls',
  sql`delete from ${calls} where ${calls.accountId} = ${sql.placeholder('account')}
    and ${calls.id} = any(${sql.placeholder('ids')}::bigint[])`,
);

/**
 * Merges calls that are known from the provider's list alone into those that they are. What has no row yet goes on in the
 * listed one's; else that is deleted.
 */
export async function absorbListed(on: Transaction, input: AbsorbInput): Promise<Absorbed> {
  const { account, counterparts, now } = input;
  const merged = [...input.merged];
  const renamed: Counterpart[] = [];
  const deleted: Counterpart[] = [];
  const became = new Map<number, number>();
  for (const counterpart of counterparts) {
    const at = merged.findIndex(({ facts }) => facts.callSid === counterpart.sid);
    const call = merged[at];
    if (!call || !isSame(call, counterpart, account)) continue;
    const isNew = call.row === null;
    const whole = { ...call, facts: asOne(call.facts, counterpart), liveEventAt: null };
    merged[at] = isNew ? { ...whole, row: counterpart.listed, knownStart: counterpart.listed.startedAt } : whole;
    (isNew ? renamed : deleted).push(counterpart);
    if (call.row) became.set(counterpart.listed.id, call.row.id);
  }
  const gone = deleted.map(({ listed }) => listed);
  await Promise.all([
    renamed.length > 0 &&
      rename(on, {
        account: account.id,
        ids: renamed.map(({ listed }) => listed.id),
        sids: renamed.map(({ sid }) => sid),
      }),
    gone.length > 0 &&
      backdate(on, {
        account: account.id,
        sids: deleted.map(({ sid }) => sid),
        times: gone.map(({ createdAt }) => createdAt),
        now,
      }),
    gone.length > 0 && remove(on, { account: account.id, ids: gone.map(({ id }) => id) }),
    noteMerged(on, became, { account: account.id, now }),
  ]);
  return { merged, counterparts: [...renamed, ...deleted], gone };
}

/** In order of arrival; what the list tells is of an ended call. */
function asOne(facts: CallFacts, { sid, listed }: Counterpart): CallFacts {
  const fromList = { ...factsOf(listed), callSid: sid };
  return fromList.receivedAt <= facts.receivedAt ? mergeFacts(fromList, facts) : mergeFacts(facts, fromList);
}

function factsOf({ callGroupName, campaignCode, ...row }: KnownCall): CallFacts {
  return factsOfCall(row, { callGroupName, campaignCode, sidStartedAt: null });
}

// What was found of one delivery may not be what is known after all of them.
function isSame({ facts }: Merged, { listed }: Counterpart, account: Account): boolean {
  const call = outgoingCall(facts, account);
  const other = outgoingCall(factsOf(listed), account);
  return (
    call !== null &&
    other !== null &&
    call.customer === other.customer &&
    call.agent === other.agent &&
    call.startedAt === other.startedAt
  );
}
