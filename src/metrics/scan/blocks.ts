import type { Chunk } from '../../packed-calls/chunk.ts';
import { dayMs } from '../../time/local-date.ts';

// A year is as many blocks as there are chunks at its ends that belong to none, where a chunk is half a day.
const blockMs = 8 * dayMs;

/**
 * Chunks in the order they come in: those of a block of days together, where all of its calls are asked about, and every
 * other by itself. What is packed of a block changes seldom, so that figures of it can be kept.
 */
export function* inBlocks(chunks: readonly Chunk[], from: number, to: number): Generator<readonly Chunk[]> {
  let block: Chunk[] = [];
  let placeOfBlock = Number.NaN;
  for (const chunk of chunks) {
    const place = Math.floor(chunk.from / blockMs);
    const end = (place + 1) * blockMs;
    const isInBlock = chunk.dead === null && place * blockMs >= from && end <= to && chunk.to <= end;
    const isOfSame = isInBlock && place === placeOfBlock && chunk.accountId === block[0]?.accountId;
    if (!isOfSame && block.length > 0) {
      yield block;
      block = [];
    }
    placeOfBlock = isInBlock ? place : Number.NaN;
    block.push(chunk);
  }
  if (block.length > 0) yield block;
}
