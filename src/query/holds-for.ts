import { compareDecimals } from './decimal.ts';
import type { CallOperand, Leaf, Predicate, PredicateValue } from './predicate.ts';

/** Whether a test holds where `read` gives the values compared; null for a missing one. */
export function holdsFor(test: Predicate, read: (operand: CallOperand) => PredicateValue | null): boolean {
  if ('all' in test) return test.all.every((part) => holdsFor(part, read));
  if ('any' in test) return test.any.some((part) => holdsFor(part, read));
  if ('not' in test) return !holdsFor(test.not, read);
  return holdLeaf(test, read(test.of));
}

/** Whether a test of one value holds for it. */
export function holdLeaf(leaf: Leaf, value: PredicateValue | null): boolean {
  if ('isMissing' in leaf) return value === null;
  if (value === null) return false;
  const compare = leaf.of === 'coins' ? compareDecimals : compareValues;
  if ('in' in leaf) return leaf.in.some((wanted) => compare(value, wanted) === 0);
  const order = compare(value, leaf.value);
  switch (leaf.is) {
    case 'gt':
      return order > 0;
    case 'gte':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'lte':
      return order <= 0;
  }
}

function compareValues(a: PredicateValue, b: PredicateValue): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
