import type { Account } from '../accounts/account.table.ts';
import type { Transaction } from '../db/statement.ts';
import { recountCallTimes } from '../participants/call-times.ts';
import { type Part, type ParticipantIds, takePart } from '../participants/take-part.ts';
import type { Instant } from '../time/instant.ts';
import type { Call, NewCall } from './call.table.ts';
import type { CallFacts, ReadStatus } from './call-facts.ts';
import { type DerivedCall, deriveCall } from './derive-call.ts';
import { factsOfCall } from './facts-of-call.ts';
import { conflicts, mergeFacts } from './merge-facts.ts';
import { findKnownCalls, upsertCalls } from './write-calls.ts';

export type RecordCallsInput = {
  account: Account;
  /** What was received, in order of arrival. */
  received: readonly CallFacts[];
  readStatus: ReadStatus;
  now: Instant;
};

/** What became of each: CONFLICT tells of another call with the same CallSid, and is left out. */
export type Recorded = 'RECORDED' | 'CONFLICT';

/** A call with everything that was received merged in; `row` is null for a new one. */
type Merged = { row: Call | null; facts: CallFacts; liveEventAt: Instant | null; isTold: boolean };

/**
 * Writes what was received into the calls it tells of: idempotent and right in any order. All or nothing within the
 * caller's transaction, in which the caller holds the account's lock.
 */
export async function recordCalls(on: Transaction, input: RecordCallsInput): Promise<Recorded[]> {
  const { account, received, readStatus, now } = input;
  const merged = await findMerged(on, account.id, received);
  const results = received.map((facts) => merge(merged, facts));

  const told = [...merged.values()].filter(({ isTold }) => isTold);
  const derived = told.map(({ row, facts }) =>
    deriveCall(facts, readStatus(facts), account, row?.startedAt ?? null, row?.status ?? null),
  );
  const ids = await takePart(
    on,
    account.id,
    told.map(({ facts }, i) => partOf(derived[i] as DerivedCall, facts)),
  );

  const written: { before: Call | null; after: NewCall }[] = [];
  for (const [i, { row, facts, liveEventAt }] of told.entries()) {
    const { tookPart: _tookPart, ...columns } = derived[i] as DerivedCall;
    const call = {
      ...factColumns(facts),
      ...columns,
      ...(ids[i] as ParticipantIds),
      accountId: account.id,
      liveEventAt,
    };
    if (row && !differs(row, call)) continue;
    written.push({ before: row, after: { ...call, createdAt: row?.createdAt ?? facts.receivedAt, updatedAt: now } });
  }
  await upsertCalls(
    on,
    written.map(({ after }) => after).sort((a, b) => (a.callSid < b.callSid ? -1 : 1)),
  );
  await recountCallTimes(on, lostBy(written));
  return results;
}

async function findMerged(
  on: Transaction,
  accountId: number,
  received: readonly CallFacts[],
): Promise<Map<string, Merged>> {
  const sidStarts = new Map(received.map((facts) => [facts.callSid, facts.sidStartedAt]));
  const rows = await findKnownCalls(on, accountId, [...sidStarts.keys()]);
  return new Map(
    rows.map(({ callGroupName, campaignCode, ...row }) => {
      const named = { callGroupName, campaignCode, sidStartedAt: sidStarts.get(row.callSid) ?? null };
      return [row.callSid, { row, facts: factsOfCall(row, named), liveEventAt: row.liveEventAt, isTold: false }];
    }),
  );
}

function merge(merged: Map<string, Merged>, facts: CallFacts): Recorded {
  const known = merged.get(facts.callSid);
  if (known && conflicts(known.facts, facts)) return 'CONFLICT';
  const all = mergeFacts(known?.facts ?? null, facts);
  const liveEventAt = all.kind === 'REPORT' ? null : latest(known?.liveEventAt ?? null, facts.receivedAt);
  merged.set(facts.callSid, { row: known?.row ?? null, facts: all, liveEventAt, isTold: true });
  return 'RECORDED';
}

function latest(a: Instant | null, b: Instant): Instant {
  return a !== null && a > b ? a : b;
}

function partOf({ tookPart, agentName, startedAt }: DerivedCall, { agentEmail }: CallFacts): Part {
  const { agent, ...keys } = tookPart;
  return { keys: { ...keys, ...agentKey(agent) }, startedAt, agentName, agentEmail };
}

function agentKey(agent: DerivedCall['tookPart']['agent']): Part['keys'] {
  if (agent === null) return {};
  return 'number' in agent ? { agentNumber: agent.number } : { agentEmail: agent.email };
}

/** The facts that have columns of their own. */
function factColumns(facts: CallFacts) {
  const {
    kind: _kind,
    callGroupName: _callGroupName,
    campaignCode: _campaignCode,
    sidStartedAt: _sidStartedAt,
    receivedAt: _receivedAt,
    ...columns
  } = facts;
  return columns;
}

function differs(row: Call, call: Partial<Call>): boolean {
  return Object.entries(call).some(([name, value]) => row[name as keyof Call] !== value);
}

/** Who and what may have lost its first or last call: a call is no longer theirs, or began at another time. */
function lostBy(written: readonly { before: Call | null; after: NewCall }[]) {
  const columns = ['agentId', 'campaignId', 'callGroupId', 'virtualNumberId', 'customerId'] as const;
  const lost = Object.fromEntries(columns.map((column) => [column, new Set<number>()]));
  for (const { before, after } of written) {
    for (const column of columns) {
      const was = before?.[column] ?? null;
      if (was !== null && (was !== after[column] || before?.startedAt !== after.startedAt)) lost[column]?.add(was);
    }
  }
  return lost as Record<(typeof columns)[number], Set<number>>;
}
