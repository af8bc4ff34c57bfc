import type { CallDirection, CallDisposition, CallOutcome, CallStatus } from '../../calls/facts/call-enums.ts';
import type { Int32Column, MomentColumn, WordColumn } from '../columns.ts';

/** Stands for a missing value in columns of 32 bits. */
export const noValue = -2147483648;

/** What a call is, apart from times, durations and who took part: one for each combination that occurs in a chunk. */
export type CallClass = {
  direction: CallDirection;
  status: CallStatus;
  disposition: CallDisposition | null;
  outcome: CallOutcome | null;
  isLegAPicked: boolean;
  hasRecording: boolean;
};

/** Calls of one account that started in [from, to), column by column. */
export type Chunk = {
  accountId: number;
  from: number;
  to: number;
  count: number;
  /** Milliseconds since 1970, ascending, equal ones by id. */
  startedAt: Float64Array;
  classes: readonly CallClass[];
  classCode: Uint16Array;
  /** 1 where a newer version of the call is in another chunk, or it is no more: to be skipped. Null: none. */
  superseded: Uint8Array | null;
  int32(name: Int32Column): Int32Array;
  /** Milliseconds since 1970; NaN for a missing one. */
  moment(name: MomentColumn): Float64Array;
  /** Codes, and what they stand for. */
  words(name: WordColumn): { codes: Uint16Array; values: readonly (string | null)[] };
  id(): Float64Array;
  /** Its calls are looked at only for what follows other calls: nothing is asked of them themselves. */
  isBeside?: true;
  /** What has changed since the last packing: its calls are not all between those of the chunks before and after it. */
  isDelta?: true;
};

/** The calls of the accounts asked about that may matter, account by account in order of time; deltas come last. */
export type PackedCalls = { chunks: readonly Chunk[] };
