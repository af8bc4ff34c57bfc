import { getTableName } from 'drizzle-orm';
import type { Account } from '../../accounts/account.table.ts';
import { type ParticipantColumn, participantColumns } from '../../participants/participant-kinds.ts';
import {
  type Found,
  type Part,
  type ParticipantIds,
  upsertParticipants,
} from '../../participants/upsert-participants.ts';
import { recountCallTimes } from '../../participants/write-participants.ts';
import type { IdCounts, Ids } from '../../postgres/id-blocks.ts';
import type { Transaction } from '../../postgres/statement.ts';
import type { Instant } from '../../time/instant.ts';
import { type Call, calls } from '../call.table.ts';
import type { CallFacts, ReadStatus } from '../facts/call-facts.ts';
import { type DerivedCall, deriveCall } from '../facts/derive-call.ts';
import type { Merged } from '../merge/merge-received.ts';
import { type ChangedCall, differs, insertCalls, rowOfCall, updateCalls } from './write-calls.ts';

const callTable = getTableName(calls);

export type WriteMergedInput = {
  account: Account;
  merged: readonly Merged[];
  /** Calls that became part of these, and are no more. */
  gone?: readonly Call[];
  readStatus: ReadStatus;
  now: Instant;
  /** For new calls, and for who and what is new in them. */
  ids: Ids;
  /** Those who may take part, where they were looked up under the account's lock. */
  participants?: Found;
  age: Age;
};

/**
 * NEWS names agents. What is of the PAST, or may be, names them only where no later call did. What was KEPT and is only read
 * again tells nothing that was not known.
 */
export type Age = 'NEWS' | 'PAST' | 'KEPT';

/** How many ids the writing of so many calls is likely to need: most are new, and so are many customers, but few others. */
export function likelyIds(count: number): IdCounts {
  const few = Math.min(count, 20);
  return { calls: count, customers: count, agents: few, campaigns: few, call_groups: few, virtual_numbers: few };
}

/** Derives calls and writes those that differ from what is stored, with who and what took part. */
export async function writeMerged(on: Transaction, input: WriteMergedInput): Promise<void> {
  const steps = await prepareMerged(on, input);
  await Promise.all(steps.flatMap((step) => step()));
}

/** Sends the statements of one step, in order. */
export type WriteStep = () => Promise<unknown>[];

/** As writeMerged, but for the writing, which has two steps: who and what took part, and the calls. */
export async function prepareMerged(on: Transaction, input: WriteMergedInput): Promise<WriteStep[]> {
  const { account, merged, gone = [], now, ids, participants, age } = input;
  if (merged.length === 0) return [];
  const derived = merged.map((call) => derive(call, input));
  const parts = merged.map(({ row, facts }, i) => partOf(derived[i] as DerivedCall, facts, row, age));
  const tookPart = await upsertParticipants(on, account.id, parts, { ids, found: participants });
  const newIds = ids.take(callTable, merged.filter(({ row }) => row === null).length).values();

  const writeCalls = () => {
    const added: Call[] = [];
    const changed: ChangedCall[] = [];
    for (const [i, { row, facts, liveEventAt }] of merged.entries()) {
      const call = rowOfCall({
        id: row?.id ?? (newIds.next().value as number),
        account,
        facts,
        derived: derived[i] as DerivedCall,
        ids: keepErased(row, tookPart.ids[i] as ParticipantIds, (derived[i] as DerivedCall).customerNumber),
        liveEventAt,
        createdAt: row?.createdAt ?? facts.receivedAt,
        updatedAt: now,
      });
      if (row === null) added.push(call);
      else if (differs(row, call)) changed.push({ before: row, after: call });
    }
    return [
      insertCalls(on, added),
      updateCalls(on, account.id, changed),
      ...recountCallTimes(on, account.id, lostBy(changed, gone)),
    ];
  };
  return [tookPart.write, writeCalls];
}

function derive(
  { row, facts, liveEventAt, isTalking, isHeard, knownStart }: Merged,
  { account, readStatus, age }: Pick<WriteMergedInput, 'account' | 'readStatus' | 'age'>,
): DerivedCall {
  const call = deriveCall(facts, readStatus(facts), account, knownStart, isTalking ? 'IN_PROGRESS' : null);
  // It was marked when nothing more came; reading the same again is nothing more, and neither is an addition.
  const isStillSilent = row?.status === 'UNREPORTED' && facts.kind === 'LIVE' && row.liveEventAt === liveEventAt;
  if (!isStillSilent || (isHeard && age !== 'KEPT')) return call;
  return { ...call, status: 'UNREPORTED', answeredAt: null, waitSeconds: null };
}

/** A call that is read again names its agent only if it is another one than before. */
function partOf(
  { tookPart, agentName, agentNumber, startedAt }: DerivedCall,
  { agentEmail }: CallFacts,
  row: Call | null,
  age: Age,
): Part {
  const { agent, campaignCode, callGroupName, virtualNumber, customer } = tookPart;
  const isNews =
    age !== 'KEPT' ||
    row === null ||
    row.agentNumber !== agentNumber ||
    row.agentName !== agentName ||
    row.agentEmail !== agentEmail;
  return {
    keys: {
      agentNumber: agent !== null && 'number' in agent ? agent.number : null,
      agentEmail: agent !== null && 'email' in agent ? agent.email : null,
      campaignCode,
      callGroupName,
      virtualNumber,
      customer,
    },
    startedAt,
    agentName: isNews ? agentName : null,
    agentEmail: isNews ? agentEmail : null,
    isOld: age !== 'NEWS',
  };
}

/**
 * An erased customer has no number by which a further delivery of the call could name them: the call stays theirs, until
 * one tells a number anew.
 */
function keepErased(row: Call | null, ids: ParticipantIds, customerNumber: string | null): ParticipantIds {
  const isErased = row !== null && row.customerId !== null && row.customerNumber === null;
  return isErased && customerNumber === null ? { ...ids, customerId: row.customerId } : ids;
}

/** Who and what may have lost its first or last call: a call is no more, or not theirs, or began at another time. */
function lostBy(changed: readonly ChangedCall[], gone: readonly Call[]) {
  const lost = Object.fromEntries(participantColumns.map((column) => [column, new Set<number>()]));
  for (const { before, after } of changed) {
    for (const column of participantColumns) {
      const was = before[column];
      if (was !== null && (was !== after[column] || before.startedAt !== after.startedAt)) lost[column]?.add(was);
    }
  }
  for (const call of gone) {
    for (const column of participantColumns) {
      const was = call[column];
      if (was !== null) lost[column]?.add(was);
    }
  }
  return lost as Record<ParticipantColumn, Set<number>>;
}
