import type { ColumnCache } from '../cache/column-cache.ts';
import { type ChunkHead, firstPlace, type Reader } from './find-chunks.ts';
import type { PackedState } from './find-state.ts';
import { loadColumns } from './load-columns.ts';

type Account = PackedState['accounts'][number];
/** Places of the heads that calls which changed or ended may be in, as they were; and the ids of these calls, in order. */
type Suspects = { places: readonly number[]; ids: Float64Array };

/**
 * Which calls of chunks have changed or ended since they were packed, by place of a head; chunks without such calls are not there. Null:
 * none at all. The places are in order.
 */
export async function findSuperseded(
  db: Reader,
  cache: ColumnCache,
  state: PackedState,
  account: Account,
  places: readonly number[],
): Promise<ReadonlyMap<number, Uint8Array> | null> {
  const suspects = suspectsIn(state, account);
  if (suspects.places.length === 0) return null;
  const within = suspects.places.filter((place) => {
    return places[firstPlace(places.length, (i) => (places[i] as number) >= place)] === place;
  });
  if (within.length === 0) return null;
  const headOf = (place: number) => account.chunks[place] as ChunkHead;
  const unsure = within.map(headOf).filter((head) => !state.superseded.has(head));
  const columns = await loadColumns(db, cache, unsure, ['id']);
  for (const head of unsure) {
    const { minCallId, maxCallId } = head;
    const callIds = columns.get(head)?.get('id') as Float64Array;
    const first = firstPlace(suspects.ids.length, (i) => (suspects.ids[i] as number) >= minCallId);
    const end = firstPlace(suspects.ids.length, (i) => (suspects.ids[i] as number) > maxCallId);
    state.superseded.set(head, supersededIn(callIds, suspects.ids.subarray(first, end)));
  }
  const found = new Map<number, Uint8Array>();
  for (const place of within) {
    const superseded = state.superseded.get(headOf(place));
    if (superseded) found.set(place, superseded);
  }
  return found.size > 0 ? found : null;
}

const suspectsOf = new WeakMap<Account, Suspects>();

function suspectsIn({ changed }: PackedState, account: Account): Suspects {
  const known = suspectsOf.get(account);
  if (known) return known;
  const all = [...account.ended];
  for (const { accountId, calls } of changed) {
    if (accountId === account.accountId) for (const id of calls.of.id) all.push(id);
  }
  const ids = Float64Array.from(all).sort();
  const suspects = { places: placesThatMayHold(account.chunks, ids), ids };
  suspectsOf.set(account, suspects);
  return suspects;
}

/** The places of heads in whose chunks some calls may be, by their sorted ids. */
function placesThatMayHold(heads: readonly ChunkHead[], ids: Float64Array): number[] {
  if (ids.length === 0) return [];
  const [least, greatest] = [ids[0] as number, ids[ids.length - 1] as number];
  const { min, max } = idRangesOf(heads);
  const places: number[] = [];
  for (let place = 0; place < min.length; place++) {
    if ((min[place] as number) > greatest || (max[place] as number) < least) continue;
    const first = ids[firstPlace(ids.length, (i) => (ids[i] as number) >= (min[place] as number))];
    if (first !== undefined && first <= (max[place] as number)) places.push(place);
  }
  return places;
}

type IdRanges = { min: Float64Array; max: Float64Array };
const idRanges = new WeakMap<readonly ChunkHead[], IdRanges>();

/** Apart from the heads, which are many and lie all over the memory. */
function idRangesOf(heads: readonly ChunkHead[]): IdRanges {
  const known = idRanges.get(heads);
  if (known) return known;
  const ranges = {
    min: Float64Array.from(heads, ({ minCallId }) => minCallId),
    max: Float64Array.from(heads, ({ maxCallId }) => maxCallId),
  };
  idRanges.set(heads, ranges);
  return ranges;
}

function supersededIn(callIds: Float64Array, changed: Float64Array): Uint8Array | null {
  const { ids, places } = sortedIds(callIds);
  let superseded: Uint8Array | null = null;
  for (const id of changed) {
    const at = firstPlace(ids.length, (i) => (ids[i] as number) >= id);
    if (ids[at] !== id) continue;
    superseded ??= new Uint8Array(callIds.length);
    superseded[places[at] as number] = 1;
  }
  return superseded;
}

type SortedIds = { ids: Float64Array; places: Uint32Array };
const idsOfColumns = new WeakMap<Float64Array, SortedIds>();

/** The ids of a chunk's calls in order, each with its place in the chunk; for as long as the column is in memory. */
function sortedIds(callIds: Float64Array): SortedIds {
  const known = idsOfColumns.get(callIds);
  if (known) return known;
  const places = Uint32Array.from(callIds.keys()).sort((a, b) => (callIds[a] as number) - (callIds[b] as number));
  const sorted = { ids: Float64Array.from(places, (place) => callIds[place] as number), places };
  idsOfColumns.set(callIds, sorted);
  return sorted;
}
