import type { Call } from '../call.table.ts';
import type { CallFacts } from './call-facts.ts';
import { usualAnswered } from './precedence.ts';

/** The facts from which a stored call was derived. */
export function factsOfCall(
  call: Call,
  named: Pick<CallFacts, 'callGroupName' | 'campaignCode' | 'sidStartedAt'>,
): CallFacts {
  const facts: CallFacts = {
    callSid: call.callSid,
    kind: call.status === 'COMPLETED' ? 'REPORT' : 'LIVE',
    direction: call.direction,
    providerDirection: call.providerDirection,
    sourceNumber: call.sourceNumber,
    destinationNumber: call.destinationNumber,
    dialedNumber: call.dialedNumber,
    agentName: call.agentName,
    agentEmail: call.agentEmail,
    ...named,
    keyPress: call.keyPress,
    sentStatus: call.sentStatus,
    sentCallStatus: call.sentCallStatus,
    sentHangupCause: call.sentHangupCause,
    sentStartedAt: call.sentStartedAt,
    sentEndedAt: call.sentEndedAt,
    legAPickedAt: call.legAPickedAt,
    legBStartedAt: call.legBStartedAt,
    legBPickedAt: call.legBPickedAt,
    sentDurationSeconds: call.sentDurationSeconds,
    sentTalkSeconds: call.sentTalkSeconds,
    coins: call.coins,
    recordingUrl: call.recordingUrl,
    errorCode: call.errorCode,
    receivedAt: call.createdAt,
    outranked: call.lesserFacts ?? 0,
    answered: 0,
  };
  facts.answered = call.answeredFacts ?? usualAnswered(facts, call.outcome === 'ANSWERED');
  return facts;
}
