import { type Instant, msOf } from '../../time/instant.ts';
import type { ColumnCache, UnpackedColumns } from '../cache/column-cache.ts';
import type { PackedMemory } from '../cache/packed-memory.ts';
import { bitsOf, type ColumnName } from '../columns.ts';
import { type CallColumns, makeChunk } from './call-columns.ts';
import type { Chunk, PackedCalls } from './chunk.ts';
import { type ChunkHead, firstPlace, type Reader } from './find-chunks.ts';
import { type PackedState, SnapshotStates, type States } from './find-state.ts';
import { chunkOf, loadColumns } from './load-columns.ts';
import { findSuperseded } from './superseded-calls.ts';

export type PackedQuestion = {
  accountIds: readonly number[];
  /** Calls that started in [from, to); null: no bound. */
  from: Instant | null;
  to: Instant | null;
  columns: Iterable<ColumnName>;
  /** Those too that began before `from` and were still going on then. */
  overlapping?: boolean;
  /** Of whoever asks several times in one snapshot: what has changed is then read once. */
  states?: States;
};

/**
 * The calls of accounts in chunks, as they are in the snapshot of `db`: the packed ones, and in place of those what has
 * changed since. Null where they are not packed, where a chunk lacks one of the columns or has it in another version, or where
 * so much has changed that calls answer sooner.
 */
export async function openPackedCalls(
  db: Reader,
  memory: PackedMemory,
  { accountIds, columns, states = new SnapshotStates(db), ...range }: PackedQuestion,
): Promise<PackedCalls | null> {
  const ids = [...new Set(accountIds)].sort((a, b) => a - b);
  if (ids.length === 0) return { chunks: [] };
  const state = await states.of(memory, ids);
  if (!state) return null;
  const names = namesOf(columns);
  const packed = await Promise.all(
    state.accounts.map((account) => openAccount(db, memory.columns, state, account, { ...range, names })),
  );
  const delta = state.changed.map(changedChunk).filter(({ count }) => count > 0);
  return packed.includes(null) ? null : { chunks: [...(packed as Chunk[][]).flat(), ...delta] };
}

type Account = PackedState['accounts'][number];
type Range = Pick<PackedQuestion, 'from' | 'to' | 'overlapping'>;

/** The chunks of an account in a range, with what has changed or ended since; null where not all have the columns. */
async function openAccount(
  db: Reader,
  cache: ColumnCache,
  state: PackedState,
  account: Account,
  { names, ...range }: Range & { names: readonly ColumnName[] },
): Promise<readonly Chunk[] | null> {
  const places = placesInRange(account.chunks, range);
  const wanted = bitsOf(['id', ...names]);
  const heads = places.map((place) => account.chunks[place] as ChunkHead);
  for (const { usable } of heads) if ((usable & wanted) !== wanted) return null;
  const loaded = await loadColumns(db, cache, heads, names);
  const chunks = heads.map((head) => chunkOf(head, loaded.get(head) as UnpackedColumns));
  const superseded = await findSuperseded(db, cache, state, account, places);
  if (superseded) {
    for (let i = 0; i < chunks.length; i++) {
      const ofIt = superseded.get(places[i] as number);
      if (ofIt) chunks[i] = { ...(chunks[i] as Chunk), superseded: ofIt };
    }
  }
  return chunks;
}

const chunksOfCalls = new WeakMap<CallColumns, Chunk>();
const chunksOfChanges = new WeakMap<PackedState['changed'][number], Chunk>();

/** What has changed as a chunk, the same one for as long as nothing is put to it. */
function changedChunk(changed: PackedState['changed'][number]): Chunk {
  const known = chunksOfChanges.get(changed);
  if (known) return known;
  const { accountId, calls, isAgain } = changed;
  const chunk = chunksOfCalls.get(calls) ?? deltaChunk(accountId, calls);
  chunksOfCalls.set(calls, chunk);
  const { id } = calls.of;
  const superseded = new Uint8Array(calls.count);
  for (let i = 0; i < superseded.length; i++) superseded[i] = Number(isAgain(id[i] as number));
  const made = superseded.includes(1) ? { ...chunk, superseded } : chunk;
  chunksOfChanges.set(changed, made);
  return made;
}

function deltaChunk(accountId: number, calls: CallColumns): Chunk {
  return { ...makeChunk(accountId, calls), isDelta: true };
}

/** The places of heads in a range; these are in order of time, and no two of them of the same time. */
function placesInRange(heads: readonly ChunkHead[], { from, to, overlapping = false }: Range): number[] {
  const start = from === null ? Number.NEGATIVE_INFINITY : msOf(from);
  const end = to === null ? Number.POSITIVE_INFINITY : msOf(to);
  const first = firstPlace(heads.length, (i) => (heads[i] as ChunkHead).to > start);
  const last = firstPlace(heads.length, (i) => (heads[i] as ChunkHead).from >= end);
  const places: number[] = [];
  if (overlapping) {
    for (let place = 0; place < Math.min(first, last); place++) {
      const { hasLive, maxEndedAt } = heads[place] as ChunkHead;
      if (hasLive || (maxEndedAt !== null && maxEndedAt > start)) places.push(place);
    }
  }
  for (let place = first; place < last; place++) places.push(place);
  return places;
}

function namesOf(columns: Iterable<ColumnName>): ColumnName[] {
  return [...new Set<ColumnName>(['startedAt', 'class', ...columns])];
}
