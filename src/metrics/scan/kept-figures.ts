import type { Chunk } from '../../packed-calls/chunk.ts';

// A chunk may be made anew for each question; the columns that stay in memory are what is the same.
const kept = new WeakMap<Uint16Array, Map<string, unknown>>();

/** What has been worked out of a whole chunk, for as long as its columns stay in memory. */
export function keptFigures({ classCode }: Chunk): Map<string, unknown> {
  let figures = kept.get(classCode);
  if (!figures) {
    figures = new Map();
    kept.set(classCode, figures);
  }
  return figures;
}
