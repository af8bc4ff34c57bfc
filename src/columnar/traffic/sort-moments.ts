// Of no more, inserting each in order is fastest.
const fewMoments = 32;

/** Sorts moments that lie about evenly, and are often in order already, several times as fast as sort does. */
export function sortMoments(moments: Float64Array): void {
  const count = moments.length;
  let isSorted = true;
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const ms = moments[i] as number;
    if (ms < greatest) isSorted = false;
    if (ms < least) least = ms;
    if (ms > greatest) greatest = ms;
  }
  if (isSorted) return;
  if (count <= fewMoments) {
    insertInOrder(moments, 0, count);
    return;
  }
  const perBucket = (greatest - least + 1) / count;
  const bucketOf = (ms: number) => Math.floor((ms - least) / perBucket);
  const ends = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) {
    const bucket = bucketOf(moments[i] as number) + 1;
    ends[bucket] = (ends[bucket] as number) + 1;
  }
  for (let bucket = 1; bucket <= count; bucket++) {
    ends[bucket] = (ends[bucket] as number) + (ends[bucket - 1] as number);
  }
  const sorted = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const ms = moments[i] as number;
    const bucket = bucketOf(ms);
    const place = ends[bucket] as number;
    sorted[place] = ms;
    ends[bucket] = place + 1;
  }
  for (let bucket = 0, start = 0; bucket < count; bucket++) {
    const end = ends[bucket] as number;
    if (end - start <= fewMoments) insertInOrder(sorted, start, end);
    else if (!isInOrder(sorted, start, end)) sorted.subarray(start, end).sort();
    start = end;
  }
  moments.set(sorted);
}

/** As where all are the same: of many calls, most begin and end at the same whole seconds. */
function isInOrder(moments: Float64Array, start: number, end: number): boolean {
  for (let i = start + 1; i < end; i++) if ((moments[i] as number) < (moments[i - 1] as number)) return false;
  return true;
}

function insertInOrder(moments: Float64Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const ms = moments[i] as number;
    let place = i;
    for (; place > start && (moments[place - 1] as number) > ms; place--) moments[place] = moments[place - 1] as number;
    moments[place] = ms;
  }
}
