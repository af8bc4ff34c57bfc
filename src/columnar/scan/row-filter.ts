import { maskText } from '../../access/masking/mask-text.ts';
import { memoize } from '../../memoize.ts';
import { holdLeaf, holdsFor } from '../../query/holds-for.ts';
import { type CallOperand, isEverything, type Leaf, type Predicate } from '../../query/predicate.ts';
import { clockReader } from '../../time/local-clock.ts';
import { classCount, classNumbersOf, classOfNumber } from '../accumulators/class-numbers.ts';
import {
  type ColumnName,
  columns,
  type Int32Column,
  isColumn,
  type MomentColumn,
  type WordColumn,
} from '../columns.ts';
import { type CallClass, type Chunk, noValue } from '../store/chunk.ts';

/** Keeps those of the first `count` of `rows` that a test holds for, in their order, and tells how many they are. */
export type RowFilter = (chunk: Chunk, rows: Int32Array, count: number) => number;

/** The rows of a chunk that started in [from, to), where a newer version of the call is not elsewhere. */
export function fillRows(chunk: Chunk, from: number, to: number, rows: Int32Array): number {
  return fillRange(chunk, firstAtOrAfter(chunk.startedAt, from), firstAtOrAfter(chunk.startedAt, to), rows);
}

/** The same of rows [first, end). */
export function fillRange({ superseded }: Chunk, first: number, end: number, rows: Int32Array): number {
  let count = 0;
  for (let row = first; row < end; row++) {
    if (superseded !== null && superseded[row] === 1) continue;
    rows[count++] = row;
  }
  return count;
}

/** The place of the first of ascending moments that is not before `ms`. */
export function firstAtOrAfter(moments: Float64Array, ms: number): number {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((moments[middle] as number) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Makes the filter of a test once, for any number of chunks. */
export function compileRowFilter(test: Predicate): RowFilter {
  if (isEverything(test)) return (_chunk, _rows, count) => count;
  if (isOfClass(test)) return classFilter(test);
  if ('all' in test) return allFilter(test.all.map(compileRowFilter));
  if ('any' in test) return anyFilter(test.any.map(compileRowFilter));
  if ('not' in test) return notFilter(compileRowFilter(test.not));
  return leafFilter(test);
}

export const classFields: readonly CallOperand[] = [
  'direction',
  'status',
  'disposition',
  'outcome',
  'isLegAPicked',
  'hasRecording',
];

/** Whether a test depends on nothing but the class of a call. */
export function isOfClass(test: Predicate): boolean {
  if ('all' in test) return test.all.every(isOfClass);
  if ('any' in test) return test.any.every(isOfClass);
  if ('not' in test) return isOfClass(test.not);
  return classFields.includes(test.of);
}

/** Whether a test of the class alone holds for a class. */
export function holdForClass(test: Predicate, callClass: CallClass): boolean {
  return holdsFor(test, (operand) => callClass[operand as keyof CallClass]);
}

/** By number of a class: 1 where the test holds. */
export const classTable = memoize(JSON.stringify as (test: Predicate) => string, (test: Predicate): Uint8Array => {
  const table = new Uint8Array(classCount);
  for (let number = 0; number < classCount; number++) {
    table[number] = Number(holdForClass(test, classOfNumber[number] as CallClass));
  }
  return table;
});

function classFilter(test: Predicate): RowFilter {
  const table = classTable(test);
  return ({ classes, classCode }, rows, count) => {
    const holds = classNumbersOf(classes).map((number) => table[number] as number);
    let kept = 0;
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number;
      rows[kept] = row;
      kept += holds[classCode[row] as number] as number;
    }
    return kept;
  };
}

function allFilter(parts: readonly RowFilter[]): RowFilter {
  return (chunk, rows, count) => parts.reduce((kept, part) => (kept === 0 ? 0 : part(chunk, rows, kept)), count);
}

function anyFilter(parts: readonly RowFilter[]): RowFilter {
  return (chunk, rows, count) => {
    const marks = new Uint8Array(chunk.count);
    for (const part of parts) mark(part, chunk, rows, count, marks);
    return keepMarked(rows, count, marks, 1);
  };
}

function notFilter(part: RowFilter): RowFilter {
  return (chunk, rows, count) => {
    const marks = new Uint8Array(chunk.count);
    mark(part, chunk, rows, count, marks);
    return keepMarked(rows, count, marks, 0);
  };
}

function mark(filter: RowFilter, chunk: Chunk, rows: Int32Array, count: number, marks: Uint8Array): void {
  const copy = rows.slice(0, count);
  const kept = filter(chunk, copy, count);
  for (let k = 0; k < kept; k++) marks[copy[k] as number] = 1;
}

function keepMarked(rows: Int32Array, count: number, marks: Uint8Array, wanted: 0 | 1): number {
  let kept = 0;
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number;
    if (marks[row] === wanted) rows[kept++] = row;
  }
  return kept;
}

