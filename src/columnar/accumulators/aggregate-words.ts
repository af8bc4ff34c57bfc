import type { Aggregate } from '../../metrics/metric-columns.ts';

const words = new WeakMap<Aggregate, string>();

/** What tells an aggregate from others. */
export function wordsOf(aggregate: Aggregate): string {
  const known = words.get(aggregate) ?? JSON.stringify(aggregate);
  words.set(aggregate, known);
  return known;
}
