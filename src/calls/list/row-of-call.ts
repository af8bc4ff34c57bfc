import type { Account } from '../../accounts/account.table.ts';
import type { ParticipantIds } from '../../participants/upsert-participants.ts';
import type { Instant } from '../../time/instant.ts';
import type { Call } from '../call.table.ts';
import type { CallFacts } from '../facts/call-facts.ts';
import type { DerivedColumns } from '../facts/derive-call.ts';
import { usualAnswered } from '../facts/precedence.ts';

/** All of a call but the id, which is the database's to give. */
export type WrittenCall = Omit<Call, 'id'>;

export type RowParts = {
  account: Pick<Account, 'id'>;
  facts: CallFacts;
  derived: DerivedColumns;
  ids: ParticipantIds;
  liveEventAt: Instant | null;
  createdAt: Instant;
  updatedAt: Instant;
};

/** The row of a call. Written out, for spreading objects into each other took longer than all the rest of reading. */
export function rowOfCall({ account, facts, derived, ids, liveEventAt, createdAt, updatedAt }: RowParts): WrittenCall {
  return {
    accountId: account.id,
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
    lesserFacts: facts.lesser || null,
    answeredFacts: facts.answered === usualAnswered(facts, derived.outcome === 'ANSWERED') ? null : facts.answered,
  };
}

/** Whether a stored call says anything else; when it was last changed is nothing that it says. */
export function differs(stored: Call, row: WrittenCall): boolean {
  for (const name in row) {
    const key = name as keyof WrittenCall;
    if (key !== 'updatedAt' && stored[key] !== row[key]) return true;
  }
  return false;
}
