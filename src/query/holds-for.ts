import { compareDecimals } from './decimal.ts';
import { type CallOperand, type Kind, kindOf, type Leaf, type Predicate, type PredicateValue } from './predicate.ts';

/** Whether a predicate holds where `read` gives the values compared; null for a missing one. */
export function holdsFor(predicate: Predicate, read: (operand: CallOperand) => PredicateValue | null): boolean {
  if ('all' in predicate) return predicate.all.every((part) => holdsFor(part, read));
  if ('any' in predicate) return predicate.any.some((part) => holdsFor(part, read));
  if ('not' in predicate) return !holdsFor(predicate.not, read);
  return holdLeaf(predicate, read(predicate.of));
}

/** Whether a predicate of one value holds for it. */
export function holdLeaf(leaf: Leaf, value: PredicateValue | null): boolean {
  if ('isMissing' in leaf) return value === null;
  if (value === null) return false;
  const kind = kindOf(leaf.of);
  const stored = kind === 'name' ? String(value).normalize() : value;
  const compare = kind === 'decimal' ? compareDecimals : compareValues;
  if ('in' in leaf) return leaf.in.some((wanted) => compare(stored, wanted) === 0);
  switch (leaf.is) {
    case 'gt':
      return compare(stored, leaf.value) > 0;
    case 'gte':
      return compare(stored, leaf.value) >= 0;
    case 'lt':
      return compare(stored, leaf.value) < 0;
    case 'lte':
      return compare(stored, leaf.value) <= 0;
    case 'startsWith':
      return partsAreOf(stored, kind).startsWith(String(leaf.value));
    case 'endsWith':
      return partsAreOf(stored, kind).endsWith(String(leaf.value));
    case 'contains':
      return withoutCase(stored, kind).includes(withoutCase(leaf.value, kind));
  }
}

function compareValues(a: PredicateValue, b: PredicateValue): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

const partsAreOf = (stored: PredicateValue, kind: Kind) =>
  kind === 'number' ? String(stored).replace(/[^0-9]/g, '') : String(stored);

/** As lower() of the embedded database: letter by letter, one for one. Only İ has no lower letter of its own but two. */
function withoutCase(text: PredicateValue, kind: Kind): string {
  const lower = Array.from(String(text), (letter) => (letter === 'İ' ? 'i' : letter.toLowerCase())).join('');
  return kind === 'name' ? lower.normalize() : lower;
}
