import type { ElapsedSeconds, InstantField, SpanField } from '../../calls/call-operand.ts';
import { type Chunk, noValue } from '../../packed-calls/chunk.ts';
import { classNumbersOf } from './class-numbers.ts';
import { classTable } from './row-filter.ts';
import type { Batch } from './tally.ts';

/** What seconds are counted of: a field, or the time from one moment to another. */
export type Seconds = SpanField | ElapsedSeconds;

/** Puts the seconds of each row of a batch into `seconds`; noValue for a missing one. */
export type ReadSeconds = (batch: Batch, seconds: Int32Array) => void;

const greatest = 2 ** 31 - 1;

export function compileSeconds(of: Seconds): ReadSeconds {
  if (typeof of === 'string') {
    return ({ chunk, rows, count }, seconds) => {
      const values = chunk.int32(of);
      for (let k = 0; k < count; k++) seconds[k] = values[rows[k] as number] as number;
    };
  }
  const { from, until } = of;
  const isWhen = classTable(until.when);
  return ({ chunk, rows, count }, seconds) => {
    const holds = classNumbersOf(chunk.classes).map((number) => isWhen[number] as number);
    const { classCode } = chunk;
    const starts = momentsOf(chunk, from);
    const ends = momentsOf(chunk, until.is);
    const otherEnds = momentsOf(chunk, until.otherwise);
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number;
      const end = (holds[classCode[row] as number] === 1 ? ends[row] : otherEnds[row]) as number;
      const elapsed = Math.floor((end - (starts[row] as number)) / 1000);
      // No threshold lies as far as what a column of 32 bits cannot hold.
      seconds[k] = Number.isNaN(elapsed) ? noValue : Math.min(Math.max(elapsed, -greatest), greatest);
    }
  };
}

/** The seconds of rows [first, end) of a chunk, from place 0. */
export type ReadRun = (chunk: Chunk, first: number, end: number) => Int32Array;

export function compileRunSeconds(of: Seconds): ReadRun {
  if (typeof of === 'string') return (chunk, first, end) => chunk.int32(of).subarray(first, end);
  const read = compileSeconds(of);
  return (chunk, first, end) => {
    const count = end - first;
    const seconds = new Int32Array(count);
    const rows = Int32Array.from({ length: count }, (_, k) => first + k);
    read({ chunk, rows, slots: rows, count }, seconds);
    return seconds;
  };
}

function momentsOf(chunk: Chunk, field: InstantField): Float64Array {
  return field === 'startedAt' ? chunk.startedAt : chunk.instant(field);
}
