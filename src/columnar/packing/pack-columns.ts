import { type ColumnName, type ColumnVersions, columnNames, columns } from '../columns.ts';
import type { CallColumns } from '../store/call-columns.ts';
import { packNumbers, unpackNumbers } from './pack-numbers.ts';

// Steps and spans are small numbers, most of them whole seconds.
const wholeSeconds = [1000, 1];

/** Each column of calls as bytes; null: one that is not stored. */
export function packColumns({ of }: CallColumns, versions: ColumnVersions): Record<ColumnName, Buffer> {
  const pack = (name: ColumnName): Buffer => {
    const { kind } = columns[name];
    if (kind === 'start') return packNumbers(steps(of[name]), wholeSeconds);
    return kind === 'moment' ? packNumbers(later(of[name], of.startedAt), wholeSeconds) : packNumbers(of[name]);
  };
  const packed = columnNames.map((name) => [name, name in versions ? pack(name) : null]);
  return Object.fromEntries(packed) as Record<ColumnName, Buffer>;
}

/** How much later moments are than the starts of their calls. */
function later(moments: Float64Array, startedAt: Float64Array): Float64Array {
  const told = new Float64Array(moments.length);
  for (let i = 0; i < moments.length; i++) told[i] = (moments[i] as number) - (startedAt[i] as number);
  return told;
}

/** How much later each call began than the one before it; the chunk itself tells when the first one did. */
function steps(values: Float64Array): Float64Array {
  const told = new Float64Array(values.length);
  for (let i = 1; i < values.length; i++) told[i] = (values[i] as number) - (values[i - 1] as number);
  return told;
}

/** The starts of calls, the first of which is known. */
export function unpackStarts(packed: Buffer, count: number, first: number): Float64Array {
  const told = unpackNumbers(packed, new Float64Array(count), Number.NaN);
  let at = first;
  for (let i = 0; i < count; i++) {
    at += told[i] as number;
    told[i] = at;
  }
  return told;
}

/** Moments, from what they are later than the starts. */
export function unpackMoments(packed: Buffer, startedAt: Float64Array): Float64Array {
  const moments = unpackNumbers(packed, new Float64Array(startedAt.length), Number.NaN);
  for (let i = 0; i < moments.length; i++) moments[i] = (moments[i] as number) + (startedAt[i] as number);
  return moments;
}
