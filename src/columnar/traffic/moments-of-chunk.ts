import { keptFigures } from '../cache/kept-figures.ts';
import type { Chunk } from '../store/chunk.ts';
import { cellMs } from './minute-profile.ts';
import type { ChunkMinutes } from './minutes-of-chunk.ts';
import { compileOccupiedRows } from './occupied-rows.ts';

/** Moments in the order of the minutes that they are in, as milliseconds since the first of these; `before` each, how many. */
export type MomentsByMinute = { moments: Uint32Array; before: Uint32Array };
/** When the calls of a whole chunk begin and end. */
export type ChunkMoments = { starts: MomentsByMinute; ends: MomentsByMinute };

const always = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, now: 0, test: { all: [] } };
const rowsOf = compileOccupiedRows(always);

/** Those of a chunk whose minutes are known. */
export function momentsOfChunk(chunk: Chunk, { profile }: ChunkMinutes): ChunkMoments {
  return keptFigures(chunk).get('moments', () => {
    const { count, starts, ends } = rowsOf(chunk);
    const { begun, ended } = profile.counted();
    const figures = {
      starts: { moments: inMinutes(starts, count, profile.from, begun), before: begun },
      ends: { moments: inMinutes(ends, count, profile.from, ended), before: ended },
    };
    return { figures, bytes: 8 * (count + begun.length) };
  });
}

function inMinutes(moments: Float64Array, count: number, from: number, before: Uint32Array): Uint32Array {
  const ordered = new Uint32Array(count);
  const places = before.slice();
  for (let k = 0; k < count; k++) {
    const ms = (moments[k] as number) - from;
    const cell = Math.floor(ms / cellMs);
    const place = places[cell] as number;
    ordered[place] = ms;
    places[cell] = place + 1;
  }
  return ordered;
}
