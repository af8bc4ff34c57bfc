import { mask } from '../access/masking/digit-runs.ts';
import { maskText } from '../access/masking/mask-text.ts';
import { anyOf, type Leaf, nothing, type Predicate } from './predicate.ts';

/** What a comparison of a text asks where numbers are masked. `shown`: stands for the text as it is shown there. */
export function asShown<Of>(leaf: Leaf<Of>, shown: Of): Predicate<Of> {
  // What is masked is there.
  if ('isMissing' in leaf) return leaf;
  if ('is' in leaf) return { ...leaf, of: shown };
  // A number is never shown. A text without number and mask is shown where it is kept, and nowhere else: what leads to that serves.
  const possible = leaf.in.map(String).filter((text) => maskText(text) === text);
  const masked = possible.filter((text) => text.includes(mask));
  const plain = possible.filter((text) => !text.includes(mask));
  const parts: Leaf<Of>[] = [];
  if (plain.length > 0) parts.push({ of: leaf.of, in: plain });
  if (masked.length > 0) parts.push({ of: shown, in: masked });
  const [only, ...others] = parts;
  if (!only) return nothing;
  return others.length === 0 ? only : anyOf(...parts);
}
