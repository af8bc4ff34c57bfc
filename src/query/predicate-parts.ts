import type { Leaf, Predicate } from './predicate.ts';

/** What must all hold for a test to hold. */
export function partsOf(test: Predicate): readonly Predicate[] {
  return 'all' in test ? test.all.flatMap(partsOf) : [test];
}

/** Whether a test holds for all there is. */
export const isEverything = (test: Predicate): boolean => 'all' in test && test.all.length === 0;

/** Those of its parts that are one comparison. */
export function leavesThatMustHold(test: Predicate): Leaf[] {
  return partsOf(test).filter((part): part is Leaf => 'of' in part);
}
