import type { MinuteProfile } from './minute-profile.ts';

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
