import type { Chunk } from '../../packed-calls/chunk.ts';
import type { Counted } from './counted-calls.ts';
import { firstAtOrAfter } from './row-filter.ts';
import { Run } from './run.ts';
import type { SlotPlan } from './slot-plan.ts';
import { pieceAt, type TimePieces } from './time-pieces.ts';

/** Runs of rows that each lie in one slot of time, the calls of each that count. */
export type CutRuns = {
  /** Rows [first, end) of a chunk as such; those of no slot are left out. */
  cut: (chunk: Chunk, first: number, end: number) => Run[];
  /** The slot that chunks lie in as a whole, -1 for none; null where there are several. */
  slotOf: (chunks: readonly Chunk[]) => number | null;
};

/** Cuts at the boundaries of a plan's time; the slot of a run is that of its time. */
export function compileRuns({ time }: SlotPlan, counted: Counted | null): CutRuns {
  return time
    ? {
        cut: (chunk, first, end) => cutByTime(time, counted, chunk, first, end),
        slotOf: (chunks) => slotIn(time, chunks),
      }
    : {
        cut: (chunk, first, end) => (first < end ? [new Run(chunk, first, end, 0, counted)] : []),
        slotOf: () => 0,
      };
}

function cutByTime(pieces: TimePieces, counted: Counted | null, chunk: Chunk, first: number, end: number): Run[] {
  const runs: Run[] = [];
  const { startedAt } = chunk;
  for (let row = first; row < end; ) {
    const piece = pieceAt(pieces, startedAt[row] as number);
    const next = pieces.boundaries[piece + 1] ?? Number.POSITIVE_INFINITY;
    const last = Math.min(end, firstAtOrAfter(startedAt, next));
    const slot = pieces.slots[piece] ?? -1;
    if (slot >= 0) runs.push(new Run(chunk, row, last, slot, counted));
    row = last;
  }
  return runs;
}

/** The chunks are in order of time. */
function slotIn(pieces: TimePieces, chunks: readonly Chunk[]): number | null {
  const first = chunks[0]?.startedAt[0] as number;
  const last = chunks.at(-1)?.startedAt.at(-1) as number;
  const piece = pieceAt(pieces, first);
  if (last >= (pieces.boundaries[piece + 1] ?? Number.POSITIVE_INFINITY)) return null;
  return pieces.slots[piece] ?? -1;
}
