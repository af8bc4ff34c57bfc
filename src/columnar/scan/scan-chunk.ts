import type { Accumulator, Batch } from '../accumulators/accumulator.ts';
import type { Chunk } from '../store/chunk.ts';
import type { CutRowRanges, SlotRange } from './cut-row-ranges.ts';
import type { FiguresOfRange, RangeFigures } from './range-figures.ts';
import type { SelectRows } from './select-rows.ts';
import type { PlaceRows } from './slot-plan.ts';

/** Rows [first, end). */
export type RowRange = { first: number; end: number };

/** What a scan gathers. */
export type Gathering = {
  /** Takes figures that are kept. */
  addFigures: (figures: RangeFigures, slot: number) => void;
  /** Accumulators for calls of which none are kept. */
  unkept: () => readonly Accumulator[];
  /** Accumulators for what figures do not tell. */
  others: readonly Accumulator[];
};

/** Figures of calls that began from a moment on, all in one slot. */
export type KnownPart = { at: number; slot: number; figures: RangeFigures };

/**
 * Adds the calls of rows of a chunk; where `isAdded`, only to what figures do not tell. Gives the figures of its ranges where
 * those of all are kept; null where not.
 */
export type AddChunk = (part: RowRange & { chunk: Chunk }, isAdded: boolean) => readonly KnownPart[] | null;

// Ranges of fewer rows are added together: what is done for each range would take longer.
const rowsOfRange = 32;

/** What adding a chunk takes; `figuresOf` is null where no figures are kept. */
export type ChunkScan = {
  cut: CutRowRanges['cut'];
  figuresOf: FiguresOfRange | null;
  gathering: Gathering;
  select: SelectRows;
  place: PlaceRows;
  /** Whether the time in which calls started tells their slot. */
  isByTime: boolean;
};

/** Calls are added row by row, but for ranges of which figures are kept. */
export function compileScan({ cut, figuresOf, gathering, select, place, isByTime }: ChunkScan): AddChunk {
  const { addFigures, unkept, others } = gathering;
  const addRows = compileAddRows(select, place);
  return ({ chunk, first, end }, isAdded) => {
    const unknown = () => (isAdded ? others : [...unkept(), ...others]);
    const ranges = cut(chunk, first, end);
    const isFine = ranges.length > 1 && ranges.length * rowsOfRange > end - first;
    if (isFine || (!isByTime && (isAdded || !figuresOf))) {
      addRows(chunk, { first, end }, unknown());
      return null;
    }
    const known: KnownPart[] = [];
    for (const range of ranges) {
      const figures = isAdded ? null : (figuresOf?.(range) ?? null);
      if (figures) {
        addFigures(figures, range.slot);
        known.push({ at: chunk.startedAt[range.first] as number, slot: range.slot, figures });
      }
      if (figures && others.length === 0) continue;
      addRows(chunk, range, figures ? others : unknown(), isByTime ? range : undefined);
    }
    return known.length === ranges.length ? known : null;
  };
}

/** Adds to accumulators those rows of a chunk that count, each in its slot: in that of `within`, where they are all of it. */
function compileAddRows(select: SelectRows, place: PlaceRows) {
  let rows = new Int32Array(0);
  let slots = new Int32Array(0);
  return (chunk: Chunk, { first, end }: RowRange, accumulators: readonly Accumulator[], within?: SlotRange): void => {
    if (rows.length < end - first) {
      rows = new Int32Array(chunk.count);
      slots = new Int32Array(chunk.count);
    }
    const batch = within
      ? rowsOf(within, select, rows, slots)
      : { chunk, rows, slots, count: place(chunk, rows, select(chunk, first, end, rows), slots) };
    for (const accumulator of accumulators) accumulator.add(batch);
  };
}

/** The calls of a range, which are found when somebody asks for them. */
export function rowsOf(range: SlotRange, select: SelectRows, rows: Int32Array, slots: Int32Array): Batch {
  const { chunk, first, end, slot } = range;
  let found: number | undefined;
  return {
    chunk,
    range,
    rows: range.isAll ? consecutive(first, end) : rows,
    slots,
    get count() {
      if (found === undefined) {
        found = range.isAll ? end - first : select(chunk, first, end, rows);
        slots.fill(slot, 0, found);
      }
      return found;
    },
  };
}

let numbers = new Int32Array(0);

/** The numbers from one up to another. */
function consecutive(first: number, end: number): Int32Array {
  if (numbers.length < end) numbers = Int32Array.from({ length: Math.max(end, 2 ** 14) }, (_, number) => number);
  return numbers.subarray(first, end);
}
