import type { ChunkWords } from '../store/call-chunk.table.ts';
import { type CallColumns, columnNames, emptyColumns, type PackedColumnName } from '../store/call-columns.ts';
import { packNumbers, unpackNumbers } from './pack-numbers.ts';

/** Moments are kept as what they are later than the start: small numbers, most of them whole seconds. */
const sinceStart: ReadonlySet<PackedColumnName> = new Set(['legAPickedAt', 'legBStartedAt', 'answeredAt', 'endedAt']);
const wholeSeconds = [1000, 1];

/** Each column of calls as bytes. */
export function packColumns({ of }: CallColumns): Record<PackedColumnName, Buffer> {
  const pack = (name: PackedColumnName): Buffer => {
    const values = of[name];
    if (name === 'startedAt') return packNumbers(steps(values), wholeSeconds);
    return sinceStart.has(name) ? packNumbers(later(values, of.startedAt), wholeSeconds) : packNumbers(values);
  };
  return Object.fromEntries(columnNames.map((name) => [name, pack(name)])) as Record<PackedColumnName, Buffer>;
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

/** All columns of a chunk. */
export function unpackColumns(
  chunk: Record<PackedColumnName, Buffer> & { callCount: number; firstStartedAt: number; words: ChunkWords },
): CallColumns {
  const { callCount: count, words } = chunk;
  const of = emptyColumns(count);
  of.startedAt = unpackStarts(chunk.startedAt, count, chunk.firstStartedAt);
  for (const name of columnNames) {
    if (sinceStart.has(name)) of[name] = unpackMoments(chunk[name], of.startedAt);
    else if (name !== 'startedAt') unpackNumbers(chunk[name], of[name], Number.NaN);
  }
  return { count, of, ...words };
}
