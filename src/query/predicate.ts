import type { LocalClock } from '../time/local-clock.ts';

/** What an operator compares with; instants as milliseconds since 1970, decimals as text. */
export type PredicateValue = string | number | boolean;
export type Comparison = 'gt' | 'gte' | 'lt' | 'lte' | TextComparison;
export type TextComparison = 'startsWith' | 'endsWith' | 'contains';

/**
 * A condition as data: which rows. Written once, it is asked of the database (predicateSql), of one row at hand (holdsFor) and, of calls,
 * of their columns (compileRowFilter). Two-valued: a missing value is in no list and compares with nothing. `Of`: what its
 * comparisons name.
 */
export type Predicate<Of = CallOperand> =
  | { readonly all: readonly Predicate<Of>[] }
  | { readonly any: readonly Predicate<Of>[] }
  | { readonly not: Predicate<Of> }
  | Leaf<Of>;
export type Leaf<Of = CallOperand> = { readonly of: Of } & (
  | { readonly in: readonly PredicateValue[] }
  | { readonly is: Comparison; readonly value: PredicateValue }
  | { readonly isMissing: true }
);

/**
 * How values compare. A `name` is text in which a letter with a mark is the same in one character and in two (NFC: predicates
 * hold it so), a `number` one of which parts are digits, `presence` tells whether there is a value.
 */
export type Kind = 'id' | 'integer' | 'decimal' | 'instant' | 'word' | 'presence' | 'text' | 'name' | 'number';

export type SpanField = 'durationSeconds' | 'talkSeconds' | 'ivrSeconds' | 'ringSeconds' | 'waitSeconds';
export type KeyField = 'agentId' | 'campaignId' | 'callGroupId' | 'virtualNumberId' | 'customerId';
export type InstantField = 'startedAt' | 'legAPickedAt' | 'legBStartedAt' | 'answeredAt' | 'endedAt';
/** What has few different values; isLegAPicked and hasRecording tell whether there is one. */
export type ClassField = 'direction' | 'status' | 'disposition' | 'outcome' | 'isLegAPicked' | 'hasRecording';

/** What predicates may ask of a call, and how it compares. */
export const callFields = {
  id: 'id',
  accountId: 'id',
  agentId: 'id',
  campaignId: 'id',
  callGroupId: 'id',
  virtualNumberId: 'id',
  customerId: 'id',
  direction: 'word',
  status: 'word',
  disposition: 'word',
  outcome: 'word',
  isLegAPicked: 'presence',
  hasRecording: 'presence',
  startedAt: 'instant',
  legAPickedAt: 'instant',
  legBStartedAt: 'instant',
  answeredAt: 'instant',
  endedAt: 'instant',
  updatedAt: 'instant',
  durationSeconds: 'integer',
  talkSeconds: 'integer',
  ivrSeconds: 'integer',
  ringSeconds: 'integer',
  waitSeconds: 'integer',
  coins: 'decimal',
  callSid: 'text',
  providerStatus: 'text',
  errorCode: 'text',
  keyPress: 'text',
  hangupCause: 'integer',
  endedBy: 'word',
  agentName: 'name',
  callGroupName: 'name',
  campaignCode: 'name',
  customerNumber: 'number',
  agentNumber: 'number',
} as const satisfies Record<string, Kind>;
export type CallField = keyof typeof callFields;

/** Whole seconds, rounded down, from one moment of a call to another, which depends on what kind of call it is. */
export type ElapsedSeconds = {
  readonly from: InstantField;
  readonly until: { readonly when: Predicate; readonly is: InstantField; readonly otherwise: InstantField };
};

/** A text of a call as it is shown where numbers are masked; one that is not shown is missing. */
export type ShownText = {
  readonly shown: 'callSid' | 'providerStatus' | 'errorCode' | 'agentName' | 'callGroupName' | 'campaignCode';
};

/** What a predicate on calls compares: a field, a text as it is shown, elapsed seconds, or what a local clock read when the call started. */
export type CallOperand = CallField | ShownText | ElapsedSeconds | LocalClock;

export function kindOf(of: CallOperand): Kind {
  if (typeof of === 'string') return callFields[of];
  return 'shown' in of ? callFields[of.shown] : 'integer';
}

export const everything = { all: [] } as const;
export const nothing = { any: [] } as const;

/** Whether a predicate holds for all there is. */
export const isEverything = <Of>(predicate: Predicate<Of>): boolean => 'all' in predicate && predicate.all.length === 0;

/** All of these; of none: everything. */
export function allOf<Of>(...given: Predicate<Of>[]): Predicate<Of> {
  const all = given.filter((one) => !isEverything(one));
  return all.length === 1 ? (all[0] as Predicate<Of>) : { all };
}

/** At least one of these; of none: nothing. */
export const anyOf = <Of>(...any: Predicate<Of>[]): Predicate<Of> => ({ any });

/** Turned round: a missing value, which fails each comparison, then holds. */
export const not = <Of>(predicate: Predicate<Of>): Predicate<Of> => ({ not: predicate });

/** A predicate with others in place of its comparisons. */
export function mapLeaves<Of>(predicate: Predicate<Of>, change: (leaf: Leaf<Of>) => Predicate<Of>): Predicate<Of> {
  if ('all' in predicate) return { all: predicate.all.map((part) => mapLeaves(part, change)) };
  if ('any' in predicate) return { any: predicate.any.map((part) => mapLeaves(part, change)) };
  return 'not' in predicate ? { not: mapLeaves(predicate.not, change) } : change(predicate);
}

/** What must all hold for a predicate to hold. */
export function partsOf<Of>(predicate: Predicate<Of>): readonly Predicate<Of>[] {
  return 'all' in predicate ? predicate.all.flatMap((part) => partsOf(part)) : [predicate];
}

/** Those of its parts that are one comparison. */
export function leavesThatMustHold<Of>(predicate: Predicate<Of>): Leaf<Of>[] {
  return partsOf(predicate).filter((part): part is Leaf<Of> => 'of' in part);
}

/** The comparisons that a predicate is made of. */
export function leavesOf<Of>(predicate: Predicate<Of>): Leaf<Of>[] {
  if ('all' in predicate) return predicate.all.flatMap((part) => leavesOf(part));
  if ('any' in predicate) return predicate.any.flatMap((part) => leavesOf(part));
  return 'not' in predicate ? leavesOf(predicate.not) : [predicate];
}
