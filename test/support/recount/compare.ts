/** Compares text by code points: not what `<` does, which sees the halves of what lies beyond U+FFFF. */
export function compareCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Compares what lists are ordered by, smallest first. */
export function compareValues(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareCodePoints(String(a), String(b));
}

/** Sorts rows by a key, nulls last in both directions, and equals by id. */
export function sortRows<Row extends { id: number }>(
  rows: readonly Row[],
  keyOf: (row: Row) => number | string | null,
  direction: 'ASC' | 'DESC',
): Row[] {
  const sign = direction === 'ASC' ? 1 : -1;
  const known = rows.filter((row) => keyOf(row) !== null);
  const unknown = rows.filter((row) => keyOf(row) === null);
  const byId = (a: Row, b: Row) => sign * (a.id - b.id);
  known.sort((a, b) => sign * compareValues(keyOf(a) ?? '', keyOf(b) ?? '') || byId(a, b));
  return [...known, ...unknown.sort(byId)];
}
