/** What is counted of a filter: each object and each value in it, whatever it is. */
export type FilterSize = { objects: number; values: number };

/** Of a value as it was sent. Counting ends where either passes its end. */
export function filterSize(filter: unknown, stopAt: FilterSize): FilterSize {
  const size = { objects: 0, values: 0 };
  const open: unknown[] = [filter];
  while (open.length > 0 && size.objects <= stopAt.objects && size.values <= stopAt.values) {
    const value = open.pop();
    if (value === undefined) continue;
    if (Array.isArray(value)) {
      if (value.length === 0) size.values += 1;
      for (const item of value) open.push(item);
    } else if (typeof value === 'object' && value !== null) {
      size.objects += 1;
      for (const item of Object.values(value)) open.push(item);
    } else {
      size.values += 1;
    }
  }
  return size;
}
