import type { Chunk } from '../store/chunk.ts';
import type { Counted } from '../traffic/counted-calls.ts';
import { pieceAt, type TimePieces } from '../traffic/time-pieces.ts';
import { firstAtOrAfter } from './row-filter.ts';
import type { SlotPlan } from './slot-plan.ts';
import { SlotRange } from './slot-range.ts';

/** Ranges of rows that each lie in one slot of time, the calls of each that count. */
export type CutRowRanges = {
  /** Rows [first, end) of a chunk as such; those of no slot are left out. */
  cut: (chunk: Chunk, first: number, end: number) => SlotRange[];
  /** The pieces of time that chunks in order of time lie in; null where some of it is in no slot. */
  piecesOf: (chunks: readonly Chunk[]) => PiecesOfChunks | null;
};

/** The slots of pieces that follow one another, and where each but the first begins. */
export type PiecesOfChunks = { slots: Int32Array; boundaries: Float64Array };

const onePiece: PiecesOfChunks = { slots: Int32Array.of(0), boundaries: new Float64Array(0) };

/** Cuts at the boundaries of a plan's time; the slot of a range is that of its time. */
export function compileRowRanges({ time }: SlotPlan, counted: Counted | null): CutRowRanges {
  if (!time) {
    return {
      cut: (chunk, first, end) => (first < end ? [new SlotRange(chunk, first, end, 0, counted)] : []),
      piecesOf: () => onePiece,
    };
  }
  return {
    cut: (chunk, first, end) => cutByTime(time, counted, chunk, first, end),
    piecesOf: (chunks) => piecesIn(time, chunks),
  };
}

function cutByTime(pieces: TimePieces, counted: Counted | null, chunk: Chunk, first: number, end: number): SlotRange[] {
  const ranges: SlotRange[] = [];
  const { startedAt } = chunk;
  for (let row = first; row < end; ) {
    const piece = pieceAt(pieces, startedAt[row] as number);
    const next = pieces.boundaries[piece + 1] ?? Number.POSITIVE_INFINITY;
    const last = Math.min(end, firstAtOrAfter(startedAt, next));
    const slot = pieces.slots[piece] ?? -1;
    if (slot >= 0) ranges.push(new SlotRange(chunk, row, last, slot, counted));
    row = last;
  }
  return ranges;
}

function piecesIn(pieces: TimePieces, chunks: readonly Chunk[]): PiecesOfChunks | null {
  const first = pieceAt(pieces, chunks[0]?.startedAt[0] as number);
  const last = pieceAt(pieces, chunks.at(-1)?.startedAt.at(-1) as number);
  if (first < 0 || last >= pieces.slots.length) return null;
  const slots = pieces.slots.subarray(first, last + 1);
  return slots.includes(-1) ? null : { slots, boundaries: pieces.boundaries.subarray(first + 1, last + 1) };
}
