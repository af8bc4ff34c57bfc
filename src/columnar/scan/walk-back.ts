import type { Cancellation } from '../../cancellation.ts';
import type { Chunk } from '../store/chunk.ts';
import { LoopYield } from './loop-yield.ts';
import { firstAtOrAfter } from './row-filter.ts';

/** Visits the rows from `last` down to `first` of the chunk at a place of the list. */
export type VisitRange = (place: number, last: number, first: number) => void;

/**
 * Visits all rows of the chunks of one account from the latest start to the earliest, in ranges of rows of one chunk.
 * Chunks may overlap: what has changed of late is one that lies across the others.
 */
export async function walkBack(
  chunks: readonly Chunk[],
  visit: VisitRange,
  cancellation?: Cancellation,
): Promise<void> {
  const loopYield = new LoopYield(cancellation);
  const left = chunks.map(({ count }) => count);
  const latestOf = (place: number) => (chunks[place]?.startedAt[(left[place] ?? 0) - 1] as number) ?? Number.NaN;
  // Chunks in the order in which their turn comes; those before `next` have begun, as far as rows of them are left.
  const order = chunks.map((_, place) => place).filter((place) => (left[place] ?? 0) > 0);
  order.sort((a, b) => latestOf(b) - latestOf(a));
  let next = 0;
  let begun: number[] = [];
  while (next < order.length || begun.length > 0) {
    if (begun.length === 0) begun.push(order[next++] as number);
    let [top = 0] = begun;
    for (const place of begun) if (latestOf(place) > latestOf(top)) top = place;
    while (next < order.length && latestOf(order[next] as number) > latestOf(top)) {
      top = order[next++] as number;
      begun.push(top);
    }
    // Rows at the same moment as another chunk's latest belong to the range: their order does not matter.
    const others = begun.filter((place) => place !== top).map(latestOf);
    if (next < order.length) others.push(latestOf(order[next] as number));
    const first = others.length === 0 ? 0 : firstAtOrAfter((chunks[top] as Chunk).startedAt, Math.max(...others));
    visit(top, (left[top] as number) - 1, first);
    left[top] = first;
    if (first === 0) begun = begun.filter((place) => place !== top);
    await loopYield.take();
  }
}
