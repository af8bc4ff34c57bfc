import { getTableColumns, sql } from 'drizzle-orm';
import type { Account } from '../../accounts/account.table.ts';
import { callGroups, campaigns } from '../../participants/participants.table.ts';
import type { ParticipantIds } from '../../participants/upsert-participants.ts';
import { insertRows } from '../../postgres/rows/insert-rows.ts';
import { statement, type Transaction } from '../../postgres/statement.ts';
import type { Instant } from '../../time/instant.ts';
import { type Call, calls } from '../call.table.ts';
import type { CallFacts } from '../facts/call-facts.ts';
import type { DerivedColumns } from '../facts/derive-call.ts';
import { usualAnswered } from '../facts/precedence.ts';

/** A stored call with the words that its ids stand for. */
export type KnownCall = Call & { callGroupName: string | null; campaignCode: string | null };

const all = getTableColumns(calls);
const selected = Object.entries(all).map(([name, column]) => sql`${column} as ${sql.identifier(name)}`);

const find = statement<KnownCall>(
  'find_known_calls',
  sql`select ${sql.join(selected, sql`, `)}, ${callGroups.name} as "callGroupName", ${campaigns.campaignCode} as "campaignCode"
    from ${calls}
    left join ${callGroups} on ${callGroups.id} = ${calls.callGroupId} and ${callGroups.accountId} = ${calls.accountId}
    left join ${campaigns} on ${campaigns.id} = ${calls.campaignId} and ${campaigns.accountId} = ${calls.accountId}
    where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.callSid} = any(${sql.placeholder('sids')}::text[])`,
);

/** The calls of an account that have one of these CallSids. The caller holds the account's lock. */
export function findKnownCalls(on: Transaction, account: number, sids: readonly string[]): Promise<KnownCall[]> {
  return find(on, { account, sids });
}

const columns = Object.keys(all);

/** Inserts new calls. */
export const insertCalls = insertRows<Call>(calls, columns);

// The id stays for life, and createdAt is of the first time.
const changing = columns.filter(
  (name) => !['accountId', 'id', 'callSid', 'createdAt'].includes(name),
) as (keyof Call)[];
const names = changing.map((name) => sql.identifier(all[name].name));
const arrays = changing.map((name) => sql`${sql.placeholder(name)}::${sql.raw(all[name].getSQLType())}[]`);

const update = statement(
  'update_calls',
  sql`update ${calls} set ${sql.join(
    names.map((name) => sql`${name} = v.${name}`),
    sql`, `,
  )} from unnest(${sql.placeholder('ids')}::bigint[], ${sql.join(arrays, sql`, `)}) as v(known_id, ${sql.join(names, sql`, `)})
  where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.id} = v.known_id
  and ${calls.id} = any(${sql.placeholder('ids')}::bigint[])`,
);

export type ChangedCall = { before: Call; after: Call };

/** Writes known calls of an account anew, whole. */
export async function updateCalls(on: Transaction, account: number, changed: readonly ChangedCall[]): Promise<void> {
  if (changed.length === 0) return;
  const values = Object.fromEntries(changing.map((name) => [name, changed.map(({ after }) => after[name])]));
  await update(on, { account, ids: changed.map(({ before }) => before.id), ...values });
}

export type RowParts = {
  id: number;
  account: Pick<Account, 'id'>;
  facts: CallFacts;
  derived: DerivedColumns;
  ids: ParticipantIds;
  liveEventAt: Instant | null;
  createdAt: Instant;
  updatedAt: Instant;
};

/** The row of a call. Written out, for spreading objects into each other took longer than all the rest of reading. */
export function rowOfCall({ id, account, facts, derived, ids, liveEventAt, createdAt, updatedAt }: RowParts): Call {
  return {
    accountId: account.id,
    id,
    callSid: facts.callSid,
    direction: derived.direction,
    status: derived.status,
    disposition: derived.disposition,
    outcome: derived.outcome,
    endedBy: derived.endedBy,
    customerId: ids.customerId,
    agentId: ids.agentId,
    virtualNumberId: ids.virtualNumberId,
    callGroupId: ids.callGroupId,
    campaignId: ids.campaignId,
    customerNumber: derived.customerNumber,
    agentNumber: derived.agentNumber,
    agentName: derived.agentName,
    sourceNumber: facts.sourceNumber,
    destinationNumber: facts.destinationNumber,
    dialedNumber: facts.dialedNumber,
    startedAt: derived.startedAt,
    legAPickedAt: facts.legAPickedAt,
    legBStartedAt: facts.legBStartedAt,
    legBPickedAt: facts.legBPickedAt,
    answeredAt: derived.answeredAt,
    endedAt: derived.endedAt,
    durationSeconds: derived.durationSeconds,
    talkSeconds: derived.talkSeconds,
    ivrSeconds: derived.ivrSeconds,
    ringSeconds: derived.ringSeconds,
    waitSeconds: derived.waitSeconds,
    coins: facts.coins,
    recordingUrl: facts.recordingUrl,
    keyPress: facts.keyPress,
    hangupCause: derived.hangupCause,
    errorCode: facts.errorCode,
    providerStatus: derived.providerStatus,
    providerDirection: facts.providerDirection,
    createdAt,
    updatedAt,
    liveEventAt,
    agentEmail: facts.agentEmail,
    sentStatus: facts.sentStatus,
    sentCallStatus: facts.sentCallStatus,
    sentHangupCause: facts.sentHangupCause,
    sentStartedAt: facts.sentStartedAt,
    sentEndedAt: facts.sentEndedAt,
    sentDurationSeconds: facts.sentDurationSeconds,
    sentTalkSeconds: facts.sentTalkSeconds,
    lesserFacts: facts.outranked || null,
    answeredFacts: facts.answered === usualAnswered(facts, derived.outcome === 'ANSWERED') ? null : facts.answered,
  };
}

/** Whether a stored call says anything else; when it was last changed is nothing that it says. */
export function differs(stored: Call, row: Call): boolean {
  for (const name in row) {
    const key = name as keyof Call;
    if (key !== 'updatedAt' && stored[key] !== row[key]) return true;
  }
  return false;
}
