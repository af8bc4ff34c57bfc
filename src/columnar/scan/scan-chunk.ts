import type { Accumulator } from '../accumulators/accumulator.ts';
import type { AddRows, RowRange } from '../accumulators/add-rows.ts';
import type { Chunk } from '../store/chunk.ts';
import type { CutRowRanges } from './cut-row-ranges.ts';
import type { FiguresOfRange, RangeFigures } from './range-figures.ts';
import type { SlotRange } from './slot-range.ts';

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

// Ranges of fewer rows are added row by row: what is done for each range would take longer.
const rowsOfRange = 32;

/** What adding a chunk takes; `figuresOf` is null where no figures are kept. */
export type ChunkScan = {
  cut: CutRowRanges['cut'];
  figuresOf: FiguresOfRange | null;
  gathering: Gathering;
  addRows: AddRows;
};

/** Where time alone tells the slot: calls are added range by range. */
export function compileRangeScan({ cut, figuresOf, gathering, addRows }: ChunkScan): AddChunk {
  const { addFigures, unkept, others } = gathering;
  return ({ chunk, first, end }, isAdded) => {
    const ranges = cut(chunk, first, end);
    if (ranges.length > 1 && ranges.length * rowsOfRange > end - first) {
      addRows(chunk, [{ first, end }], isAdded ? others : [...unkept(), ...others]);
      return null;
    }
    const known: KnownPart[] = [];
    for (const range of ranges) {
      const figures = isAdded ? null : figuresOf?.(range);
      if (figures) {
        addFigures(figures, range.slot);
        known.push(partOf(range, figures));
      } else if (!isAdded) for (const accumulator of unkept()) accumulator.addRange(range);
      for (const accumulator of others) accumulator.addRange(range);
    }
    return known.length === ranges.length ? known : null;
  };
}

/** Where groups tell the slot: calls are added row by row, but for ranges of which figures are kept. */
export function compileGroupScan({ cut, figuresOf, gathering, addRows }: ChunkScan): AddChunk {
  const { addFigures, unkept, others } = gathering;
  return ({ chunk, first, end }, isAdded) => {
    const all = [{ first, end }];
    if (isAdded) {
      if (others.length > 0) addRows(chunk, all, others);
      return null;
    }
    if (!figuresOf || chunk.superseded !== null) {
      addRows(chunk, all, [...unkept(), ...others]);
      return null;
    }
    const ranges = cut(chunk, first, end);
    const unknown: RowRange[] = [];
    const known: KnownPart[] = [];
    for (const range of ranges) {
      const figures = figuresOf(range);
      if (figures) {
        addFigures(figures, range.slot);
        known.push(partOf(range, figures));
      } else unknown.push(range);
    }
    if (unknown.length === ranges.length) {
      addRows(chunk, all, [...unkept(), ...others]);
      return null;
    }
    if (unknown.length > 0) addRows(chunk, unknown, unkept());
    if (others.length > 0) addRows(chunk, all, others);
    return unknown.length === 0 ? known : null;
  };
}

function partOf({ chunk, first, slot }: SlotRange, figures: RangeFigures): KnownPart {
  return { at: chunk.startedAt[first] as number, slot, figures };
}
