import { dayMs } from '../../time/local-date.ts';
import type { Chunk } from '../store/chunk.ts';

const minuteMs = 60_000;
/**
 * How long blocks are: each is made of those of the next size, the last of chunks. Those of less than a day are for what is
 * still packed in small chunks.
 */
export const blockSizes: readonly number[] = [
  64 * dayMs,
  8 * dayMs,
  dayMs,
  120 * minuteMs,
  15 * minuteMs,
  2 * minuteMs,
  minuteMs / 4,
];

/** Chunks that begin in one block of time and follow one another; `isWhole`: all their calls are asked about, as they are. */
export type Block = { chunks: readonly Chunk[]; isWhole: boolean };

/** Chunks, in the order they come in, by blocks. What changes late is alone. */
export function inBlocks(
  chunks: readonly Chunk[],
  blockMs: number,
  { from, to }: { from: number; to: number },
): readonly Block[] {
  const blocks: { chunks: Chunk[]; isWhole: boolean }[] = [];
  let last = Number.NaN;
  for (const chunk of chunks) {
    const place = chunk.isDelta ? Number.NaN : Math.floor(chunk.from / blockMs);
    const isWhole = chunk.superseded === null && chunk.from >= from && chunk.to <= to;
    const block = blocks.at(-1);
    if (block && place === last && chunk.accountId === block.chunks[0]?.accountId) {
      block.chunks.push(chunk);
      block.isWhole &&= isWhole;
    } else blocks.push({ chunks: [chunk], isWhole });
    last = place;
  }
  return blocks;
}
