/** What an operator compares with; instants as milliseconds since 1970, decimals as text. */
export type PredicateValue = string | number | boolean;
export type Comparison = 'gt' | 'gte' | 'lt' | 'lte';

/**
 * What a condition on calls says, as data, for calls that are at hand. Two-valued: a missing value is in no list and
 * compares with nothing.
 */
export type Predicate =
  | { readonly all: readonly Predicate[] }
  | { readonly any: readonly Predicate[] }
  | { readonly not: Predicate }
  | Leaf;
export type Leaf = { readonly of: CallOperand } & (
  | { readonly in: readonly PredicateValue[] }
  | { readonly is: Comparison; readonly value: PredicateValue }
  | { readonly isMissing: true }
);

/** Fields of a call by kind, as far as tests may ask for them. */
export type SpanField = 'durationSeconds' | 'talkSeconds' | 'ivrSeconds' | 'ringSeconds' | 'waitSeconds';
export type KeyField = 'agentId' | 'campaignId' | 'callGroupId' | 'virtualNumberId' | 'customerId';
export type InstantField = 'startedAt' | 'legAPickedAt' | 'legBStartedAt' | 'answeredAt' | 'endedAt';
/** What has few different values; isLegAPicked and hasRecording tell whether there is one. */
export type ClassField = 'direction' | 'status' | 'disposition' | 'outcome' | 'isLegAPicked' | 'hasRecording';
export type CallField = 'id' | 'accountId' | 'coins' | SpanField | KeyField | InstantField | ClassField;

/** Whole seconds, rounded down, from one moment of a call to another, which depends on what kind of call it is. */
export type ElapsedSeconds = {
  readonly from: InstantField;
  readonly until: { readonly when: Predicate; readonly is: InstantField; readonly otherwise: InstantField };
};

/** What a test on calls compares. */
export type CallOperand = CallField | ElapsedSeconds;
