import type { Account } from '../../accounts/account.table.ts';
import { isIdentity } from '../../phone-numbers/normalize-number.ts';
import { type Instant, instantOf, msOf } from '../../time/instant.ts';
import type { Call } from '../call.table.ts';
import type { CallDisposition, CallOutcome, CallParty, CallStatus } from './call-enums.ts';
import type { CallFacts, StatusReading } from './call-facts.ts';
import { firstLegAt, rolesOf } from './legs.ts';

/** What is read out of a call's facts: each column that is neither a fact itself nor the id of another row. */
export type DerivedColumns = Pick<
  Call,
  | 'direction'
  | 'status'
  | 'disposition'
  | 'outcome'
  | 'endedBy'
  | 'customerNumber'
  | 'agentNumber'
  | 'agentName'
  | 'startedAt'
  | 'answeredAt'
  | 'endedAt'
  | 'durationSeconds'
  | 'talkSeconds'
  | 'ivrSeconds'
  | 'ringSeconds'
  | 'waitSeconds'
  | 'hangupCause'
  | 'providerStatus'
>;

/** Who and what took part, by the keys under which they are known. */
export type TookPart = {
  customer: string | null;
  agent: { number: string } | { email: string } | null;
  virtualNumber: string | null;
  callGroupName: string | null;
  campaignCode: string | null;
};

export type DerivedCall = DerivedColumns & { tookPart: TookPart };

/** What the facts of a call mean, read by the account's settings. Known: what was derived before from fewer of them. */
export function deriveCall(
  facts: CallFacts,
  reading: StatusReading,
  settings: Pick<Account, 'outgoingAgentLeg'>,
  knownStart: Instant | null = null,
  knownStatus: CallStatus | null = null,
): DerivedCall {
  const { customerNumber, agentNumber } = rolesOf(facts, settings);
  const progress =
    facts.kind === 'LIVE' ? liveCall(facts, reading, knownStart, knownStatus) : endedCall(facts, reading);
  const { startedAt, answeredAt } = progress;
  const isInbound = facts.direction === 'INBOUND';
  const unansweredUntil = progress.outcome === 'ANSWERED' ? null : progress.endedAt;
  const waitEnd = answeredAt ?? unansweredUntil;
  return {
    direction: facts.direction,
    status: progress.status,
    disposition: progress.disposition,
    outcome: progress.outcome,
    endedBy: progress.endedBy,
    customerNumber,
    agentNumber,
    agentName: facts.agentName,
    startedAt,
    answeredAt,
    endedAt: progress.endedAt,
    durationSeconds: progress.durationSeconds,
    talkSeconds: progress.talkSeconds,
    ivrSeconds: isInbound ? secondsBetween(facts.legAPickedAt, facts.legBStartedAt ?? unansweredUntil) : null,
    ringSeconds: secondsBetween(facts.legBStartedAt, facts.legBPickedAt ?? waitEnd),
    waitSeconds: isInbound ? secondsBetween(facts.legAPickedAt ?? startedAt, waitEnd) : null,
    hangupCause: progress.hangupCause,
    providerStatus: reading.providerStatus,
    tookPart: {
      customer: customerNumber !== null && isIdentity(customerNumber) ? customerNumber : null,
      agent: agentOf(facts, agentNumber),
      virtualNumber: facts.destinationNumber,
      callGroupName: facts.callGroupName,
      campaignCode: facts.campaignCode,
    },
  };
}

type Progress = Pick<
  DerivedColumns,
  | 'status'
  | 'disposition'
  | 'outcome'
  | 'endedBy'
  | 'hangupCause'
  | 'startedAt'
  | 'answeredAt'
  | 'endedAt'
  | 'durationSeconds'
  | 'talkSeconds'
>;

// A live event never ends a call, whatever it says: in a hunt it may speak of one agent.
function liveCall(
  facts: CallFacts,
  reading: StatusReading,
  knownStart: Instant | null,
  knownStatus: CallStatus | null,
): Progress {
  const isTalking = reading.inProgress || knownStatus === 'IN_PROGRESS';
  return {
    status: isTalking ? 'IN_PROGRESS' : 'RINGING',
    disposition: null,
    outcome: null,
    endedBy: null,
    hangupCause: null,
    startedAt: startOf(facts) ?? knownStart ?? facts.receivedAt,
    answeredAt: facts.legBPickedAt,
    endedAt: null,
    durationSeconds: null,
    talkSeconds: null,
  };
}

/** Whether a report tells of a leg that was answered: by its words, or since somebody picked up and talked. */
export function isAnswered(facts: CallFacts, reading: StatusReading): boolean {
  return endedCall(facts, reading).outcome === 'ANSWERED';
}

