import type { SpanField } from '../../calls/call-operand.ts';
import { type Chunk, noValue } from '../../packed-calls/chunk.ts';
import { type KeptFigures, keptFigures } from '../../packed-calls/kept-figures.ts';
import { countSeconds, type SecondsCounts } from './count-seconds.ts';
import type { ReadRun, Seconds } from './read-seconds.ts';

/** Counts and sums of a span, by code of a class. */
export type SpanSums = { counts: Uint32Array; sums: Float64Array };
/** Extremes of a span, by code of a class; of one without a value the least is above the greatest. */
export type SpanExtremes = { mins: Int32Array; maxs: Int32Array };

// Of fewer rows it takes as long to look up what is kept as to go through them again.
const fewRows = 256;

/**
 * Rows [first, end) of a chunk that are all in one slot of time. What several tallies need of them by class is
 * worked out once, and kept beside the chunk's columns.
 */
export class Run {
  readonly chunk: Chunk;
  readonly first: number;
  readonly end: number;
  readonly slot: number;
  readonly #kept: KeptFigures | null;
  readonly #range: string;
  #known: Map<string, unknown> | null = null;

  constructor(chunk: Chunk, first: number, end: number, slot: number) {
    this.chunk = chunk;
    this.first = first;
    this.end = end;
    this.slot = slot;
    const isKept = end - first >= fewRows || end - first === chunk.count;
    this.#kept = isKept ? keptFigures(chunk) : null;
    this.#range = `${first}-${end} `;
  }

  /** How many calls there are of each class, by its code. */
  classCounts(): Uint32Array {
    return this.#once('classes', 4, () => {
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
    return this.#once(`sums of ${field}`, 12, () => {
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
    return this.#once(`extremes of ${field}`, 8, () => {
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

  /** How many calls there are of each coin value, by its code. */
  coinCounts(): Uint32Array {
    const { codes, values } = this.chunk.coins();
    return this.#once('coins', (4 * values.length) / this.chunk.classes.length, () => {
      const counts = new Uint32Array(values.length);
      for (let row = this.first; row < this.end; row++) {
        const code = codes[row] as number;
        counts[code] = (counts[code] as number) + 1;
      }
      return counts;
    });
  }

  /** How many calls there are by class and seconds; null where it is not known: `read` then tells it of each. */
  secondsCounts(of: Seconds, read: ReadRun): SecondsCounts | null {
    const { chunk, first, end } = this;
    if (!this.#kept) return null;
    return this.#kept.getAgain(`${this.#range}seconds of ${typeof of === 'string' ? of : JSON.stringify(of)}`, () => {
      const codes = chunk.classCode.subarray(first, end);
      const figures = countSeconds(codes, read(chunk, first, end).subarray(0, end - first), chunk.classes.length);
      return { figures, bytes: 10 * figures.counts.length };
    });
  }

  /** Figures of its calls that are kept from the second time on that they are asked for; null where they are not. */
  figures<Figures>(
    name: string,
    make: (maxBytes: number) => { figures: Figures; bytes: number } | null,
  ): Figures | null {
    return this.#kept?.getAgain(this.#range + name, make) ?? null;
  }

  #once<Figures>(name: string, bytesOfClass: number, work: () => Figures): Figures {
    const make = () => ({ figures: work(), bytes: bytesOfClass * this.chunk.classes.length });
    if (this.#kept) return this.#kept.get(this.#range + name, make);
    this.#known ??= new Map();
    const known = this.#known.get(name) as Figures | undefined;
    if (known !== undefined) return known;
    const figures = work();
    this.#known.set(name, figures);
    return figures;
  }
}
