import { type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { calls } from '../../calls/call.table.ts';
import { lockForWriting } from '../../calls/write/lock-for-writing.ts';
import { statement } from '../../postgres/statement.ts';
import type { Clock } from '../../time/clock.ts';
import { type Instant, msOf } from '../../time/instant.ts';
import { dayMs } from '../../time/local-date.ts';
import type { ColumnCache } from '../cache/column-cache.ts';
import { callChunkMarks } from '../store/call-chunk.table.ts';
import { type CallColumns, filterCalls, fitsChunk, mergeCalls } from '../store/call-columns.ts';
import { type ChunkHead, findChunks } from '../store/find-chunks.ts';
import { firstPlace } from '../store/first-place.ts';
import { joinChunks } from '../store/join-chunks.ts';
import { loadChunk } from '../store/load-chunk.ts';
import { loadColumns } from '../store/load-columns.ts';
import type { Reader } from '../store/reader.ts';
import { copyCalls } from './copy-calls.ts';
import { deleteChunks } from './delete-chunks.ts';
import { whilePacking } from './packing-lock.ts';
import { writeChunks } from './write-chunks.ts';

export type PackInput = {
  accountId: number;
  clock: Clock;
  cache: ColumnCache;
  /** About so many calls at once, so that neither memory nor the time without a pause grows with what has piled up. */
  atMost?: number;
};

const setBarrier = statement<{ packedThrough: Instant | null }>(
  'set_packing_barrier',
  sql`insert into ${callChunkMarks} (account_id, barrier_at)
    values (${sql.placeholder('account')}, ${sql.placeholder('barrier')})
    on conflict (account_id) do update set barrier_at = excluded.barrier_at
    returning packed_through as "packedThrough"`,
);
const setPackedThrough = statement(
  'set_packed_through',
  sql`update ${callChunkMarks} set packed_through = ${sql.placeholder('through')}
    where ${callChunkMarks.accountId} = ${sql.placeholder('account')}`,
);
const findLastOfBatch = statement<{ at: Instant }>(
  'find_last_of_packing',
  sql`select ${calls.updatedAt} as at from ${calls} where ${calls.accountId} = ${sql.placeholder('account')}
    and ${calls.updatedAt} > ${sql.placeholder('from')} and ${calls.updatedAt} <= ${sql.placeholder('barrier')}
    order by ${calls.updatedAt}, ${calls.id} offset ${sql.placeholder('before')} limit 1`,
);

/**
 * Packs what has changed in an account since the last time, the first of it where it is much; how many calls, null where
 * somebody else is at it or nothing is packed yet. The account's lock is held only to agree on a moment: what is written
 * from then on is later than it. All that was committed before is packed by one transaction, which readers see as a whole
 * or not at all.
 */
export async function packChanges(pool: pg.Pool, input: PackInput): Promise<number | null> {
  const { accountId, clock, cache, atMost = 100_000 } = input;
  const client = await pool.connect();
  try {
    return await whilePacking(client, accountId, async () => {
      const barrier = await agreeOnBarrier(client, accountId, clock);
      if (barrier.packedThrough === null) return null;
      return packUpTo(client, accountId, { from: barrier.packedThrough, barrier: barrier.at, atMost, cache });
    });
  } finally {
    client.release();
  }
}

/** A moment such that what is written from now on is later, and everything up to it is committed. */
export async function agreeOnBarrier(
  client: pg.PoolClient,
  account: number,
  clock: Clock,
): Promise<{ at: Instant; packedThrough: Instant | null }> {
  await client.query('begin');
  try {
    const at = await lockForWriting(client, account, clock);
    const [mark] = await setBarrier(client, { account, barrier: at });
    await client.query('commit');
    return { at, packedThrough: mark?.packedThrough ?? null };
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

type Stretch = { from: Instant; barrier: Instant; atMost: number; cache: ColumnCache };

async function packUpTo(client: pg.PoolClient, account: number, stretch: Stretch): Promise<number> {
  const { from, cache } = stretch;
  await client.query('begin isolation level repeatable read');
  try {
    const db = drizzle({ client });
    const through = await endOfBatch(client, account, stretch);
    const condition = sql`${calls.accountId} = ${account} and ${calls.updatedAt} > ${from}::timestamptz
      and ${calls.updatedAt} <= ${through}::timestamptz`;
    const changed = await copyCalls(client, condition);
    const [packed] = await findChunks(db, [account], mayMatter(changed));
    const stale = packed?.chunks.filter(({ isStale }) => isStale) ?? [];
    if (!fitsChunk(changed)) throw new Error('an id does not fit into a chunk');
    if (packed && (changed.count > 0 || stale.length > 0)) {
      const settledBefore = msOf(through) - settlingMs;
      const untouched = await replaceChunks(client, account, {
        heads: packed.chunks,
        stale,
        changed,
        cache,
        settledBefore,
      });
      await joinChunks(client, account, { heads: untouched, settledBefore, cache });
    }
    await setPackedThrough(client, { account, through });
    await client.query('commit');
    return changed.count;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

// What is left of a day is joined when calls come on a later one: over a weekend, too.
const lookBackMs = 4 * dayMs;

/**
 * The chunks that calls may be in or belong to, and those next to them on the same day or some days before; and those to be
 * made anew.
 */
function mayMatter(changed: CallColumns): SQL {
  if (changed.count === 0) return sql`c.is_stale`;
  const { callIds, startedAt } = changed.of;
  const [minId, maxId] = endsOf(callIds);
  const [first, last] = endsOf(startedAt).map((ms) => Math.floor(ms / dayMs) * dayMs) as [number, number];
  return sql`(c.is_stale or (c.min_call_id <= ${maxId} and c.max_call_id >= ${minId})
    or (c.to_at > to_timestamp(${(first - lookBackMs) / 1000}) and c.from_at < to_timestamp(${last / 1000 + dayMs / 1000})))`;
}

function endsOf(values: Float64Array): [number, number] {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}

/** The moment up to which a batch reaches: all that was written at one moment is packed together. */
async function endOfBatch(client: pg.PoolClient, account: number, stretch: Stretch): Promise<Instant> {
  const { from, barrier, atMost } = stretch;
  const [last] = await findLastOfBatch(client, { account, from, barrier, before: atMost - 1 });
  return last?.at ?? barrier;
}

/** Most calls end, and are reported, within so long. Until then they are in small chunks: what changes is written anew. */
const settlingMs = 5 * 60_000;
const unsettledCalls = 4096;

type Change = {
  heads: readonly ChunkHead[];
  stale: readonly ChunkHead[];
  changed: CallColumns;
  cache: ColumnCache;
  settledBefore: number;
};

/** Writes the chunks anew that something has changed in, and gives the others. */
async function replaceChunks(client: pg.PoolClient, account: number, change: Change): Promise<ChunkHead[]> {
  const { heads, stale, changed, cache, settledBefore } = change;
  const db = drizzle({ client });
  const ids = new Set(changed.of.callIds);
  const holding = new Set(await holdersOf(db, heads, changed, cache));
  const places = placesOf(changed, heads);
  const touched = new Map<string, Place>();
  for (const head of heads) if (holding.has(head) || stale.includes(head)) touched.set(keyOf(head), { ...head, head });
  for (const [key, place] of places) touched.set(key, place);

  for (const place of [...touched.values()].sort((a, b) => a.from - b.from)) {
    const { from, to, head } = place;
    const isInside = (start: number) => start >= from && start < to;
    const { startedAt } = changed.of;
    const added = filterCalls(changed, (i) => isInside(startedAt[i] as number));
    let rest: CallColumns | undefined;
    if (head?.isStale) rest = await copyRange(client, account, from, to);
    else if (head) rest = await loadChunk(db, cache, head);
    const restIds = rest?.of.callIds;
    if (rest && restIds) rest = filterCalls(rest, (i) => !ids.has(restIds[i] as number));
    const merged = rest ? mergeCalls(rest, added) : added;
    if (head) await deleteChunks(client, { account, ids: [head.id] });
    const isGrowing = (added.of.startedAt[0] ?? 0) >= (rest?.of.startedAt.at(-1) ?? Number.POSITIVE_INFINITY);
    const isSettled = (merged.of.startedAt.at(-1) ?? 0) < settledBefore;
    const range = { from, to, isGrowing, ...(!isSettled && { atMost: unsettledCalls }) };
    if (merged.count > 0) await writeChunks(client, account, merged, range);
  }
  return heads.filter((head) => !touched.has(keyOf(head)));
}

type Place = { from: number; to: number; head?: ChunkHead };
const keyOf = ({ from }: { from: number }) => String(from);

/** Where calls belong: into the chunks of their starts, or new ones, of a day of UTC or what is left of it. */
function placesOf(changed: CallColumns, heads: readonly ChunkHead[]): Map<string, Place> {
  const places = new Map<string, Place>();
  let place: Place | undefined;
  for (const start of changed.of.startedAt) {
    if (place && start >= place.from && start < place.to) continue;
    place = placeOf(start, heads);
    places.set(keyOf(place), place);
  }
  return places;
}

function placeOf(start: number, heads: readonly ChunkHead[]): Place {
  const next = firstPlace(heads.length, (i) => (heads[i] as ChunkHead).from > start);
  const before = heads[next - 1];
  if (before && start < before.to) return { from: before.from, to: before.to, head: before };
  const day = Math.floor(start / dayMs) * dayMs;
  const after = heads[next];
  return {
    from: Math.max(day, before?.to ?? Number.NEGATIVE_INFINITY),
    to: Math.min(day + dayMs, after?.from ?? Number.POSITIVE_INFINITY),
  };
}

/** The chunks in which calls are as they were before. Calls that are new to all have greater ids. */
async function holdersOf(
  db: Reader,
  heads: readonly ChunkHead[],
  changed: CallColumns,
  cache: ColumnCache,
): Promise<ChunkHead[]> {
  const sorted = Float64Array.from(changed.of.callIds).sort();
  const likely = heads.filter(({ minCallId, maxCallId, isStale }) => {
    const first = firstPlace(sorted.length, (i) => (sorted[i] as number) >= minCallId);
    return !isStale && first < sorted.length && (sorted[first] as number) <= maxCallId;
  });
  const ids = new Set(changed.of.callIds);
  const columns = await loadColumns(db, cache, likely, ['callIds']);
  return likely.filter(({ id }) => {
    const callIds = columns.get(id)?.get('callIds') as Float64Array;
    return callIds.some((callId) => ids.has(callId));
  });
}

function copyRange(client: pg.PoolClient, account: number, from: number, to: number): Promise<CallColumns> {
  const condition = sql`${calls.accountId} = ${account}
    and ${calls.startedAt} >= to_timestamp(${from}::float8 / 1000) and ${calls.startedAt} < to_timestamp(${to}::float8 / 1000)`;
  return copyCalls(client, condition);
}