function endedCall(facts: CallFacts, reading: StatusReading): Progress {
  const hasTalked = facts.legBPickedAt !== null || (facts.sentTalkSeconds ?? 0) > 0;
  const disposition = reading.disposition ?? (hasTalked ? 'ANSWERED' : 'UNKNOWN');
  const outcome = outcomeOf(facts, disposition, reading.endedBy, hasTalked);
  const startedAt = startOf(facts) ?? facts.receivedAt;
  const endedAt = facts.sentEndedAt ?? shift(startedAt, facts.sentDurationSeconds);
  const talkSeconds = talkOf(facts, outcome, endedAt);
  return {
    status: 'COMPLETED',
    disposition,
    outcome,
    endedBy: reading.endedBy,
    hangupCause: reading.hangupCause,
    startedAt,
    answeredAt: outcome === 'ANSWERED' ? (facts.legBPickedAt ?? shiftBack(endedAt, talkSeconds)) : null,
    endedAt,
    durationSeconds: facts.sentDurationSeconds ?? secondsBetween(startedAt, endedAt),
    talkSeconds,
  };
}

/** When a call began, as far as what was sent tells it: what says so itself, before what only follows from it. */
export function startOf(facts: StartFacts): Instant | null {
  return (
    facts.sentStartedAt ??
    facts.sidStartedAt ??
    shiftBack(facts.sentEndedAt, facts.sentDurationSeconds) ??
    firstLegAt(facts)
  );
}

type StartFacts = Pick<
  CallFacts,
  | 'sentStartedAt'
  | 'sidStartedAt'
  | 'sentEndedAt'
  | 'sentDurationSeconds'
  | 'legAPickedAt'
  | 'legBStartedAt'
  | 'legBPickedAt'
>;

function agentOf({ direction, agentEmail }: CallFacts, agentNumber: string | null): TookPart['agent'] {
  if (direction === 'UNKNOWN') return null;
  if (agentNumber !== null) return { number: agentNumber };
  return agentEmail === null ? null : { email: agentEmail };
}

const agentDidNotTakeIt: ReadonlySet<CallDisposition> = new Set([
  'NO_ANSWER',
  'BUSY',
  'AGENT_ENGAGED',
  'UNREACHABLE',
  'VOICEMAIL',
  'FAILED',
]);

/** What came of a finished call; the first rule that fits. */
function outcomeOf(
  facts: CallFacts,
  disposition: CallDisposition,
  endedBy: CallParty | null,
  hasTalked: boolean,
): CallOutcome {
  if (disposition !== 'VOICEMAIL' && (disposition === 'ANSWERED' || hasTalked)) return 'ANSWERED';
  if (disposition === 'UNKNOWN') return 'UNKNOWN';
  if (facts.direction === 'OUTBOUND' || agentDidNotTakeIt.has(disposition)) return 'MISSED';
  if (disposition === 'ABANDONED') return 'ABANDONED';
  if (disposition === 'NOT_CONNECTED') return 'IVR_ENDED';
  // CANCELED: by the agent's side, or by the caller, who waited for an agent or was still in the menu.
  if (endedBy === 'AGENT') return 'MISSED';
  return facts.legBStartedAt !== null || firstLegAt(facts) === null ? 'ABANDONED' : 'IVR_ENDED';
}

function talkOf(facts: CallFacts, outcome: CallOutcome, endedAt: Instant | null): number | null {
  if (outcome !== 'ANSWERED') return facts.sentTalkSeconds ?? 0;
  // An answered call that nobody picked up and that lasted 0 seconds contradicts itself.
  if (facts.sentTalkSeconds === 0 && facts.legBPickedAt === null) return null;
  return facts.sentTalkSeconds ?? secondsBetween(facts.legBPickedAt, endedAt);
}

const maxInteger = 2 ** 31 - 1;

/** Whole seconds; null if an end is unknown, or the span is negative or longer than an integer column holds. */
function secondsBetween(from: Instant | null, to: Instant | null): number | null {
  if (from === null || to === null) return null;
  const seconds = Math.floor((msOf(to) - msOf(from)) / 1000);
  return seconds >= 0 && seconds <= maxInteger ? seconds : null;
}

function shift(from: Instant | null, seconds: number | null): Instant | null {
  return from === null || seconds === null ? null : instantOf(msOf(from) + seconds * 1000);
}

function shiftBack(to: Instant | null, seconds: number | null): Instant | null {
  return seconds === null ? null : shift(to, -seconds);
}
