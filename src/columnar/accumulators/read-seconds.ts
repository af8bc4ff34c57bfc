import type { ElapsedSeconds, InstantField, SpanField } from '../../query/predicate.ts';
import { classTable } from '../scan/row-filter.ts';
import { type Chunk, noValue } from '../store/chunk.ts';
import { classNumbersOf } from './class-numbers.ts';

/** What seconds are counted of: a field, or the time from one moment to another. */
export type Seconds = SpanField | ElapsedSeconds;

/** Puts the seconds of the first `count` of `rows` of a chunk into `seconds`; noValue for a missing one. */
export type ReadSeconds = (chunk: Chunk, rows: Int32Array, count: number, seconds: Int32Array) => void;

const greatest = 2 ** 31 - 1;

export function compileSeconds(of: Seconds): ReadSeconds {
  if (typeof of === 'string') {
    return (chunk, rows, count, seconds) => {
      const values = chunk.int32(of);
      for (let k = 0; k < count; k++) seconds[k] = values[rows[k] as number] as number;
    };
  }
  const { from, until } = of;
  const isWhen = classTable(until.when);
  return (chunk, rows, count, seconds) => {
    const holds = classNumbersOf(chunk.classes).map((number) => isWhen[number] as number);
    const { classCode } = chunk;
    const starts = momentsOf(chunk, from);
    const ends = endsOf(chunk, until);
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number;
      const end = ends[holds[classCode[row] as number] as 0 | 1][row] as number;
      seconds[k] = wholeSeconds(end - (starts[row] as number));
    }
  };
}

function wholeSeconds(ms: number): number {
  const elapsed = Math.floor(ms / 1000);
  // No threshold lies as far as what a column of 32 bits cannot hold.
  if (elapsed <= greatest && elapsed >= -greatest) return elapsed;
  return Number.isNaN(ms) ? noValue : elapsed > 0 ? greatest : -greatest;
}

/** By whether it holds: taken from a list, since a branch would be guessed wrong as often as not. */
function endsOf(chunk: Chunk, { is, otherwise }: ElapsedSeconds['until']): [Float64Array, Float64Array] {
  return [momentsOf(chunk, otherwise), momentsOf(chunk, is)];
}

function momentsOf(chunk: Chunk, field: InstantField): Float64Array {
  return field === 'startedAt' ? chunk.startedAt : chunk.moment(field);
}

/** How many calls there are of each class, by its code, with so many seconds: one entry for each combination that occurs. */
export type SecondsCounts = { codes: Uint16Array; seconds: Int32Array; counts: Uint32Array };

// Seconds below are counted at places of a table, at its end the missing ones; there are few others.
const places = 4096;
const missing = places - 1;

let table = new Uint32Array(0);
let touched = new Int32Array(0);

/** Counts calls given by the codes of their classes and by their seconds, which may be noValue. */
export function countSeconds(codes: Uint16Array, seconds: Int32Array, classCount: number): SecondsCounts {
  if (table.length < classCount * places) table = new Uint32Array(classCount * places);
  if (touched.length < codes.length) touched = new Int32Array(codes.length);
  const others = new Map<number, number>();
  let found = 0;
  for (let k = 0; k < codes.length; k++) {
    const value = seconds[k] as number;
    const code = codes[k] as number;
    const isAtPlace = (value >= 0 && value < missing) || value === noValue;
    if (!isAtPlace) {
      const key = value * 2 ** 16 + code;
      others.set(key, (others.get(key) ?? 0) + 1);
      continue;
    }
    const place = code * places + (value === noValue ? missing : value);
    const count = table[place] as number;
    if (count === 0) touched[found++] = place;
    table[place] = count + 1;
  }
  const size = found + others.size;
  const made = { codes: new Uint16Array(size), seconds: new Int32Array(size), counts: new Uint32Array(size) };
  for (let i = 0; i < found; i++) {
    const place = touched[i] as number;
    const value = place % places;
    made.codes[i] = (place - value) / places;
    made.seconds[i] = value === missing ? noValue : value;
    made.counts[i] = table[place] as number;
    table[place] = 0;
  }
  for (const [key, count] of others) {
    const value = Math.floor(key / 2 ** 16);
    made.codes[found] = key - value * 2 ** 16;
    made.seconds[found] = value;
    made.counts[found++] = count;
  }
  return made;
}
