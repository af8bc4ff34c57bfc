import { sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import { type Instant, instantOf, msOf } from '../time/instant.ts';
import type { CallColumns, PackedColumnName } from './call-columns.ts';
import type { Chunk, ColumnName, Int32ColumnName, PackedCalls } from './chunk.ts';
import type { ChunkHead } from './find-chunks.ts';
import { type FoundStates, findState, type PackedState } from './find-state.ts';
import { firstPlace } from './first-place.ts';
import { loadColumns, type UnpackedColumns } from './load-columns.ts';
import { makeChunk } from './make-chunk.ts';
import type { PackedMemory } from './packed-memory.ts';
import { readCalls } from './read-calls.ts';
import type { Reader } from './reader.ts';

export type PackedQuestion = {
  accountIds: readonly number[];
  /** Calls that started in [from, to); null: no bound. */
  from: Instant | null;
  to: Instant | null;
  columns: Iterable<ColumnName>;
  /** Those too that began before `from` and were still going on then. */
  overlapping?: boolean;
  /** Of whoever asks several times in one snapshot: what has changed is then read once. */
  found?: FoundStates;
};

/**
 * The calls of accounts in chunks, as they are in the snapshot of `db`: the packed ones, and in place of those what has
 * changed since. Null where they are not packed, or so much has changed that calls answer sooner.
 */
export async function openPackedCalls(
  db: Reader,
  memory: PackedMemory,
  { accountIds, columns, found, ...range }: PackedQuestion,
): Promise<PackedCalls | null> {
  const ids = [...new Set(accountIds)].sort((a, b) => a - b);
  if (ids.length === 0) return { chunks: [] };
  const state = await (found ? stateOf(db, memory, ids, found) : findState(db, memory, ids));
  if (!state) return null;
  const asked = state.accounts.flatMap(({ chunks }) => chunksInRange(chunks, range));
  const isStale = new Set(state.accounts.flatMap(({ stale }) => [...stale]));
  const stale = await readStale(
    db,
    state,
    asked.filter(({ id }) => isStale.has(id)),
  );

  const heads = asked.filter(({ id }) => !isStale.has(id));
  const loaded = await loadColumns(db, memory.columns, heads, namesOf(columns));
  const dead = await findDead(db, memory, state, heads);
  const chunks = heads.map((head) => ({
    ...chunkOf(head, loaded.get(head.id) as UnpackedColumns),
    dead: dead.get(head.id) ?? null,
  }));
  const rest = [...stale, ...state.changed].map(([account, calls]) => makeChunk(account, calls));
  return { chunks: [...chunks, ...rest.filter(({ count }) => count > 0)] };
}

/** What was found in the same snapshot before. */
function stateOf(
  db: Reader,
  memory: PackedMemory,
  accountIds: readonly number[],
  found: FoundStates,
): Promise<PackedState | null> {
  const known = found.get(db) ?? new Map<string, Promise<PackedState | null>>();
  found.set(db, known);
  const key = accountIds.join();
  const state = known.get(key) ?? findState(db, memory, accountIds);
  known.set(key, state);
  return state;
}

function chunksInRange(
  heads: readonly ChunkHead[],
  { from, to, overlapping = false }: Pick<PackedQuestion, 'from' | 'to' | 'overlapping'>,
): ChunkHead[] {
  const start = from === null ? Number.NEGATIVE_INFINITY : msOf(from);
  const end = to === null ? Number.POSITIVE_INFINITY : msOf(to);
  return heads.filter((head) => {
    if (head.from >= end) return false;
    if (head.to > start) return true;
    return overlapping && (head.hasLive || (head.maxEndedAt !== null && head.maxEndedAt > start));
  });
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
  const idsOf = new Map([...changed].map(([account, { of }]) => [account, of.callIds.toSorted()]));
  const unsure = heads.filter((head) => !dead.has(head.id) && mayHold(head, idsOf.get(head.accountId)));
  if (unsure.length === 0) return dead;
  const columns = await loadColumns(db, memory.columns, unsure, ['callIds']);
  const changedIds = new Map([...idsOf].map(([account, ids]) => [account, new Set(ids)]));
  for (const { id, accountId } of unsure) {
    const callIds = columns.get(id)?.get('callIds') as Float64Array;
    dead.set(id, deadIn(callIds, changedIds.get(accountId) as ReadonlySet<number>));
  }
  return dead;
}

/** Whether some of the calls that changed, by their sorted ids, may be in a chunk as they were. */
function mayHold({ minCallId, maxCallId }: ChunkHead, ids: Float64Array | undefined): boolean {
  if (!ids) return false;
  const first = ids[firstPlace(ids.length, (i) => (ids[i] as number) >= minCallId)];
  return first !== undefined && first <= maxCallId;
}

function deadIn(callIds: Float64Array, changed: ReadonlySet<number>): Uint8Array | null {
  let dead: Uint8Array | null = null;
  for (let i = 0; i < callIds.length; i++) {
    if (!changed.has(callIds[i] as number)) continue;
    dead ??= new Uint8Array(callIds.length);
    dead[i] = 1;
  }
  return dead;
}

function namesOf(columns: Iterable<ColumnName>): PackedColumnName[] {
  const names = new Set<PackedColumnName>(['classCode']);
  for (const name of columns) names.add(name === 'coins' ? 'coinsCode' : name === 'id' ? 'callIds' : name);
  return [...names];
}

function chunkOf({ accountId, from, to, count, words }: ChunkHead, columns: UnpackedColumns): Chunk {
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
