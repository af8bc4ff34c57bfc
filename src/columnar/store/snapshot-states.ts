import type { PackedMemory } from '../cache/packed-memory.ts';
import { findState, type PackedState } from './find-state.ts';
import type { Reader } from './reader.ts';

/** Tells what is packed of accounts at one moment of the database; null as in findState. */
export type States = { of: (memory: PackedMemory, accountIds: readonly number[]) => Promise<PackedState | null> };

/** What is packed of accounts in the snapshot of a reader, found once, however often it is asked for. */
export class SnapshotStates implements States {
  readonly #db: Reader;
  readonly #known = new Map<string, Promise<PackedState | null>>();

  constructor(db: Reader) {
    this.#db = db;
  }

  of(memory: PackedMemory, accountIds: readonly number[]): Promise<PackedState | null> {
    const key = accountIds.join();
    const state = this.#known.get(key) ?? findState(this.#db, memory, accountIds);
    this.#known.set(key, state);
    return state;
  }
}