function leafFilter(leaf: Leaf): RowFilter {
  const { of } = leaf;
  if (typeof of === 'object') {
    if ('shown' in of) return wordFilter(leaf, of.shown as WordColumn, maskText);
    if ('until' in of) throw new Error('elapsed seconds are no field of a filter');
    const readClock = clockReader(of);
    return keepRows((chunk, row) => holdLeaf(leaf, readClock(chunk.startedAt[row] as number)));
  }
  if (of === 'accountId') return (chunk, _rows, count) => (holdLeaf(leaf, chunk.accountId) ? count : 0);
  if (!isColumn(of)) throw new Error(`${of} is not packed`);
  return columns[of].kind === 'words' ? wordFilter(leaf, of as WordColumn) : numberFilter(leaf, of);
}

function keepRows(holds: (chunk: Chunk, row: number) => boolean): RowFilter {
  return (chunk, rows, count) => {
    let kept = 0;
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number;
      if (holds(chunk, row)) rows[kept++] = row;
    }
    return kept;
  };
}

const asItIs = (text: string) => text;

/** Each different text of a chunk is looked at once: as it is, or as it is shown. */
function wordFilter(leaf: Leaf, of: WordColumn, shown: (text: string) => string = asItIs): RowFilter {
  return (chunk, rows, count) => {
    const { codes, values } = chunk.words(of);
    const holds = Uint8Array.from(values, (value) => Number(holdLeaf(leaf, value === null ? null : shown(value))));
    let kept = 0;
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number;
      if (holds[codes[row] as number] === 1) rows[kept++] = row;
    }
    return kept;
  };
}

type Numbers = Int32Array | Float64Array;
type NumberTest = (values: Numbers, missing: number, rows: Int32Array, count: number) => number;

function numberFilter(leaf: Leaf, field: ColumnName): RowFilter {
  const keep = compileNumberTest(leaf);
  return (chunk, rows, count) => {
    const values = numbersOf(chunk, field);
    return keep(values, values instanceof Int32Array ? noValue : Number.NaN, rows, count);
  };
}

/** The numbers that a chunk holds for a column; noValue or NaN stand for missing ones. */
function numbersOf(chunk: Chunk, name: ColumnName): Numbers {
  switch (columns[name].kind) {
    case 'start':
      return chunk.startedAt;
    case 'id':
      return chunk.id();
    case 'moment':
      return chunk.moment(name as MomentColumn);
    default:
      return chunk.int32(name as Int32Column);
  }
}

function compileNumberTest(leaf: Leaf): NumberTest {
  if ('isMissing' in leaf) return isMissing;
  if ('in' in leaf) return isOneOf(leaf.in.map(Number));
  const value = Number(leaf.value);
  // Whole numbers: every comparison is one of two.
  switch (leaf.is) {
    case 'gt':
      return isAtLeast(value + 1);
    case 'gte':
      return isAtLeast(value);
    case 'lt':
      return isAtMost(value - 1);
    case 'lte':
      return isAtMost(value);
    default:
      throw new Error(`${leaf.is} compares texts`);
  }
}

const isMissing: NumberTest = (values, missing, rows, count) => {
  let kept = 0;
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number;
    const value = values[row] as number;
    if (Number.isNaN(value) || value === missing) rows[kept++] = row;
  }
  return kept;
};

function isAtLeast(least: number): NumberTest {
  return (values, missing, rows, count) => {
    let kept = 0;
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number;
      const value = values[row] as number;
      if (value >= least && value !== missing) rows[kept++] = row;
    }
    return kept;
  };
}

function isAtMost(most: number): NumberTest {
  return (values, missing, rows, count) => {
    let kept = 0;
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number;
      const value = values[row] as number;
      if (value <= most && value !== missing) rows[kept++] = row;
    }
    return kept;
  };
}

function isOneOf(wanted: readonly number[]): NumberTest {
  const [only] = wanted;
  const set = new Set(wanted);
  const table = tableOf(wanted);
  if (table) {
    return (values, _missing, rows, count) => {
      let kept = 0;
      for (let k = 0; k < count; k++) {
        const row = rows[k] as number;
        const value = values[row] as number;
        // A missing value is below 0, or no number.
        if (value >= 0 && value < table.length && table[value] === 1) rows[kept++] = row;
      }
      return kept;
    };
  }
  return (values, missing, rows, count) => {
    let kept = 0;
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number;
      const value = values[row] as number;
      if ((value === only || (set.size > 1 && set.has(value))) && value !== missing) rows[kept++] = row;
    }
    return kept;
  };
}

// Ids of participants count from 1 upwards.
const maxTableSize = 2 ** 20;

/** 1 at each of some numbers; null where one of them is too large, or no place of a table. */
function tableOf(numbers: readonly number[]): Uint8Array | null {
  const isPlace = (number: number) => Number.isInteger(number) && number >= 0 && number < maxTableSize;
  if (numbers.length === 0 || !numbers.every(isPlace)) return null;
  const table = new Uint8Array(Math.max(...numbers) + 1);
  for (const number of numbers) table[number] = 1;
  return table;
}
