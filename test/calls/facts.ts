import type { CallFacts, StatusReading } from '../../src/calls/facts/call-facts.ts';
import { marksOf } from '../../src/calls/facts/precedence.ts';

const blank: Omit<CallFacts, 'callSid' | 'kind' | 'direction' | 'receivedAt'> = {
  providerDirection: null,
  sourceNumber: null,
  destinationNumber: null,
  dialedNumber: null,
  agentName: null,
  agentEmail: null,
  callGroupName: null,
  campaignCode: null,
  keyPress: null,
  sentStatus: null,
  sentCallStatus: null,
  sentHangupCause: null,
  sentStartedAt: null,
  sentEndedAt: null,
  legAPickedAt: null,
  legBStartedAt: null,
  legBPickedAt: null,
  sentDurationSeconds: null,
  sentTalkSeconds: null,
  coins: null,
  recordingUrl: null,
  errorCode: null,
  sidStartedAt: null,
  outranked: 0,
  answered: 0,
};

/** The moment so many seconds into the call's minute. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2023, 0, 2, 9, 0, seconds)).toISOString();
}

/** Facts of a live event: nothing but what is given. */
export function aLiveEvent(facts: Partial<CallFacts> = {}): CallFacts {
  return { ...blank, callSid: '77', kind: 'LIVE', direction: 'UNKNOWN', receivedAt: at(1000), ...facts };
}

/** Facts of a report: nothing but a start and what is given. */
export function aReport(facts: Partial<CallFacts> = {}): CallFacts {
  return { ...aLiveEvent({ receivedAt: at(2000) }), kind: 'REPORT', sentStartedAt: at(0), ...facts };
}

/** Facts of a report that was imported: nothing but a start and what is given. */
export function anImport(facts: Partial<CallFacts> = {}): CallFacts {
  const report = aReport(facts);
  return { ...report, outranked: marksOf(report) };
}

/** Facts of a report of a leg that was answered. */
export function anAnswer(facts: Partial<CallFacts> = {}): CallFacts {
  const report = aReport({ sentStatus: 'ANSWER', ...facts });
  return { ...report, answered: marksOf(report) };
}

/** What status words were read as: nothing but what is given. */
export function aReading(reading: Partial<StatusReading> = {}): StatusReading {
  return {
    disposition: null,
    inProgress: false,
    endedBy: null,
    hangupCause: null,
    providerStatus: null,
    unknownWords: [],
    ...reading,
  };
}
