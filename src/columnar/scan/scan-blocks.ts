import type { BlockFigures } from '../cache/block-figures.ts';
import { blockSizes, inBlocks } from '../cache/blocks.ts';
import type { Chunk } from '../store/chunk.ts';
import type { LoopYield } from './loop-yield.ts';
import { firstAtOrAfter } from './row-filter.ts';
import type { AddChunk, Gathering, KnownPart, RowRange } from './scan-chunk.ts';

export type BlockScan = {
  /** Calls that started in [from, to) are added. */
  range: { from: number; to: number };
  addChunk: AddChunk;
  gathering: Gathering;
  /** Null where no figures are kept. */
  blocks: BlockFigures | null;
  loopYield: LoopYield;
};

/** Adds all chunks: by figures of blocks where these are kept, else by what the blocks are made of. */
export async function scanBlocks(chunks: readonly Chunk[], scan: BlockScan): Promise<void> {
  await addBlocks(chunks, blockSizes, false, scan);
}

/** Adds chunks block by block, as addChunk one of them. */
async function addBlocks(
  chunks: readonly Chunk[],
  [size, ...smaller]: readonly number[],
  isAdded: boolean,
  scan: BlockScan,
): Promise<readonly KnownPart[] | null> {
  if (size === undefined || chunks.length === 1) return addChunks(chunks, isAdded, scan);
  const { range, gathering, blocks } = scan;
  const found: (readonly KnownPart[] | null)[] = [];
  for (const block of inBlocks(chunks, size, range)) {
    const known = isAdded ? null : (blocks?.of(block) ?? null);
    for (const { figures, slot } of known ?? []) gathering.addFigures(figures, slot);
    const isDone = known !== null && gathering.others.length === 0;
    const parts = isDone ? null : await addBlocks(block.chunks, smaller, isAdded || known !== null, scan);
    if (parts) blocks?.keep(block, parts);
    found.push(known ?? parts);
  }
  return allOf(found);
}

async function addChunks(
  chunks: readonly Chunk[],
  isAdded: boolean,
  { range, addChunk, loopYield }: BlockScan,
): Promise<readonly KnownPart[] | null> {
  const found: (readonly KnownPart[] | null)[] = [];
  for (const chunk of chunks) {
    await loopYield.take();
    const first = firstAtOrAfter(chunk.startedAt, range.from);
    const end = firstAtOrAfter(chunk.startedAt, range.to);
    for (const rows of cutAtMark(first, end)) found.push(addChunk({ chunk, ...rows }, isAdded));
  }
  return isAdded ? null : allOf(found);
}

// The start of a range moves on with the clock; of rows from a mark on the same figures are asked for again.
const rowsOfMark = 2048;

function cutAtMark(first: number, end: number): RowRange[] {
  const mark = Math.ceil(first / rowsOfMark) * rowsOfMark;
  if (mark <= first || end - mark < rowsOfMark) return [{ first, end }];
  return [
    { first, end: mark },
    { first: mark, end },
  ];
}

function allOf<Part>(found: readonly (readonly Part[] | null)[]): readonly Part[] | null {
  return found.includes(null) ? null : (found as readonly (readonly Part[])[]).flat();
}
