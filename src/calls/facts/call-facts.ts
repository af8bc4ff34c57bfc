import type { Instant } from '../../time/instant.ts';
import type { CallDirection, CallDisposition, CallParty } from './call-enums.ts';

/**
 * What the provider said of one call: by one delivery, or by all of them merged. Blank is null. Numbers are E.164 where
 * they could be understood, times are UTC, words are trimmed and otherwise as sent.
 */
export type CallFacts = {
  callSid: string;
  /** Of merged facts: REPORT once there was one. ADDITION: what tells of a call, and neither that it runs nor that it ended. */
  kind: 'LIVE' | 'REPORT' | 'ADDITION';
  direction: CallDirection;
  providerDirection: string | null;
  sourceNumber: string | null;
  destinationNumber: string | null;
  dialedNumber: string | null;
  agentName: string | null;
  /** Lower case. */
  agentEmail: string | null;
  callGroupName: string | null;
  campaignCode: string | null;
  keyPress: string | null;
  sentStatus: string | null;
  sentCallStatus: string | null;
  sentHangupCause: string | null;
  sentStartedAt: Instant | null;
  sentEndedAt: Instant | null;
  legAPickedAt: Instant | null;
  legBStartedAt: Instant | null;
  legBPickedAt: Instant | null;
  sentDurationSeconds: number | null;
  sentTalkSeconds: number | null;
  /** Exact, as plain decimal text. */
  coins: string | null;
  recordingUrl: string | null;
  errorCode: string | null;
  /** The start that the call's id itself tells. */
  sidStartedAt: Instant | null;
  /** When the delivery, of merged facts the first one, was received. */
  receivedAt: Instant;
  /** Of a report: which facts no webhook report gave, and whence the id is, as bits that fact-ranks.ts knows. 0: none. */
  outranked: number;
  /**
   * Of a report: which facts one gave whose leg was answered, as the same bits. They stand before others of their rank. What
   * an addition gives counts so, whatever leg it was. Of live events: which facts an addition gave.
   */
  answered: number;
  /** Of a live event that was imported: when it happened. It is not heard now. */
  happenedAt?: Instant;
};

/** What the provider's status words mean. */
export type StatusReading = {
  /** How the call ended; null if the words do not tell (blank, unknown or words of a running call). */
  disposition: CallDisposition | null;
  /** Whether the words say that the parties are talking: what a live event is read for. */
  inProgress: boolean;
  endedBy: CallParty | null;
  /** Q.850. */
  hangupCause: number | null;
  /** The words that decided. */
  providerStatus: string | null;
  /** Words that no table knows, to be counted. */
  unknownWords: string[];
};

/** How the words of a call are read: as its provider means them. */
export type ReadStatus = (
  facts: Pick<CallFacts, 'callSid' | 'kind' | 'direction' | 'sentStatus' | 'sentCallStatus' | 'sentHangupCause'>,
) => StatusReading;
