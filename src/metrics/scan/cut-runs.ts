import type { Chunk } from '../../packed-calls/chunk.ts';
import { firstAtOrAfter } from './row-filter.ts';
import { Run } from './run.ts';
import type { SlotPlan } from './slot-plan.ts';
import { pieceAt, type TimePieces } from './time-pieces.ts';

/** The rows [first, end) of a chunk as runs that each lie in one slot of time; those of no slot are left out. */
export type CutRuns = (chunk: Chunk, first: number, end: number) => Run[];

/** Cuts at the boundaries of a plan's time; the slot of a run is that of its time. */
export function compileRuns({ time }: SlotPlan): CutRuns {
  return time
    ? (chunk, first, end) => cutByTime(time, chunk, first, end)
    : (chunk, first, end) => (first < end ? [new Run(chunk, first, end, 0)] : []);
}

function cutByTime(pieces: TimePieces, chunk: Chunk, first: number, end: number): Run[] {
  const runs: Run[] = [];
  const { startedAt } = chunk;
  for (let row = first; row < end; ) {
    const piece = pieceAt(pieces, startedAt[row] as number);
    const next = pieces.boundaries[piece + 1] ?? Number.POSITIVE_INFINITY;
    const last = Math.min(end, firstAtOrAfter(startedAt, next));
    const slot = pieces.slots[piece] ?? -1;
    if (slot >= 0) runs.push(new Run(chunk, row, last, slot));
    row = last;
  }
  return runs;
}
