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
