import { getTableColumns } from 'drizzle-orm';
import { type Call, calls } from '../call.table.ts';
import type { Relatives } from './call-relatives.ts';

const {
  agentEmail: _agentEmail,
  lesserFacts: _lesserFacts,
  liveEventAt: _liveEventAt,
  sentStatus: _sentStatus,
  sentCallStatus: _sentCallStatus,
  sentHangupCause: _sentHangupCause,
  sentStartedAt: _sentStartedAt,
  sentEndedAt: _sentEndedAt,
  sentDurationSeconds: _sentDurationSeconds,
  sentTalkSeconds: _sentTalkSeconds,
  ...shown
} = getTableColumns(calls);

/** The columns that questions are answered from; the rest serves merging alone. */
export const callColumns = shown;
export type CallColumn = keyof typeof shown;

/** A call as questions see it; with whom it names, where they were read along with it. */
export type CallRow = Pick<Call, CallColumn> & Partial<Relatives>;
