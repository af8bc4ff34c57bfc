import { cellMs, type MinuteProfile } from './minute-profile.ts';
import type { ChunkMoments, MomentsByMinute } from './minutes-of-chunk.ts';
import type { OccupiedRows } from './occupied-rows.ts';
import { sortMoments } from './sort-moments.ts';

/** The moments at which calls begin and end within some cells of a profile, each cell's in order. */
export class MomentsInCells {
  readonly #from: number;
  readonly #starts: Cells;
  readonly #ends: Cells;

  constructor(profile: MinuteProfile, wanted: Uint8Array) {
    this.#from = profile.from;
    this.#starts = new Cells(profile.begun, wanted);
    this.#ends = new Cells(profile.ended, wanted);
  }

  add({ count, starts, ends }: OccupiedRows): void {
    for (let k = 0; k < count; k++) {
      const start = starts[k] as number;
      const end = ends[k] as number;
      this.#starts.add(Math.floor((start - this.#from) / cellMs), start);
      this.#ends.add(Math.floor((end - this.#from) / cellMs), end);
    }
  }

  /** Adds those of a part of the profile that begins with a cell. */
  addPart({ starts, ends }: ChunkMoments, first: number): void {
    const from = this.#from + first * cellMs;
    this.#starts.addPart(starts, first, from);
    this.#ends.addPart(ends, first, from);
  }

  /** In order. */
  startsIn(cell: number): Float64Array {
    return this.#starts.in(cell);
  }

  endsIn(cell: number): Float64Array {
    return this.#ends.in(cell);
  }
}

const noMoments = new Float64Array(0);

class Cells {
  /** Of each wanted cell where its next moment goes; -1 for those that are not wanted. */
  readonly #places: Int32Array;
  readonly #counts: Uint32Array;
  readonly #moments: Float64Array;
  readonly #sorted = new Set<number>();

  constructor(counts: Uint32Array, wanted: Uint8Array) {
    this.#counts = counts;
    this.#places = new Int32Array(counts.length).fill(-1);
    let total = 0;
    for (let cell = 0; cell < counts.length; cell++) {
      if (wanted[cell] !== 1) continue;
      this.#places[cell] = total;
      total += counts[cell] as number;
    }
    this.#moments = new Float64Array(total);
  }

  add(cell: number, ms: number): void {
    const place = this.#places[cell] as number;
    if (place < 0) return;
    this.#moments[place] = ms;
    this.#places[cell] = place + 1;
  }

  addPart({ moments, before }: MomentsByMinute, first: number, from: number): void {
    const cells = Math.min(before.length - 1, this.#places.length - first);
    for (let cell = 0; cell < cells; cell++) {
      let place = this.#places[first + cell] as number;
      if (place < 0) continue;
      const end = before[cell + 1] as number;
      for (let i = before[cell] as number; i < end; i++) this.#moments[place++] = from + (moments[i] as number);
      this.#places[first + cell] = place;
    }
  }

  in(cell: number): Float64Array {
    const end = this.#places[cell] ?? -1;
    if (end < 0) return noMoments;
    const moments = this.#moments.subarray(end - (this.#counts[cell] as number), end);
    if (!this.#sorted.has(cell)) {
      this.#sorted.add(cell);
      sortMoments(moments);
    }
    return moments;
  }
}
