import type { Predicate, SpanField } from '../../query/predicate.ts';

/** What is worked out of which calls. */
export type Aggregate =
  | { of: 'calls'; over: Predicate }
  | { of: 'spans'; take: 'count' | 'sum' | 'min' | 'max' | { percentile: number }; seconds: SpanField; over: Predicate }
  | { of: 'coins' }
  | { of: 'customers' };

const words = new WeakMap<Aggregate, string>();

/** What tells an aggregate from others. */
export function wordsOf(aggregate: Aggregate): string {
  const known = words.get(aggregate) ?? JSON.stringify(aggregate);
  words.set(aggregate, known);
  return known;
}
