import type { SortDirection } from '../../graphql/generated/inputs.ts';
import { comparePlaces, compareValues, type GroupPlace } from './group-order.ts';
import type { KeyTexts } from './key-texts.ts';
import type { Rank } from './rank-groups.ts';

/** Groups by where they stand to a page; in order on it, and in any order before and after it. */
export type PageOfGroups<Group> = { before: Group[]; page: Group[]; rest: Group[] };

/**
 * The page of so many groups that come after a place, or of the first ones. Groups are ordered by their values; names are
 * needed only of those that share a value, and only where the page begins, within it, and where it ends.
 */
export async function pageOfGroups<Group extends Rank>(
  groups: readonly Group[],
  { direction, after, size }: { direction: SortDirection; after: GroupPlace | null; size: number },
  texts: KeyTexts,
): Promise<PageOfGroups<Group>> {
  const compare = compareValues(direction);
  const ordered = [...groups].sort((a, b) => compare(a.value, b.value));
  const endOfTies = (place: number) => {
    const value = ordered[place]?.value;
    let end = place;
    while (end < ordered.length && ordered[end]?.value === value) end++;
    return end;
  };
  const value = after ? (after[0] as number | null) : null;
  const found = after ? ordered.findIndex((group) => compare(group.value, value) >= 0) : 0;
  const from = found < 0 ? ordered.length : found;
  const tied = after && ordered[from]?.value === value ? endOfTies(from) : from;
  const to = endOfTies(Math.min(tied + size, ordered.length) - 1);

  const isTied = (place: number) =>
    place < tied ||
    (place > from && ordered[place - 1]?.value === ordered[place]?.value) ||
    (place + 1 < to && ordered[place + 1]?.value === ordered[place]?.value);
  const window = ordered.slice(from, to);
  const ties = window.filter((_, i) => isTied(from + i));
  const places = new Map((await texts.placesOf(ties)).map((place, i) => [ties[i] as Group, place]));
  const placeOf = (group: Group): GroupPlace => places.get(group) ?? [group.value];
  const comparePlace = comparePlaces(direction);
  window.sort((a, b) => comparePlace(placeOf(a), placeOf(b)));
  const skipped = after ? window.filter((group) => comparePlace(placeOf(group), after) <= 0).length : 0;
  return {
    before: [...ordered.slice(0, from), ...window.slice(0, skipped)],
    page: window.slice(skipped, skipped + size),
    rest: [...window.slice(skipped + size), ...ordered.slice(to)],
  };
}
