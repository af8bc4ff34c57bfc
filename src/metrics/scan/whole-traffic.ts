import type { Chunk } from '../../packed-calls/chunk.ts';
import { Breath } from './breath.ts';
import type { BusyHour } from './busy-hour.ts';
import { cellMs, MinuteProfile } from './minute-profile.ts';
import { minutesOfChunk } from './minutes-of-chunk.ts';
import { MomentsInCells } from './moments-in-cells.ts';
import type { TrafficSelection } from './occupancies.ts';
import { compileOccupiedRows } from './occupied-rows.ts';
import { firstAtOrAfter } from './row-filter.ts';
import type { Traffic } from './scan-traffic.ts';

const hourMs = 3_600_000;
const cellsOfHour = hourMs / cellMs;

/** So many minutes are about four years: more would take too much room. */
const maxCells = 2 ** 21;

export function isOfFewMinutes({ from, to }: { from: number; to: number }): boolean {
  return to > from && (to - from) / cellMs <= maxCells;
}

/**
 * The traffic of all calls together, in a stretch of time without a gap. Minutes are counted first; then only those are
 * looked at more closely in which the peak may be, or in which the busy hour may start.
 */
export async function scanWholeTraffic(chunks: readonly Chunk[], selection: TrafficSelection): Promise<Traffic> {
  const { from, to, test } = selection;
  const breath = new Breath();
  const rowsOf = compileOccupiedRows(selection);
  const profile = new MinuteProfile(from, to);
  const isByClock = 'all' in test && test.all.length === 0 && from % cellMs === 0;
  const reached: { chunk: Chunk; first: number; last: number }[] = [];
  for (const chunk of chunks) {
    await breath.take();
    const minutes = isByClock ? minutesOfChunk(chunk) : null;
    const isInside = minutes !== null && (chunk.startedAt[0] as number) >= from && minutes.endsAt <= to;
    reached.push({ chunk, ...(isInside ? profile.addProfile(minutes.profile) : profile.add(rowsOf(chunk))) });
  }
  await breath.take();
  const search = new Search(profile);
  const moments = new MomentsInCells(profile, search.wanted);
  const wantedBefore = sumsOf(search.wanted);
  for (const { chunk, first, last } of reached) {
    if (first > last || wantedBefore[last + 1] === wantedBefore[first]) continue;
    await breath.take();
    moments.add(rowsOf(chunk));
  }
  return {
    ...(await search.findPeak(moments, breath)),
    erlangs: profile.occupiedMs / (to - from),
    busyHour: await search.findBusyHour(moments, breath),
  };
}

/** An hour by its start, and for how long calls occupied it, all together. */
type Hour = { start: number; occupiedMs: number };

class Search {
  /** By cell: whether its moments are needed. */
  readonly wanted: Uint8Array;
  readonly #profile: MinuteProfile;
  readonly #begun: Uint32Array;
  readonly #ended: Uint32Array;
  readonly #occupied: Float64Array;
  readonly #peakCells: number[] = [];
  readonly #hourCells: number[] = [];
  #bestOfMinutes: Hour;

  constructor(profile: MinuteProfile) {
    this.#profile = profile;
    const { begun, ended } = profile.counted();
    this.#begun = begun;
    this.#ended = ended;
    this.#occupied = profile.occupiedBefore();
    this.wanted = new Uint8Array(profile.cells + 1);
    this.#bestOfMinutes = { start: profile.from, occupiedMs: 0 };
    this.#choosePeakCells();
    if (profile.to - profile.from >= hourMs) this.#chooseHourCells();
  }

