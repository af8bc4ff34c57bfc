import { keptFigures } from '../cache/kept-figures.ts';
import type { Chunk } from '../store/chunk.ts';
import { cellMs, MinuteProfile } from './minute-profile.ts';
import { compileOccupiedRows } from './occupied-rows.ts';

/** What goes on in the minutes of the clock in which the calls of a whole chunk do, and when the last of them ends. */
export type ChunkMinutes = { profile: MinuteProfile; endsAt: number };

// A call that lasts for weeks would make many minutes for little.
const maxMinutes = 10_000;
const bytesOfMinute = 24;
const isLive = ({ status }: Chunk['classes'][number]) => status === 'RINGING' || status === 'IN_PROGRESS';

/** Those of a chunk; null where they depend on the moment of asking, or are too many. */
export function minutesOfChunk(chunk: Chunk): ChunkMinutes | null {
  if (chunk.superseded !== null || chunk.count === 0 || chunk.classes.some(isLive)) return null;
  return keptFigures(chunk).get('minutes', () => {
    const figures = findMinutes(chunk);
    return { figures, bytes: (figures?.profile.cells ?? 0) * bytesOfMinute };
  });
}

function findMinutes(chunk: Chunk): ChunkMinutes | null {
  const everything = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, now: 0, test: { all: [] } };
  const rows = compileOccupiedRows(everything)(chunk);
  const from = Math.floor((chunk.startedAt[0] as number) / cellMs) * cellMs;
  let endsAt = from;
  for (let k = 0; k < rows.count; k++) if ((rows.ends[k] as number) > endsAt) endsAt = rows.ends[k] as number;
  const to = (Math.floor(endsAt / cellMs) + 1) * cellMs;
  if ((to - from) / cellMs > maxMinutes) return null;
  const profile = new MinuteProfile(from, to);
  profile.add(rows);
  return { profile, endsAt };
}

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
