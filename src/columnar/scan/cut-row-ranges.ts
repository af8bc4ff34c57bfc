import { countSeconds, type SecondsCounts } from '../accumulators/read-seconds.ts';
import { type KeptFigures, keptFigures } from '../cache/kept-figures.ts';
import type { Chunk } from '../store/chunk.ts';
import { firstAtOrAfter } from './row-filter.ts';
import type { SlotPlan } from './slot-plan.ts';
import { pieceAt, type TimePieces } from './time-pieces.ts';

/** Ranges of rows that each lie in one slot of time. */
export type CutRowRanges = {
  /** Rows [first, end) of a chunk as such; those of no slot are left out. */
  cut: (chunk: Chunk, first: number, end: number) => SlotRange[];
  /** The pieces of time that chunks in order of time lie in; null where some of it is in no slot. */
  piecesOf: (chunks: readonly Chunk[]) => PiecesOfChunks | null;
};

/** The slots of pieces that follow one another, and where each but the first begins. */
export type PiecesOfChunks = { slots: Int32Array; boundaries: Float64Array };

const onePiece: PiecesOfChunks = { slots: Int32Array.of(0), boundaries: new Float64Array(0) };

/**
 * Cuts at the boundaries of a plan's time; the slot of a range is that of its time. `counted` tells which of its calls
 * count from others; empty: all do. */
export function compileRowRanges({ time }: SlotPlan, counted: string): CutRowRanges {
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

function cutByTime(pieces: TimePieces, counted: string, chunk: Chunk, first: number, end: number): SlotRange[] {
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

// Of fewer rows it takes as long to look up what is kept as to go through them again.
const fewRows = 256;
// By class, or for each of many small chunks, the same is true of more.
const fewByClass = 2048;

/** Rows [first, end) of a chunk that are all in one slot of time. What is worked out of them is kept beside the chunk's columns. */
export class SlotRange {
  readonly chunk: Chunk;
  readonly first: number;
  readonly end: number;
  readonly slot: number;
  /** Whether all of its calls count. */
  readonly isAll: boolean;
  readonly #kept: KeptFigures | null;
  readonly #name: string;

  constructor(chunk: Chunk, first: number, end: number, slot: number, counted = '') {
    this.chunk = chunk;
    this.first = first;
    this.end = end;
    this.slot = slot;
    this.isAll = counted === '' && chunk.superseded === null;
    const isKept = chunk.superseded === null && (end - first >= fewRows || end - first === chunk.count);
    this.#kept = isKept ? keptFigures(chunk) : null;
    this.#name = `${first}-${end} ${counted} `;
  }

  /** Whether its calls are gone through about as soon as figures of them are looked up. */
  get isFew(): boolean {
    return this.end - this.first < fewByClass && this.chunk.superseded === null && !this.chunk.isDelta;
  }

  /** How many calls there are by class and seconds of a column; null where it is not known: each call then tells. */
  secondsCounts(name: string, find: () => Parameters<typeof countSeconds>): SecondsCounts | null {
    if (!this.#kept || this.end - this.first < fewByClass) return null;
    return this.#kept.getAgain(`${this.#name}seconds of ${name}`, () => {
      const figures = countSeconds(...find());
      return { figures, bytes: 10 * figures.counts.length };
    });
  }

  /** Figures of its calls, kept where they are asked for again; null where they are not worth making. */
  figures<Figures>(
    name: string,
    make: (maxBytes: number) => { figures: Figures; bytes: number } | null,
  ): Figures | null {
    return this.#kept?.getKeptAgain(this.#name + name, make) ?? null;
  }
}