  async findPeak(moments: MomentsInCells, breath: Breath): Promise<{ peak: number; peakAt: number | null }> {
    let peak = 0;
    let peakAt: number | null = null;
    // Where most may go on comes first: then most of the others need no look.
    for (const cell of this.#peakCells.sort((a, b) => this.#mostIn(b) - this.#mostIn(a))) {
      if (this.#mostIn(cell) < peak) break;
      const starts = moments.startsIn(cell);
      const ends = moments.endsIn(cell);
      let ended = 0;
      for (let i = 0; i < starts.length; i++) {
        const ms = starts[i] as number;
        // A call that ends at a moment is over when another begins at it.
        while (ended < ends.length && (ends[ended] as number) <= ms) ended++;
        const level = this.#level(cell) + i + 1 - ended;
        const isFirst = level > peak || (level === peak && ms < (peakAt ?? Number.POSITIVE_INFINITY));
        if (!isFirst) continue;
        peak = level;
        peakAt = ms;
      }
      await breath.take();
    }
    return { peak, peakAt };
  }

  async findBusyHour(moments: MomentsInCells, breath: Breath): Promise<BusyHour | null> {
    let best = this.#bestOfMinutes;
    const mostFrom = (cell: number) => this.#until(cell + cellsOfHour + 1) - this.#until(cell);
    for (const cell of this.#hourCells.sort((a, b) => mostFrom(b) - mostFrom(a) || a - b)) {
      if (mostFrom(cell) < best.occupiedMs) break;
      const found = this.#busiestFrom(cell, moments);
      const isBetter =
        found.occupiedMs > best.occupiedMs || (found.occupiedMs === best.occupiedMs && found.start < best.start);
      if (isBetter) best = found;
      await breath.take();
    }
    if (best.occupiedMs === 0) return null;
    const end = best.start + hourMs;
    const begun = this.#begunBefore(end, moments);
    const ended = this.#endedBefore(best.start + 1, moments);
    return { start: best.start, callCount: begun - ended, erlangs: best.occupiedMs / hourMs };
  }

  /** How many calls go on just before a cell. */
  #level(cell: number): number {
    const place = Math.min(cell, this.#begun.length - 1);
    return (this.#begun[place] as number) - (this.#ended[place] as number);
  }

  /** No more calls go on at any moment of a cell. */
  #mostIn(cell: number): number {
    return this.#level(cell) + (this.#profile.begun[cell] as number);
  }

  #until(cell: number): number {
    return this.#occupied[Math.min(cell, this.#occupied.length - 1)] as number;
  }

  /** Those in which more may go on than goes on at the start of any. */
  #choosePeakCells(): void {
    const { cells, begun } = this.#profile;
    let reached = 0;
    for (let cell = 0; cell <= cells; cell++) reached = Math.max(reached, this.#level(cell));
    for (let cell = 0; cell < cells; cell++) {
      if (begun[cell] === 0 || this.#mostIn(cell) < reached) continue;
      this.#peakCells.push(cell);
      this.wanted[cell] = 1;
    }
  }

  /** Those in which an hour could start that beats the best that starts on a full minute. */
  #chooseHourCells(): void {
    const { from, to } = this.#profile;
    const cells = Math.floor((to - hourMs - from) / cellMs) + 1;
    for (let cell = 0; cell < cells; cell++) {
      const occupiedMs = this.#until(cell + cellsOfHour) - this.#until(cell);
      if (occupiedMs > this.#bestOfMinutes.occupiedMs) {
        this.#bestOfMinutes = { start: from + cell * cellMs, occupiedMs };
      }
    }
    const least = Math.max(this.#bestOfMinutes.occupiedMs, 1);
    for (let cell = 0; cell < cells; cell++) {
      if (this.#until(cell + cellsOfHour + 1) - this.#until(cell) < least) continue;
      this.#hourCells.push(cell);
      for (const near of [cell, cell + 1, cell + cellsOfHour, cell + cellsOfHour + 1]) {
        if (near < this.wanted.length) this.wanted[near] = 1;
      }
    }
  }

  /**
   * The earliest of the busiest hours that start in a cell. As an hour moves, its traffic changes at the rate of the calls
   * at its end less those at its start: by one more or less wherever a call begins or ends at either.
   */
  #busiestFrom(cell: number, moments: MomentsInCells): Hour {
    const { from, to } = this.#profile;
    const first = from + cell * cellMs;
    const last = Math.min(first + cellMs, to - hourMs);
    const near = edgeOf(moments, cell, 0);
    const far = edgeOf(moments, cell + cellsOfHour, hourMs);
    let start = first;
    let occupiedMs = this.#until(cell + cellsOfHour) - this.#until(cell);
    let best: Hour = { start, occupiedMs };
    near.passUpTo(start);
    far.passUpTo(start);
    const levelDifference = this.#level(cell + cellsOfHour) - this.#level(cell);
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

  #begunBefore(ms: number, moments: MomentsInCells): number {
    const cell = Math.floor((ms - this.#profile.from) / cellMs);
    return (this.#begun[cell] as number) + firstAtOrAfter(moments.startsIn(cell), ms);
  }

  #endedBefore(ms: number, moments: MomentsInCells): number {
    const cell = Math.floor((ms - this.#profile.from) / cellMs);
    return (this.#ended[cell] as number) + firstAtOrAfter(moments.endsIn(cell), ms);
  }
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

function sumsOf(flags: Uint8Array): Uint32Array {
  const sums = new Uint32Array(flags.length + 1);
  for (let i = 0; i < flags.length; i++) sums[i + 1] = (sums[i] as number) + (flags[i] as number);
  return sums;
}
