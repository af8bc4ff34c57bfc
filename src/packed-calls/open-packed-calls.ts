import { sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import { type Instant, instantOf, msOf } from '../time/instant.ts';
import type { CallColumns, PackedColumnName } from './call-columns.ts';
import type { Chunk, ColumnName, Int32ColumnName, PackedCalls } from './chunk.ts';
import type { UnpackedColumns } from './column-cache.ts';
import type { ChunkHead } from './find-chunks.ts';
import type { PackedState } from './find-state.ts';
import { firstPlace } from './first-place.ts';
import { loadColumns } from './load-columns.ts';
import { makeChunk } from './make-chunk.ts';
import type { PackedMemory } from './packed-memory.ts';
import { readCalls } from './read-calls.ts';
import type { Reader } from './reader.ts';
import { SnapshotStates, type States } from './snapshot-states.ts';

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
 * changed since. Null where they are not packed, or so much has changed that calls answer sooner.
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
  const asked = state.accounts.flatMap(({ chunks }) => chunksInRange(chunks, range));
  const isStale = new Set(state.accounts.flatMap(({ stale }) => [...stale]));
  const stale = await readStale(
    db,
    state,
    asked.filter(({ id }) => isStale.has(id)),
  );

  const heads = isStale.size === 0 ? asked : asked.filter(({ id }) => !isStale.has(id));
  const loaded = await loadColumns(db, memory.columns, heads, namesOf(columns));
  const dead = await findDead(db, memory, state, heads);
  const chunks = heads.map((head) => {
    const chunk = chunkOf(head, loaded.get(head.id) as UnpackedColumns);
    const deadOfIt = dead.get(head.id);
    return deadOfIt ? { ...chunk, dead: deadOfIt } : chunk;
  });
  const rest = [...stale.map(([account, calls]) => lateChunk(account, calls)), ...state.changed.map(changedChunk)];
  return { chunks: [...chunks, ...rest.filter(({ count }) => count > 0)] };
}

const chunksOfCalls = new WeakMap<CallColumns, Chunk>();
const chunksOfChanges = new WeakMap<PackedState['changed'][number], Chunk>();

/** What has changed as a chunk, the same one for as long as nothing is put to it. */
function changedChunk(changed: PackedState['changed'][number]): Chunk {
  const known = chunksOfChanges.get(changed);
  if (known) return known;
  const { accountId, calls, isAgain } = changed;
  const chunk = chunksOfCalls.get(calls) ?? lateChunk(accountId, calls);
  chunksOfCalls.set(calls, chunk);
  const dead = Uint8Array.from(calls.of.callIds, (id) => Number(isAgain(id)));
  const made = dead.includes(1) ? { ...chunk, dead } : chunk;
  chunksOfChanges.set(changed, made);
  return made;
}

function lateChunk(accountId: number, calls: CallColumns): Chunk {
  return { ...makeChunk(accountId, calls), isLate: true };
}

/** The heads are in order of time, and no two of them of the same time. */
function chunksInRange(
  heads: readonly ChunkHead[],
  { from, to, overlapping = false }: Pick<PackedQuestion, 'from' | 'to' | 'overlapping'>,
): readonly ChunkHead[] {
  const start = from === null ? Number.NEGATIVE_INFINITY : msOf(from);
  const end = to === null ? Number.POSITIVE_INFINITY : msOf(to);
  const first = firstPlace(heads.length, (i) => (heads[i] as ChunkHead).to > start);
  const last = firstPlace(heads.length, (i) => (heads[i] as ChunkHead).from >= end);
  const within = heads.slice(first, last);
  if (!overlapping) return within;
  const reachIn = ({ hasLive, maxEndedAt }: ChunkHead) => hasLive || (maxEndedAt !== null && maxEndedAt > start);
  return [...heads.slice(0, Math.min(first, last)).filter(reachIn), ...within];
}

/** The calls in the ranges of chunks from which some were deleted, but for those that have changed. */
async function readStale(
  db: Reader,
  { accounts }: PackedState,
  stale: readonly ChunkHead[],
): Promise<[number, CallColumns][]> {
  const found: [number, CallColumns][] = [];
  for (const { accountId, from, to } of stale) {
    const packedThrough = accounts.find((account) => account.accountId === accountId)?.packedThrough;
    const condition = sql`${calls.accountId} = ${accountId} and ${calls.updatedAt} <= ${packedThrough}::timestamptz
      and ${calls.startedAt} >= ${instantOf(from)}::timestamptz and ${calls.startedAt} < ${instantOf(to)}::timestamptz`;
    found.push(...(await readCalls(db, condition)));
  }
  return found;
}

