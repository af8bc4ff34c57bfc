import type { OccupiedRows } from './occupied-rows.ts';

export const cellMs = 60_000;

/** What goes on in each minute of a stretch of time, counted without sorting: cells [from + i * cellMs, ...). */
export class MinuteProfile {
  readonly from: number;
  readonly to: number;
  /** How many there are; the one after them holds what ends with the stretch. */
  readonly cells: number;
  readonly begun: Uint32Array;
  readonly ended: Uint32Array;
  occupiedMs = 0;
  readonly #startsIn: Float64Array;
  readonly #endsIn: Float64Array;

  constructor(from: number, to: number) {
    this.from = from;
    this.to = to;
    this.cells = Math.ceil((to - from) / cellMs);
    this.begun = new Uint32Array(this.cells + 1);
    this.ended = new Uint32Array(this.cells + 1);
    this.#startsIn = new Float64Array(this.cells + 1);
    this.#endsIn = new Float64Array(this.cells + 1);
  }

  /** Adds calls, and tells the first and the last cell in which one of them begins or ends. */
  add({ count, starts, ends }: OccupiedRows): { first: number; last: number } {
    const { from, begun, ended } = this;
    const [startsIn, endsIn] = [this.#startsIn, this.#endsIn];
    let [first, last, occupied] = [this.cells, 0, 0];
    for (let k = 0; k < count; k++) {
      const start = (starts[k] as number) - from;
      const end = (ends[k] as number) - from;
      const startCell = Math.floor(start / cellMs);
      const endCell = Math.floor(end / cellMs);
      begun[startCell] = (begun[startCell] as number) + 1;
      ended[endCell] = (ended[endCell] as number) + 1;
      startsIn[startCell] = (startsIn[startCell] as number) + (start - startCell * cellMs);
      endsIn[endCell] = (endsIn[endCell] as number) + (end - endCell * cellMs);
      occupied += end - start;
      if (startCell < first) first = startCell;
      if (endCell > last) last = endCell;
    }
    this.occupiedMs += occupied;
    return { first, last };
  }

  /** Adds what goes on in a stretch of it that begins with a cell; as `add`. */
  addProfile(part: MinuteProfile): { first: number; last: number } {
    const first = (part.from - this.from) / cellMs;
    const count = Math.min(part.cells, this.cells + 1 - first);
    for (let cell = 0; cell < count; cell++) {
      const at = first + cell;
      this.begun[at] = (this.begun[at] as number) + (part.begun[cell] as number);
      this.ended[at] = (this.ended[at] as number) + (part.ended[cell] as number);
      this.#startsIn[at] = (this.#startsIn[at] as number) + (part.#startsIn[cell] as number);
      this.#endsIn[at] = (this.#endsIn[at] as number) + (part.#endsIn[cell] as number);
    }
    this.occupiedMs += part.occupiedMs;
    return { first, last: first + count - 1 };
  }

  /** How many calls begin, and how many end, before each cell. */
  counted(): { begun: Uint32Array; ended: Uint32Array } {
    return { begun: before(this.begun), ended: before(this.ended) };
  }

  /** For how long calls occupied the time from the start to each cell, and to the end. */
  occupiedBefore(): Float64Array {
    const { from, to, cells, begun, ended } = this;
    const occupied = new Float64Array(cells + 1);
    let level = 0;
    let total = 0;
    for (let cell = 0; cell < cells; cell++) {
      const length = Math.min(cellMs, to - from - cell * cellMs);
      total += level * length;
      total += (begun[cell] as number) * length - (this.#startsIn[cell] as number);
      // What ends with a stretch that ends within its last cell is in that cell, and takes nothing away.
      total -= (ended[cell] as number) * length - (this.#endsIn[cell] as number);
      level += (begun[cell] as number) - (ended[cell] as number);
      occupied[cell + 1] = total;
    }
    return occupied;
  }
}

function before(counts: Uint32Array): Uint32Array {
  const sums = new Uint32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) sums[i + 1] = (sums[i] as number) + (counts[i] as number);
  return sums;
}

/** A profile added up from its start: what goes on at each of its cells. */
export class CountedMinutes {
  readonly profile: MinuteProfile;
  /** How many calls begin, and how many end, before each cell. */
  readonly begun: Uint32Array;
  readonly ended: Uint32Array;
  readonly #occupied: Float64Array;

  constructor(profile: MinuteProfile) {
    this.profile = profile;
    const { begun, ended } = profile.counted();
    this.begun = begun;
    this.ended = ended;
    this.#occupied = profile.occupiedBefore();
  }

  /** How many calls go on just before a cell. */
  level(cell: number): number {
    const place = Math.min(cell, this.begun.length - 1);
    return (this.begun[place] as number) - (this.ended[place] as number);
  }

  /** No more calls go on at any moment of a cell. */
  mostIn(cell: number): number {
    return this.level(cell) + (this.profile.begun[cell] as number);
  }

  /** For how long calls occupied the time from the profile's start to a cell, or to its end. */
  until(cell: number): number {
    return this.#occupied[Math.min(cell, this.#occupied.length - 1)] as number;
  }
}
