import type { Account } from '../accounts/account.table.ts';
import type { Transaction } from '../db/statement.ts';
import { recountCallTimes } from '../participants/call-times.ts';
import { type ParticipantColumn, participantColumns } from '../participants/participant-kinds.ts';
import { type Part, type ParticipantIds, takePart } from '../participants/take-part.ts';
import type { Instant } from '../time/instant.ts';
import type { Call, NewCall } from './call.table.ts';
import type { CallFacts, ReadStatus } from './call-facts.ts';
import { type DerivedCall, deriveCall } from './derive-call.ts';
import { keepErased } from './keep-erased.ts';
import { insertCalls, updateCalls } from './write-calls.ts';

/** A call with everything that was received merged in. */
export type Merged = {
  /** What is stored; null for a new one. */
  row: Call | null;
  facts: CallFacts;
  /** When the last live event was received; null once there is a report. */
  liveEventAt: Instant | null;
  /** Whether any live event said that the parties are talking: a later one does not take that back. */
  isTalking: boolean;
  /** Where nothing that was sent tells the start: what it was taken to be before. */
  knownStart: Instant | null;
};

export type WriteMergedInput = {
  account: Account;
  merged: readonly Merged[];
  readStatus: ReadStatus;
  now: Instant;
  /** Whether this was received long ago and is only read again: then it is no news. */
  isReread?: boolean;
  /** Whether it may be of long ago: it names agents only where no later call did. */
  isOld?: boolean;
};

/** Derives calls and writes those that differ from what is stored, with who and what took part. */
export async function writeMerged(on: Transaction, input: WriteMergedInput): Promise<void> {
  const { account, merged, readStatus, now, isReread = false, isOld = isReread } = input;
  const derived = merged.map((call) => derive(call, { account, readStatus, isReread }));
  const ids = await takePart(
    on,
    account.id,
    merged.map(({ row, facts }, i) => ({
      ...partOf(derived[i] as DerivedCall, facts, row, isReread),
      isOld,
    })),
  );

  const written: { before: Call | null; after: NewCall }[] = [];
  for (const [i, { row, facts, liveEventAt }] of merged.entries()) {
    const { tookPart: _tookPart, ...columns } = derived[i] as DerivedCall;
    const call = {
      ...factColumns(facts),
      ...columns,
      ...keepErased(row, ids[i] as ParticipantIds, columns.customerNumber),
      accountId: account.id,
      liveEventAt,
    };
    if (row && !differs(row, call)) continue;
    written.push({ before: row, after: { ...call, createdAt: row?.createdAt ?? facts.receivedAt, updatedAt: now } });
  }
  await Promise.all([
    insertCalls(
      on,
      written.filter(({ before }) => before === null).map(({ after }) => after),
    ),
    updateCalls(
      on,
      account.id,
      written.flatMap(({ before, after }) => (before === null ? [] : [{ id: before.id, call: after }])),
    ),
  ]);
  await recountCallTimes(on, lostBy(written));
}

function derive(
  { row, facts, liveEventAt, isTalking, knownStart }: Merged,
  { account, readStatus, isReread }: Required<Pick<WriteMergedInput, 'account' | 'readStatus' | 'isReread'>>,
): DerivedCall {
  const call = deriveCall(facts, readStatus(facts), account, knownStart, isTalking ? 'IN_PROGRESS' : null);
  // It was marked when nothing more came; reading the same again is nothing more.
  const isStillSilent = row?.status === 'UNREPORTED' && facts.kind === 'LIVE' && row.liveEventAt === liveEventAt;
  if (!isReread || !isStillSilent) return call;
  return { ...call, status: 'UNREPORTED', answeredAt: null, waitSeconds: null };
}

/** A call that is read again names its agent only if it is another one than before. */
function partOf(
  { tookPart, agentName, agentNumber, startedAt }: DerivedCall,
  { agentEmail }: CallFacts,
  row: Call | null,
  isReread: boolean,
): Part {
  const { agent, ...keys } = tookPart;
  const isNews =
    !isReread ||
    row === null ||
    row.agentNumber !== agentNumber ||
    row.agentName !== agentName ||
    row.agentEmail !== agentEmail;
  const named = isNews ? { agentName, agentEmail } : { agentName: null, agentEmail: null };
  return { keys: { ...keys, ...agentKey(agent) }, startedAt, ...named };
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
    happenedAt: _happenedAt,
    lesser,
    ...columns
  } = facts;
  return { ...columns, lesserFacts: lesser || null };
}

function differs(row: Call, call: Partial<Call>): boolean {
  return Object.entries(call).some(([name, value]) => row[name as keyof Call] !== value);
}

/** Who and what may have lost its first or last call: a call is no longer theirs, or began at another time. */
function lostBy(written: readonly { before: Call | null; after: NewCall }[]) {
  const lost = Object.fromEntries(participantColumns.map((column) => [column, new Set<number>()]));
  for (const { before, after } of written) {
    for (const column of participantColumns) {
      const was = before?.[column] ?? null;
      if (was !== null && (was !== after[column] || before?.startedAt !== after.startedAt)) lost[column]?.add(was);
    }
  }
  return lost as Record<ParticipantColumn, Set<number>>;
}
