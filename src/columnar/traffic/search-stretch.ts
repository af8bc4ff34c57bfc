import type { LoopYield } from '../scan/loop-yield.ts';
import type { Stretch } from '../scan/observed-time.ts';
import { firstAtOrAfter } from '../scan/row-filter.ts';
import { type CountedMinutes, cellMs } from './minute-profile.ts';
import type { MomentsInCells } from './moments-in-cells.ts';

const hourMs = 3_600_000;
const cellsOfHour = hourMs / cellMs;

/** How many calls go on at most, and the first moment at which they do; null where none goes on. */
export type Peak = { peak: number; peakAt: number | null };
/** An hour by its start, and for how long calls occupied it, all together. */
export type Hour = { start: number; occupiedMs: number };

/**
 * Finds peak and busiest hour of a stretch of time that begins with a minute. Minutes tell where they may be; the moments
 * of those minutes tell the rest.
 */
export class StretchSearch {
  readonly #minutes: CountedMinutes;
  readonly #stretch: Stretch;
  readonly #first: number;
  readonly #end: number;
  readonly #peakCells: number[] = [];
  readonly #hourCells: number[] = [];
  #bestOfMinutes: Hour;

  /** Marks in `wanted` the cells whose moments it needs. */
  constructor(minutes: CountedMinutes, stretch: Stretch, wanted: Uint8Array) {
    const { from } = minutes.profile;
    this.#minutes = minutes;
    this.#stretch = stretch;
    this.#first = Math.round((stretch.from - from) / cellMs);
    this.#end = Math.ceil((stretch.to - from) / cellMs);
    this.#bestOfMinutes = { start: stretch.from, occupiedMs: 0 };
    this.#choosePeakCells(wanted);
    if (stretch.to - stretch.from >= hourMs) this.#chooseHourCells(wanted);
  }

  /** For how long calls occupied it, all together. */
  occupiedMs(): number {
    return this.#minutes.until(this.#end) - this.#minutes.until(this.#first);
  }

  async findPeak(moments: MomentsInCells, loopYield: LoopYield): Promise<Peak> {
    const minutes = this.#minutes;
    let { peak, peakAt } = this.#atStart(moments);
    // Where most may go on comes first: then most of the others need no look.
    for (const cell of this.#peakCells.sort((a, b) => minutes.mostIn(b) - minutes.mostIn(a))) {
      if (minutes.mostIn(cell) < peak) break;
      const starts = moments.startsIn(cell);
      const ends = moments.endsIn(cell);
      let ended = 0;
      for (let i = 0; i < starts.length; i++) {
        const ms = starts[i] as number;
        // A call that ends at a moment is over when another begins at it.
        while (ended < ends.length && (ends[ended] as number) <= ms) ended++;
        const level = minutes.level(cell) + i + 1 - ended;
        const isFirst = level > peak || (level === peak && ms < (peakAt ?? Number.POSITIVE_INFINITY));
        if (!isFirst) continue;
        peak = level;
        peakAt = ms;
      }
      await loopYield.take();
    }
    return { peak, peakAt };
  }

