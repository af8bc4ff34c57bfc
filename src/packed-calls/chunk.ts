import type { CallDirection, CallDisposition, CallOutcome, CallStatus } from '../calls/call.table.ts';
export const noValue = -2147483648;
export type CallClass = {
  direction: CallDirection;
  status: CallStatus;
  disposition: CallDisposition | null;
  outcome: CallOutcome | null;
  isLegAPicked: boolean;
  hasRecording: boolean;
};
export type Int32ColumnName =
  | 'agentId'
  | 'campaignId'
  | 'callGroupId'
  | 'virtualNumberId'
  | 'customerId'
  | 'durationSeconds'
  | 'talkSeconds'
  | 'ivrSeconds'
  | 'ringSeconds'
  | 'waitSeconds';
export type InstantColumnName = 'legAPickedAt' | 'legBStartedAt' | 'answeredAt' | 'endedAt';
export type ColumnName = Int32ColumnName | InstantColumnName | 'coins' | 'id';
export type Chunk = {
  accountId: number;
  from: number;
  to: number;
  count: number;
  startedAt: Float64Array;
  classes: readonly CallClass[];
  classCode: Uint16Array;
  dead: Uint8Array | null;
  int32(name: Int32ColumnName): Int32Array;
  instant(name: InstantColumnName): Float64Array;
  coins(): { codes: Uint16Array; values: readonly (string | null)[] };
  id(): Float64Array;
};
