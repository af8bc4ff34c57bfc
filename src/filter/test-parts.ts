import type { Leaf, Test } from './test.ts';

/** What must all hold for a test to hold. */
export function partsOf(test: Test): readonly Test[] {
  return 'all' in test ? test.all.flatMap(partsOf) : [test];
}

/** Those of its parts that are one comparison. */
export function leavesThatMustHold(test: Test): Leaf[] {
  return partsOf(test).filter((part): part is Leaf => 'of' in part);
}
