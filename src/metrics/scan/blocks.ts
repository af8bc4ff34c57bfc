import type { Chunk } from '../../packed-calls/chunk.ts';
import { dayMs } from '../../time/local-date.ts';

/** How long blocks are: each is made of those of the next size, the last of chunks. */
export const blockSizes: readonly number[] = [64 * dayMs, 8 * dayMs, dayMs];

/** Chunks of one block of time that follow one another; `isWhole`: all calls of the block are asked about. */
export type Block = { chunks: readonly Chunk[]; isWhole: boolean };

/** Chunks, in the order they come in, by the blocks of time that they begin in. What changes late is in none that is whole. */
export function inBlocks(
  chunks: readonly Chunk[],
  blockMs: number,
  { from, to }: { from: number; to: number },
): readonly Block[] {
  const blocks: { chunks: Chunk[]; isWhole: boolean }[] = [];
  let last = Number.NaN;
  for (const chunk of chunks) {
    const place = Math.floor(chunk.from / blockMs);
    const end = (place + 1) * blockMs;
    const isWhole = chunk.dead === null && place * blockMs >= from && end <= to && chunk.to <= end;
    const block = blocks.at(-1);
    if (block && place === last && chunk.accountId === block.chunks[0]?.accountId) {
      block.chunks.push(chunk);
      block.isWhole &&= isWhole;
    } else blocks.push({ chunks: [chunk], isWhole });
    last = place;
  }
  return blocks;
}
