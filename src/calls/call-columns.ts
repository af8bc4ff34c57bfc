import { getTableColumns } from 'drizzle-orm';
import { rowReader } from '../db/read-rows.ts';
import { type Call, calls } from './call.table.ts';

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

/** A call as questions see it. */
export type CallRow = Pick<Call, keyof typeof shown>;

export const readCallRows = rowReader<CallRow>(calls, shown);
