import type { Chunk } from '../../packed-calls/chunk.ts';
import { keptFiguresOf } from '../../packed-calls/kept-figures.ts';
import type { CutRuns } from './cut-runs.ts';
import { mergeFigures } from './merge-figures.ts';
import { firstAtOrAfter } from './row-filter.ts';
import { bytesOfFigures, type FiguresPlan, type RunFigures } from './run-figures.ts';
import type { KnownRun } from './scan-chunk.ts';

type SlotFigures = { figures: RunFigures; slot: number };

/** Figures by piece of time, null where one has no calls; and where each piece but the first begins. */
type Kept = { boundaries: Float64Array; pieces: readonly (RunFigures | null)[] };

/** The figures of blocks of chunks, put together from those of their runs. */
export class BlockFigures {
  readonly #name: string;
  readonly #piecesOf: CutRuns['piecesOf'];
  readonly #plan: Pick<FiguresPlan, 'adding' | 'by'>;

  /** `name` tells the figures from others. */
  constructor(name: string, piecesOf: CutRuns['piecesOf'], plan: Pick<FiguresPlan, 'adding' | 'by'>) {
    this.#name = name;
    this.#piecesOf = piecesOf;
    this.#plan = plan;
  }

  /** Those of each slot; null where they are not kept. */
  of(block: readonly Chunk[]): readonly SlotFigures[] | null {
    const asked = block.length > 1 ? this.#piecesOf(block) : null;
    if (!asked) return null;
    const kept = keptFiguresOf(block).known<Kept>(this.#nameOf(asked.boundaries));
    if (!kept || !areEqual(kept.boundaries, asked.boundaries)) return null;
    return kept.pieces.flatMap((figures, piece) => (figures ? { figures, slot: asked.slots[piece] as number } : []));
  }

  /** Keeps them where those of all runs are known. */
  keep(block: readonly Chunk[], found: readonly (readonly KnownRun[] | null)[]): void {
    if (block.length < 2 || !found.every((known) => known !== null)) return;
    const asked = this.#piecesOf(block);
    if (!asked) return;
    // The plan of a question may be larger than what it has to do with this block.
    const boundaries = asked.boundaries.slice();
    keptFiguresOf(block).keep<Kept>(this.#nameOf(boundaries), () => {
      const parts = Array.from({ length: boundaries.length + 1 }, (): RunFigures[] => []);
      for (const { run, figures } of found.flat()) {
        const start = run.chunk.startedAt[run.first] as number;
        parts[firstAtOrAfter(boundaries, start + 1)]?.push(figures);
      }
      const { adding, by } = this.#plan;
      const pieces = parts.map((part) => (part.length === 0 ? null : mergeFigures(part, adding, by)));
      if (pieces.some((figures, piece) => !figures && (parts[piece] as RunFigures[]).length > 0)) return null;
      const bytes = pieces.reduce(
        (sum, figures) => sum + (figures ? bytesOfFigures(figures) : 0),
        boundaries.byteLength,
      );
      return { figures: { boundaries, pieces }, bytes };
    });
  }

  #nameOf(boundaries: Float64Array): string {
    return `${this.#name} by ${boundaries.length}`;
  }
}

function areEqual(one: Float64Array, other: Float64Array): boolean {
  return one.length === other.length && one.every((moment, i) => moment === other[i]);
}
