import { type SQL, sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import { type Instant, instantOf } from '../time/instant.ts';
import { type CallColumns, fitsChunk, type PackedColumnName } from './call-columns.ts';
import type { Chunk, ColumnName, Int32ColumnName, PackedCalls } from './chunk.ts';
import type { ColumnCache } from './column-cache.ts';
import { type ChunkHead, findChunks, type PackedAccount } from './find-chunks.ts';
import { loadColumns, type UnpackedColumns } from './load-columns.ts';
import { makeChunk } from './make-chunk.ts';
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
};

/** More than so many calls that changed since the last packing are not read for each question. */
const maxChanged = 50_000;

/**
 * The calls of accounts in chunks, as they are in the snapshot of `db`: the packed ones, and in place of those what has
 * changed since. Null where they are not packed, or so much has changed that calls answer sooner.
 */
export async function openPackedCalls(
  db: Reader,
  cache: ColumnCache,
  { accountIds, from, to, columns, overlapping = false }: PackedQuestion,
): Promise<PackedCalls | null> {
  if (accountIds.length === 0) return { chunks: [] };
  const accounts = await findChunks(db, accountIds, inRange({ from, to, overlapping }));
  if (accounts.length < new Set(accountIds).size) return null;
  const changed = await readChanged(db, accounts);
  if (changed === null) return null;
  const stale = await readStale(db, accounts);

  const heads = accounts.flatMap(({ chunks }) => chunks.filter(({ isStale }) => !isStale));
  const superseded = new Map(heads.map((head) => [head.id, mayHold(head, changed.get(head.accountId))]));
  const names = namesOf(columns);
  const loaded = await loadColumns(db, cache, heads, names);
  const unsure = heads.filter(({ id }) => superseded.get(id));
  const ids = await loadColumns(db, cache, unsure, ['callIds']);

  const chunks = heads.map((head) => {
    const chunk = chunkOf(head, loaded.get(head.id) as UnpackedColumns);
    const callIds = ids.get(head.id)?.get('callIds') as Float64Array | undefined;
    return callIds ? { ...chunk, dead: deadIn(callIds, superseded.get(head.id) as ReadonlySet<number>) } : chunk;
  });
  const rest = [...stale, ...changed].map(([account, calls]) => makeChunk(account, calls));
  return { chunks: [...chunks, ...rest.filter(({ count }) => count > 0)] };
}

function inRange({ from, to, overlapping }: Pick<PackedQuestion, 'from' | 'to' | 'overlapping'>): SQL {
  const conditions = [sql`true`];
  if (to !== null) conditions.push(sql`c.from_at < ${to}::timestamptz`);
  if (from !== null) {
    const reaches = sql`c.to_at > ${from}::timestamptz`;
    conditions.push(overlapping ? sql`(${reaches} or c.has_live or c.max_ended_at > ${from}::timestamptz)` : reaches);
  }
  return sql.join(conditions, sql` and `);
}

/** What changed after the last packing; null for too much. */
async function readChanged(db: Reader, accounts: readonly PackedAccount[]): Promise<Map<number, CallColumns> | null> {
  const ids = sql.param(accounts.map(({ accountId }) => accountId));
  const marks = sql.param(accounts.map(({ packedThrough }) => packedThrough));
  // Told the earliest mark as a value, the planner knows how few calls are later, and takes the index.
  const [earliest] = accounts.map(({ packedThrough }) => packedThrough).sort();
  const later = sql`${calls.accountId} = m.account_id and ${calls.updatedAt} > m.packed_through
    and ${calls.updatedAt} > ${earliest ?? null}::timestamptz`;
  const changed = await readCalls(db, later, {
    from: sql`unnest(${ids}::integer[], ${marks}::timestamptz[]) as m(account_id, packed_through), ${calls}`,
    limit: maxChanged + 1,
  });
  const count = [...changed.values()].reduce((sum, calls) => sum + calls.count, 0);
  return count > maxChanged || ![...changed.values()].every(fitsChunk) ? null : changed;
}

/** The calls in the ranges of chunks from which some were deleted, but for those that have changed. */
async function readStale(db: Reader, accounts: readonly PackedAccount[]): Promise<[number, CallColumns][]> {
  const found: [number, CallColumns][] = [];
  for (const { accountId, packedThrough, chunks } of accounts) {
    for (const { from, to } of chunks.filter(({ isStale }) => isStale)) {
      const condition = sql`${calls.accountId} = ${accountId} and ${calls.updatedAt} <= ${packedThrough}::timestamptz
        and ${calls.startedAt} >= ${instantOf(from)}::timestamptz and ${calls.startedAt} < ${instantOf(to)}::timestamptz`;
      found.push(...(await readCalls(db, condition)));
    }
  }
  return found;
}

/** Of the calls that changed those that may be in a chunk as they were; null: none. */
function mayHold({ minCallId, maxCallId }: ChunkHead, changed: CallColumns | undefined): ReadonlySet<number> | null {
  const ids = changed?.of.callIds.filter((id) => id >= minCallId && id <= maxCallId) ?? [];
  return ids.length > 0 ? new Set(ids) : null;
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
