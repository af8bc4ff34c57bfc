import type { SpanField } from '../../calls/call-operand.ts';
import { type Chunk, noValue } from '../../packed-calls/chunk.ts';
import { keptFigures } from './kept-figures.ts';

/** Counts and sums of a span, by code of a class. */
export type SpanSums = { counts: Uint32Array; sums: Float64Array };
/** Extremes of a span, by code of a class; of one without a value the least is above the greatest. */
export type SpanExtremes = { mins: Int32Array; maxs: Int32Array };

/**
 * Rows [first, end) of a chunk that all count and are all in one slot. What several tallies need of them by class is
 * worked out once; of a whole chunk it is kept for as long as the chunk's columns are.
 */
export class Run {
  readonly chunk: Chunk;
  readonly first: number;
  readonly end: number;
  readonly slot: number;
  readonly #known: Map<string, unknown>;

  constructor(chunk: Chunk, first: number, end: number, slot: number) {
    this.chunk = chunk;
    this.first = first;
    this.end = end;
    this.slot = slot;
    this.#known = end - first === chunk.count ? keptFigures(chunk) : new Map();
  }

  /** How many calls there are of each class, by its code. */
  classCounts(): Uint32Array {
    return this.#once('classes', () => {
      const { classCode, classes } = this.chunk;
      const counts = new Uint32Array(classes.length);
      for (let row = this.first; row < this.end; row++) {
        const code = classCode[row] as number;
        counts[code] = (counts[code] as number) + 1;
      }
      return counts;
    });
  }

  sumsOf(field: SpanField): SpanSums {
    return this.#once(`sums of ${field}`, () => {
      const { classCode, classes } = this.chunk;
      const values = this.chunk.int32(field);
      const counts = new Uint32Array(classes.length);
      const sums = new Float64Array(classes.length);
      for (let row = this.first; row < this.end; row++) {
        const value = values[row] as number;
        if (value === noValue) continue;
        const code = classCode[row] as number;
        counts[code] = (counts[code] as number) + 1;
        sums[code] = (sums[code] as number) + value;
      }
      return { counts, sums };
    });
  }

  extremesOf(field: SpanField): SpanExtremes {
    return this.#once(`extremes of ${field}`, () => {
      const { classCode, classes } = this.chunk;
      const values = this.chunk.int32(field);
      const mins = new Int32Array(classes.length).fill(2 ** 31 - 1);
      const maxs = new Int32Array(classes.length).fill(noValue);
      for (let row = this.first; row < this.end; row++) {
        const value = values[row] as number;
        if (value === noValue) continue;
        const code = classCode[row] as number;
        if (value < (mins[code] as number)) mins[code] = value;
        if (value > (maxs[code] as number)) maxs[code] = value;
      }
      return { mins, maxs };
    });
  }

  #once<Figures>(name: string, work: () => Figures): Figures {
    const known = this.#known.get(name) as Figures | undefined;
    if (known !== undefined) return known;
    const figures = work();
    this.#known.set(name, figures);
    return figures;
  }
}
