import type { Leaf, Predicate } from '../../query/predicate.ts';

/** The comparisons that a test is made of. */
export function leavesOf(test: Predicate): Leaf[] {
  if ('all' in test) return test.all.flatMap(leavesOf);
  if ('any' in test) return test.any.flatMap(leavesOf);
  return 'not' in test ? leavesOf(test.not) : [test];
}
