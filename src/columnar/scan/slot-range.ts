import type { SpanField } from '../../query/predicate.ts';
import { countSeconds, type SecondsCounts } from '../accumulators/count-seconds.ts';
import type { Seconds, SecondsReaders } from '../accumulators/read-seconds.ts';
import { type KeptFigures, keptFigures } from '../cache/kept-figures.ts';
import type { Int32Column } from '../columns.ts';
import { type Chunk, noValue } from '../store/chunk.ts';
import { type Counted, countAll } from '../traffic/counted-calls.ts';

/** Counts and sums of a span, by code of a class. */
export type SpanSums = { counts: Uint32Array; sums: Float64Array };
/** Extremes of a span, by code of a class; of one without a value the least is above the greatest. */
export type SpanExtremes = { mins: Int32Array; maxs: Int32Array };

// Of fewer rows it takes as long to look up what is kept as to go through them again.
const fewRows = 256;
// By class the same is true of more.
const fewByClass = 2048;

/** The rows that count are found in it. */
let found = new Int32Array(0);

/**
 * Rows [first, end) of a chunk that are all in one slot of time, as far as they count. What several accumulators need of them by
 * class is worked out once, and kept beside the chunk's columns.
 */
export class SlotRange {
  readonly chunk: Chunk;
  readonly first: number;
  readonly end: number;
  readonly slot: number;
  /** Null: all of them count. */
  readonly counted: Counted | null;
  readonly #kept: KeptFigures | null;
  readonly #isKeptByClass: boolean;
  readonly #name: string;
  #rows: Int32Array | null = null;
  #codes: Uint16Array | null = null;
  #known: Map<string, unknown> | null = null;

  constructor(chunk: Chunk, first: number, end: number, slot: number, counted: Counted | null = null) {
    this.chunk = chunk;
    this.first = first;
    this.end = end;
    this.slot = slot;
    this.counted = counted ?? (chunk.superseded === null ? null : countAll);
    const isKept = chunk.superseded === null && (end - first >= fewRows || end - first === chunk.count);
    this.#kept = isKept ? keptFigures(chunk) : null;
    this.#isKeptByClass = isKept && end - first >= fewByClass;
    this.#name = `${first}-${end} ${this.counted?.name ?? ''}`;
  }

  /** Whether its calls are gone through about as soon as figures of them are looked up. */
  get isFew(): boolean {
    return this.end - this.first < fewByClass && this.chunk.superseded === null && !this.chunk.isDelta;
  }

  /** The same calls in another slot. */
  inSlot(slot: number): SlotRange {
    return new SlotRange(this.chunk, this.first, this.end, slot, this.counted);
  }

  /** The code of each call's class. */
  codes(): Uint16Array {
    const { classCode } = this.chunk;
    this.#codes ??= this.#pick(classCode, (size) => new Uint16Array(size));
    return this.#codes;
  }

  /** A column of the calls. */
  int32(name: Int32Column): Int32Array {
    return this.#pick(this.chunk.int32(name), (size) => new Int32Array(size));
  }

  /** Of each call; the next asking may overwrite it. */
  seconds({ ofRows, ofRange }: SecondsReaders): Int32Array {
    const { chunk, first, end } = this;
    const rows = this.#rowsOf();
    if (!rows) return ofRange(chunk, first, end).subarray(0, end - first);
    const seconds = new Int32Array(rows.length);
    ofRows(chunk, rows, rows.length, seconds);
    return seconds;
  }

  /** Null: all from the first to the last. */
  #rowsOf(): Int32Array | null {
    if (!this.counted) return null;
    if (!this.#rows) {
      const { chunk, first, end } = this;
      if (found.length < end - first) found = new Int32Array(Math.max(end - first, 2 * found.length));
      this.#rows = found.slice(0, this.counted.select(chunk, first, end, found));
    }
    return this.#rows;
  }

  #pick<Column extends Int32Array | Uint16Array>(column: Column, make: (size: number) => Column): Column {
    const rows = this.#rowsOf();
    if (!rows) return column.subarray(this.first, this.end) as Column;
    const picked = make(rows.length);
    for (let k = 0; k < rows.length; k++) picked[k] = column[rows[k] as number] as number;
    return picked;
  }

  /** How many calls there are of each class, by its code. */
  classCounts(): Uint32Array {
    return this.#once('classes', 4, () => {
      const counts = new Uint32Array(this.chunk.classes.length);
      const codes = this.codes();
      for (let k = 0; k < codes.length; k++) {
        const code = codes[k] as number;
        counts[code] = (counts[code] as number) + 1;
      }
      return counts;
    });
  }

  sumsOf(field: SpanField): SpanSums {
    return this.#once(`sums of ${field}`, 12, () => {
      const { classes } = this.chunk;
      const codes = this.codes();
      const values = this.int32(field);
      const counts = new Uint32Array(classes.length);
      const sums = new Float64Array(classes.length);
      for (let k = 0; k < codes.length; k++) {
        const value = values[k] as number;
        if (value === noValue) continue;
        const code = codes[k] as number;
        counts[code] = (counts[code] as number) + 1;
        sums[code] = (sums[code] as number) + value;
      }
      return { counts, sums };
    });
  }

  extremesOf(field: SpanField): SpanExtremes {
    return this.#once(`extremes of ${field}`, 8, () => {
      const { classes } = this.chunk;
      const codes = this.codes();
      const values = this.int32(field);
      const mins = new Int32Array(classes.length).fill(2 ** 31 - 1);
      const maxs = new Int32Array(classes.length).fill(noValue);
      for (let k = 0; k < codes.length; k++) {
        const value = values[k] as number;
        if (value === noValue) continue;
        const code = codes[k] as number;
        if (value < (mins[code] as number)) mins[code] = value;
        if (value > (maxs[code] as number)) maxs[code] = value;
      }
      return { mins, maxs };
    });
  }

  /** How many calls there are of each coin value, by its code. */
  coinCounts(): Uint32Array {
    const { codes, values } = this.chunk.words('coins');
    return this.#once('coins', (4 * values.length) / this.chunk.classes.length, () => {
      const counts = new Uint32Array(values.length);
      const own = this.#pick(codes, (size) => new Uint16Array(size));
      for (let k = 0; k < own.length; k++) {
        const code = own[k] as number;
        counts[code] = (counts[code] as number) + 1;
      }
      return counts;
    });
  }

  /** How many calls there are by class and seconds; null where it is not known: each call then tells. */
  secondsCounts(of: Seconds, readers: SecondsReaders): SecondsCounts | null {
    if (!this.#kept || !this.#isKeptByClass) return null;
    return this.#kept.getAgain(`${this.#name}seconds of ${typeof of === 'string' ? of : JSON.stringify(of)}`, () => {
      const figures = countSeconds(this.codes(), this.seconds(readers), this.chunk.classes.length);
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

  #once<Figures>(name: string, bytesOfClass: number, work: () => Figures): Figures {
    const make = () => ({ figures: work(), bytes: bytesOfClass * this.chunk.classes.length });
    if (this.#kept && this.#isKeptByClass) return this.#kept.get(this.#name + name, make);
    this.#known ??= new Map();
    const known = this.#known.get(name) as Figures | undefined;
    if (known !== undefined) return known;
    const figures = work();
    this.#known.set(name, figures);
    return figures;
  }
}
