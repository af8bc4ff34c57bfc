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