/** Which calls of chunks have changed since they were packed. */
async function findDead(
  db: Reader,
  memory: PackedMemory,
  { changed, dead }: PackedState,
  heads: readonly ChunkHead[],
): Promise<ReadonlyMap<number, Uint8Array | null>> {
  const idsOf = idsOfChanges.get(changed) ?? sortedIdsOf(changed);
  idsOfChanges.set(changed, idsOf);
  const unsure = heads.filter((head) => !dead.has(head.id) && mayHold(head, idsOf.get(head.accountId)));
  if (unsure.length === 0) return dead;
  const columns = await loadColumns(db, memory.columns, unsure, ['callIds']);
  for (const { id, accountId, minCallId, maxCallId } of unsure) {
    const callIds = columns.get(id)?.get('callIds') as Float64Array;
    const ids = idsOf.get(accountId) as Float64Array;
    const first = firstPlace(ids.length, (i) => (ids[i] as number) >= minCallId);
    const end = firstPlace(ids.length, (i) => (ids[i] as number) > maxCallId);
    dead.set(id, deadIn(callIds, ids.subarray(first, end)));
  }
  return dead;
}

const idsOfChanges = new WeakMap<PackedState['changed'], Map<number, Float64Array>>();

/** The ids of all that has changed in each account, in order. */
function sortedIdsOf(changed: PackedState['changed']): Map<number, Float64Array> {
  const found = new Map<number, number[]>();
  for (const { accountId, calls } of changed) {
    const ids = found.get(accountId) ?? [];
    for (const id of calls.of.callIds) ids.push(id);
    found.set(accountId, ids);
  }
  return new Map([...found].map(([account, ids]) => [account, Float64Array.from(ids).sort()]));
}

/** Whether some of the calls that changed, by their sorted ids, may be in a chunk as they were. */
function mayHold({ minCallId, maxCallId }: ChunkHead, ids: Float64Array | undefined): boolean {
  if (!ids || ids.length === 0 || (ids[0] as number) > maxCallId) return false;
  const first = ids[firstPlace(ids.length, (i) => (ids[i] as number) >= minCallId)];
  return first !== undefined && first <= maxCallId;
}

function deadIn(callIds: Float64Array, changed: Float64Array): Uint8Array | null {
  const { ids, places } = sortedIds(callIds);
  let dead: Uint8Array | null = null;
  for (const id of changed) {
    const at = firstPlace(ids.length, (i) => (ids[i] as number) >= id);
    if (ids[at] !== id) continue;
    dead ??= new Uint8Array(callIds.length);
    dead[places[at] as number] = 1;
  }
  return dead;
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

function namesOf(columns: Iterable<ColumnName>): PackedColumnName[] {
  const names = new Set<PackedColumnName>(['classCode']);
  for (const name of columns) names.add(name === 'coins' ? 'coinsCode' : name === 'id' ? 'callIds' : name);
  return [...names];
}

const chunksOfColumns = new WeakMap<UnpackedColumns, Chunk>();

/** A chunk of what has been unpacked of it; the same one for as long as that stays in memory. */
function chunkOf(head: ChunkHead, columns: UnpackedColumns): Chunk {
  const known = chunksOfColumns.get(columns) ?? makeChunkOf(head, columns);
  chunksOfColumns.set(columns, known);
  return known;
}

function makeChunkOf({ accountId, from, to, count, words }: ChunkHead, columns: UnpackedColumns): Chunk {
  const get = <Numbers>(name: PackedColumnName) => {
    const column = columns.get(name);
    if (!column) throw new Error(`the column ${name} was not asked for`);
    return column as Numbers;
  };
  return {
    accountId,
    from,
    to,
    count,
    startedAt: get<Float64Array>('startedAt'),
    classes: words.classes,
    classCode: get<Uint16Array>('classCode'),
    dead: null,
    int32: (name: Int32ColumnName) => get<Int32Array>(name),
    instant: (name) => get<Float64Array>(name),
    coins: () => ({ codes: get<Uint16Array>('coinsCode'), values: words.coins }),
    id: () => get<Float64Array>('callIds'),
  };
}
