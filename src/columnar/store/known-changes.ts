import { readTimestamp } from '../../postgres/columns.ts';
import { type Instant, instantOf, msOf } from '../../time/instant.ts';
import { type CallColumns, filterCalls, mergeCalls, noCalls } from './call-columns.ts';
import { type CallRow, callsOfRows, idOf } from './read-calls.ts';

/** The calls of an account that changed after its packing up to a moment. */
export type SeenChanges = {
  packedThrough: Instant;
  through: Instant;
  calls: CallColumns;
  /** When each of them changed, in milliseconds since 1970, by id. */
  momentOf: ReadonlyMap<number, number>;
};

/** Calls of which some may have changed again or ended: those count as what they have become, or not at all. */
export type Changed = { calls: CallColumns; isAgain: (id: number) => boolean };

/** All that has changed in a snapshot, and what of it need not be read again. */
type Seen = { changed: Changed[]; seen: SeenChanges };

/** What is seen is put together anew only when so much has come: until then it is cheaper to read that again. */
const enough = 64;

/**
 * What has changed in accounts since their last packing, kept between questions, so that each reads only what came after
 * the last. That what was seen is still whole, is told by how many calls changed in that time, and by sums of their ids
 * and moments: only whoever wrote a call again within one millisecond, with a clock set back, would be overlooked.
 */
export class KnownChanges {
  readonly #seen = new Map<number, SeenChanges>();

  of(accountId: number): SeenChanges | undefined {
    return this.#seen.get(accountId);
  }

  /** A snapshot may be older than what is known. */
  keep(accountId: number, seen: SeenChanges): void {
    const known = this.#seen.get(accountId);
    const isLater =
      !known ||
      known.packedThrough < seen.packedThrough ||
      (known.packedThrough === seen.packedThrough && known.through < seen.through);
    if (isLater) this.#seen.set(accountId, seen);
  }
}

const momentOf = (row: CallRow) => msOf(readTimestamp(row.updatedAt as string));
const never = () => false;

/** Whether what was seen, but for calls that changed again later or ended, is what changed in that time. */
export function isWhole(
  { packedThrough, momentOf: moments }: SeenChanges,
  settled: { count: number; ids: number; moments: number },
  gone: readonly number[],
): boolean {
  const packed = msOf(packedThrough);
  let [count, ids, ms] = [0, 0, 0];
  const again = new Set(gone);
  for (const [id, moment] of moments) {
    if (again.has(id)) continue;
    count += 1;
    ids += id;
    ms += moment - packed;
  }
  return count === settled.count && ids === settled.ids && Math.round(settled.moments * 1000) === ms;
}

/** What was seen, but for calls that changed again later or ended, together with what changed later. */
export function seeAgain(seen: SeenChanges, later: readonly CallRow[], gone: readonly number[]): Seen {
  const again = new Set(gone);
  if (later.length < enough) {
    const known = { calls: seen.calls, isAgain: (id: number) => again.has(id) };
    return { changed: [known, { calls: callsOf(later), isAgain: never }], seen };
  }
  const { id } = seen.calls.of;
  const rest = filterCalls(seen.calls, (place) => !again.has(id[place] as number));
  const moments = new Map([...seen.momentOf].filter(([id]) => !again.has(id)));
  return merge({ ...seen, calls: rest, momentOf: moments }, later);
}

/** Everything that changed after a packing. */
export function seeFirst(packedThrough: Instant, all: readonly CallRow[]): Seen {
  return merge({ packedThrough, through: packedThrough, calls: noCalls, momentOf: new Map() }, all);
}

function merge(seen: SeenChanges, later: readonly CallRow[]): Seen {
  // Others may still write at the very moment of the last one.
  const newest = Math.max(msOf(seen.through), ...later.slice(-1).map((row) => momentOf(row) - 1));
  const isSettled = (row: CallRow) => momentOf(row) <= newest;
  const settled = later.filter(isSettled);
  const moments = new Map(seen.momentOf);
  for (const row of settled) moments.set(idOf(row), momentOf(row));
  const calls = mergeCalls(seen.calls, callsOf(settled));
  const unsettled = callsOf(later.filter((row) => !isSettled(row)));
  return {
    changed: [
      { calls, isAgain: never },
      { calls: unsettled, isAgain: never },
    ],
    seen: { ...seen, through: instantOf(newest), calls, momentOf: moments },
  };
}

function callsOf(rows: readonly CallRow[]): CallColumns {
  const [calls = noCalls] = [...callsOfRows(rows).values()];
  return calls;
}