  /** The earliest of its busiest hours; null where it is shorter, or nothing goes on. */
  async findBusyHour(moments: MomentsInCells, loopYield: LoopYield): Promise<Hour | null> {
    let best = this.#bestOfMinutes;
    for (const cell of this.#hourCells.sort((a, b) => this.#mostFrom(b) - this.#mostFrom(a) || a - b)) {
      if (this.#mostFrom(cell) < best.occupiedMs) break;
      best = betterHour(best, this.#busiestFrom(cell, moments));
      await loopYield.take();
    }
    return best.occupiedMs === 0 ? null : best;
  }

  /** What goes on from before it, at its first moment. */
  #atStart(moments: MomentsInCells): Peak {
    const over = firstAtOrAfter(moments.endsIn(this.#first), this.#stretch.from + 1);
    const carried = this.#minutes.level(this.#first) - over;
    return carried > 0 ? { peak: carried, peakAt: this.#stretch.from } : { peak: 0, peakAt: null };
  }

  /** Those in which more may go on than goes on at the start of any but the first. */
  #choosePeakCells(wanted: Uint8Array): void {
    const minutes = this.#minutes;
    const [first, end] = [this.#first, this.#end];
    let reached = 0;
    for (let cell = first + 1; cell <= end; cell++) reached = Math.max(reached, minutes.level(cell));
    // What ends at its first moment is not part of it.
    wanted[first] = 1;
    for (let cell = first; cell < end; cell++) {
      if (minutes.profile.begun[cell] === 0 || minutes.mostIn(cell) < reached) continue;
      this.#peakCells.push(cell);
      wanted[cell] = 1;
    }
  }

  /** No hour that starts in a cell is occupied for longer. */
  #mostFrom(cell: number): number {
    return this.#minutes.until(cell + cellsOfHour + 1) - this.#minutes.until(cell);
  }

  /** Those in which an hour could start that beats the best that starts on a full minute. */
  #chooseHourCells(wanted: Uint8Array): void {
    const { from, to } = this.#stretch;
    const minutes = this.#minutes;
    const end = this.#first + Math.floor((to - hourMs - from) / cellMs) + 1;
    for (let cell = this.#first; cell < end; cell++) {
      const occupiedMs = minutes.until(cell + cellsOfHour) - minutes.until(cell);
      if (occupiedMs > this.#bestOfMinutes.occupiedMs) this.#bestOfMinutes = { start: this.#startOf(cell), occupiedMs };
    }
    const least = Math.max(this.#bestOfMinutes.occupiedMs, 1);
    for (let cell = this.#first; cell < end; cell++) {
      if (this.#mostFrom(cell) < least) continue;
      this.#hourCells.push(cell);
      for (const near of [cell, cell + 1, cell + cellsOfHour, cell + cellsOfHour + 1]) {
        if (near < wanted.length) wanted[near] = 1;
      }
    }
  }

  #startOf(cell: number): number {
    return this.#minutes.profile.from + cell * cellMs;
  }

  /**
   * The earliest of the busiest hours that start in a cell. As an hour moves, its traffic changes at the rate of the calls
   * at its end less those at its start: by one more or less wherever a call begins or ends at either.
   */
  #busiestFrom(cell: number, moments: MomentsInCells): Hour {
    const first = this.#startOf(cell);
    const last = Math.min(first + cellMs, this.#stretch.to - hourMs);
    const near = edgeOf(moments, cell, 0);
    const far = edgeOf(moments, cell + cellsOfHour, hourMs);
    let start = first;
    let occupiedMs = this.#minutes.until(cell + cellsOfHour) - this.#minutes.until(cell);
    let best: Hour = { start, occupiedMs };
    near.passUpTo(start);
    far.passUpTo(start);
    const levelDifference = this.#minutes.level(cell + cellsOfHour) - this.#minutes.level(cell);
    while (start < last) {
      const next = Math.min(last, near.next(), far.next());
      occupiedMs += (levelDifference + far.change() - near.change()) * (next - start);
      start = next;
      if (occupiedMs > best.occupiedMs) best = { start, occupiedMs };
      near.passUpTo(start);
      far.passUpTo(start);
    }
    return best;
  }
}

/** The busier of two, or the earlier one. */
export function betterHour(one: Hour, other: Hour): Hour {
  if (other.occupiedMs !== one.occupiedMs) return other.occupiedMs > one.occupiedMs ? other : one;
  return other.start < one.start ? other : one;
}

/** What begins and ends in a cell as an edge of an hour passes through it; moments are told as those of the hour's start. */
function edgeOf(moments: MomentsInCells, cell: number, later: number) {
  const starts = moments.startsIn(cell);
  const ends = moments.endsIn(cell);
  let begun = 0;
  let ended = 0;
  return {
    passUpTo: (ms: number) => {
      while (begun < starts.length && (starts[begun] as number) - later <= ms) begun++;
      while (ended < ends.length && (ends[ended] as number) - later <= ms) ended++;
    },
    next: () =>
      Math.min((starts[begun] ?? Number.POSITIVE_INFINITY) - later, (ends[ended] ?? Number.POSITIVE_INFINITY) - later),
    change: () => begun - ended,
  };
}
