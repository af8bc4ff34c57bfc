import { firstAtOrAfter } from './row-filter.ts';

/** Time cut into pieces that follow one another: [boundaries[i], boundaries[i + 1]) belongs to slots[i]; -1: to none. */
export type TimePieces = { boundaries: Float64Array; slots: Int32Array };

/** The piece that a moment lies in, by its place; one before the first or after the last lies in none. */
export function pieceAt({ boundaries }: TimePieces, ms: number): number {
  return firstAtOrAfter(boundaries, ms + 1) - 1;
}

/** Puts the slot of each row into `slots`: -1 outside of all pieces. The rows' moments ascend. */
export function placeInTime(
  pieces: TimePieces,
  startedAt: Float64Array,
  rows: Int32Array,
  count: number,
  slots: Int32Array,
): void {
  if (count === 0) return;
  const endOf = (piece: number) => pieces.boundaries[piece + 1] ?? Number.POSITIVE_INFINITY;
  let piece = pieceAt(pieces, startedAt[rows[0] as number] as number);
  let end = endOf(piece);
  let slot = pieces.slots[piece] ?? -1;
  for (let k = 0; k < count; k++) {
    const ms = startedAt[rows[k] as number] as number;
    if (ms >= end) {
      do end = endOf(++piece);
      while (ms >= end);
      slot = pieces.slots[piece] ?? -1;
    }
    slots[k] = slot;
  }
}
