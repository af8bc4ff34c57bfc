import type { CallOperand } from '../calls/list/call-operand.ts';

/** What an operator compares with; instants as milliseconds since 1970, decimals as text. */
export type TestValue = string | number | boolean;
export type Comparison = 'gt' | 'gte' | 'lt' | 'lte';

/**
 * What a condition on calls says, as data, for calls that are at hand. Two-valued: a missing value is in no list and
 * compares with nothing.
 */
export type Test =
  | { readonly all: readonly Test[] }
  | { readonly any: readonly Test[] }
  | { readonly not: Test }
  | Leaf;
export type Leaf = { readonly of: CallOperand } & (
  | { readonly in: readonly TestValue[] }
  | { readonly is: Comparison; readonly value: TestValue }
  | { readonly isMissing: true }
);
