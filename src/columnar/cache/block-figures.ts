import { mergeFigures } from '../accumulators/merge-figures.ts';
import type { CutRowRanges, PiecesOfChunks } from '../scan/cut-row-ranges.ts';
import { bytesOfFigures, type FiguresPlan, type RangeFigures } from '../scan/range-figures.ts';
import { firstAtOrAfter } from '../scan/row-filter.ts';
import type { KnownPart } from '../scan/scan-chunk.ts';
import type { Block } from './blocks.ts';
import { keptFiguresOf } from './kept-figures.ts';

/** Figures by piece of time, null where one has no calls; and where each piece but the first begins. */
type Kept = { boundaries: Float64Array; pieces: readonly (RangeFigures | null)[] };

/** The figures of blocks of chunks, put together from those of their parts. */
export class BlockFigures {
  readonly #name: string;
  readonly #piecesOf: CutRowRanges['piecesOf'];
  readonly #plan: Pick<FiguresPlan, 'adding' | 'by'>;

  /** `name` tells the figures from others. */
  constructor(name: string, piecesOf: CutRowRanges['piecesOf'], plan: Pick<FiguresPlan, 'adding' | 'by'>) {
    this.#name = name;
    this.#piecesOf = piecesOf;
    this.#plan = plan;
  }

  /** Those of a block; null where they are not kept. */
  of(block: Block): readonly KnownPart[] | null {
    const asked = this.#askedOf(block);
    if (!asked) return null;
    const { slots, boundaries } = asked;
    const kept = keptFiguresOf(block.chunks).known<Kept>(this.#nameOf(boundaries));
    if (!kept || !areEqual(kept.boundaries, boundaries)) return null;
    const start = block.chunks[0]?.startedAt[0] as number;
    return kept.pieces.flatMap((figures, piece) =>
      figures ? { at: boundaries[piece - 1] ?? start, slot: slots[piece] as number, figures } : [],
    );
  }

  /** Keeps what the parts of a block tell together. */
  keep(block: Block, parts: readonly KnownPart[]): void {
    const asked = this.#askedOf(block);
    if (!asked) return;
    // What is asked may be a view of something larger.
    const boundaries = asked.boundaries.slice();
    keptFiguresOf(block.chunks).keep<Kept>(this.#nameOf(boundaries), () => {
      const ofPieces = Array.from({ length: boundaries.length + 1 }, (): RangeFigures[] => []);
      for (const { at, figures } of parts) ofPieces[firstAtOrAfter(boundaries, at + 1)]?.push(figures);
      const { adding, by } = this.#plan;
      const pieces: (RangeFigures | null)[] = [];
      let bytes = boundaries.byteLength;
      for (const own of ofPieces) {
        const figures = own.length > 0 ? mergeFigures(own, adding, by) : null;
        if (own.length > 0 && !figures) return null;
        pieces.push(figures);
        if (figures) bytes += bytesOfFigures(figures);
      }
      return { figures: { boundaries, pieces }, bytes };
    });
  }

  #askedOf({ chunks, isWhole }: Block): PiecesOfChunks | null {
    return isWhole && chunks.length > 1 ? this.#piecesOf(chunks) : null;
  }

  #nameOf(boundaries: Float64Array): string {
    return `${this.#name} by ${boundaries.length}`;
  }
}

function areEqual(one: Float64Array, other: Float64Array): boolean {
  return one.length === other.length && one.every((moment, i) => moment === other[i]);
}
