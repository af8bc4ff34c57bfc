import { type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { calls } from '../../calls/call.table.ts';
import { endedCalls } from '../../calls/merge/ended-call.table.ts';
import { closeMoments, noteFollowed } from '../../calls/write/follow-writes.ts';
import { statement } from '../../postgres/statement.ts';
import { type Clock, type Instant, msOf } from '../../time/instant.ts';
import { dayMs } from '../../time/local-date.ts';
import { ColumnCache } from '../cache/column-cache.ts';
import { type ColumnVersions, currentVersions } from '../columns.ts';
import { type CallColumns, filterCalls, fitsChunk, mergeCalls } from '../store/call-columns.ts';
import { type ChunkHead, findChunks, firstPlace, type Reader } from '../store/find-chunks.ts';
import { loadChunk, loadColumns } from '../store/load-columns.ts';
import { copyCalls } from '../store/read-calls.ts';
import { joinChunks } from './join-chunks.ts';
import {
  deleteChunks,
  type Packing,
  packedThrough,
  packingTransaction,
  setPackedThrough,
  whilePacking,
} from './packing.ts';
import { remakeOutdated, remakeRange } from './remake-chunks.ts';
import { writeChunks } from './write-chunks.ts';

export type PackInput = {
  accountId: number;
  clock: Clock;
  /** About so many calls at once, so that neither memory nor the time without a pause grows with what has piled up. */
  atMost?: number;
  versions?: ColumnVersions;
};

const findLastOfBatch = statement<{ at: Instant | null }>(
  'find_last_of_packing',
  sql`select min(at) as at from (
      (select ${calls.updatedAt} as at from ${calls} where ${calls.accountId} = ${sql.placeholder('account')}
        and ${calls.updatedAt} > ${sql.placeholder('from')} and ${calls.updatedAt} <= ${sql.placeholder('barrier')}
        order by ${calls.updatedAt}, ${calls.id} offset ${sql.placeholder('before')} limit 1)
      union all
      (select ${endedCalls.removedAt} from ${endedCalls} where ${endedCalls.accountId} = ${sql.placeholder('account')}
        and ${endedCalls.removedAt} > ${sql.placeholder('from')} and ${endedCalls.removedAt} <= ${sql.placeholder('barrier')}
        order by ${endedCalls.removedAt} offset ${sql.placeholder('before')} limit 1)) as last`,
);
const findEnded = statement<{ id: number }>(
  'find_ended_to_pack',
  sql`select ${endedCalls.callId} as id from ${endedCalls} where ${endedCalls.accountId} = ${sql.placeholder('account')}
    and ${endedCalls.removedAt} > ${sql.placeholder('from')} and ${endedCalls.removedAt} <= ${sql.placeholder('through')}`,
);

/**
 * Packs what has changed or ended in an account since the last time, the first of it where it is much, and makes some chunks
 * anew that are outdated; how many calls had changed or ended, null where somebody else is at it, nothing is packed yet, or it is for
 * newer code to do.
 */
export async function packChanges(pool: pg.Pool, input: PackInput): Promise<number | null> {
  const { accountId: account, clock, atMost, versions = currentVersions } = input;
  let count: number | null = null;
  await whilePacking(pool, { account, versions }, async (packing) => {
    if ((await packedThrough(packing)) === null) return;
    await packStep(packing, clock, {
      ...(atMost !== undefined && { atMost }),
      onPacked: (packed) => {
        count = packed;
      },
      remake: (through) => remakeOutdated(packing, through),
    });
  });
  return count;
}

type Step<Remade> = {
  atMost?: number;
  onPacked?: (count: number) => void;
  remake: (through: Instant) => Promise<Remade>;
};

/**
 * Packs changes, and makes chunks anew; gives what that gives. The account's lock is held only to agree on a moment: what is
 * written from then on is later than it. All that was committed before is packed by one transaction, which readers see as a
 * whole or not at all.
 */
export async function packStep<Remade>(packing: Packing, clock: Clock, step: Step<Remade>): Promise<Remade> {
  const { client, account } = packing;
  const from = (await packedThrough(packing)) as Instant;
  const barrier = await packingTransaction(packing, () => closeMoments(client, account, clock));
  const work = async () => {
    const through = await endOfBatch(packing, { from, barrier, atMost: step.atMost ?? 100_000 });
    const condition = sql`${calls.accountId} = ${account} and ${calls.updatedAt} > ${from}::timestamptz
      and ${calls.updatedAt} <= ${through}::timestamptz`;
    const changed = await copyCalls(client, condition);
    if (!fitsChunk(changed)) throw new Error('a number does not fit into a chunk');
    const ended = (await findEnded(client, { account, from, through })).map(({ id }) => id);
    if (changed.count > 0 || ended.length > 0) await packThese(packing, { changed, ended, through });
    const remade = await step.remake(through);
    await setPackedThrough(packing, through);
    return { through, remade, count: changed.count + ended.length };
  };
  const { through, remade, count } = await packingTransaction(packing, work, 'repeatable read');
  // Writers change the same row: in that transaction neither could go on without the other.
  await noteFollowed(client, account, through);
  step.onPacked?.(count);
  return remade;
}

type Change = {
  changed: CallColumns;
  /** The ids of calls that are no more. */
  ended: readonly number[];
  through: Instant;
};

async function packThese(packing: Packing, change: Change): Promise<void> {
  const { client, account, versions } = packing;
  const { changed, ended, through } = change;
  const condition = mayMatter(changed, ended);
  const [packed] = await findChunks(drizzle({ client }), [account], condition, versions);
  const settledBefore = msOf(through) - settlingMs;
  const untouched = await replaceChunks(packing, packed?.chunks ?? [], change, settledBefore);
  await joinChunks(packing, untouched, settledBefore);
}

// What is left of a day is joined when calls come on a later one: over a weekend, too.
const lookBackMs = 4 * dayMs;

/** The chunks that calls may be in or belong to, and those next to them on the same day or some days before. */
function mayMatter(changed: CallColumns, ended: readonly number[]): SQL {
  const conditions = [changed.of.id, Float64Array.from(ended)]
    .filter(({ length }) => length > 0)
    .map((ids) => {
      const [minId, maxId] = endsOf(ids);
      return sql`(c.min_call_id <= ${maxId} and c.max_call_id >= ${minId})`;
    });
  if (changed.count > 0) {
    const ends = endsOf(changed.of.startedAt);
    const [first, last] = ends.map((ms) => Math.floor(ms / dayMs) * dayMs) as [number, number];
    conditions.push(sql`(c.to_at > to_timestamp(${(first - lookBackMs) / 1000})
      and c.from_at < to_timestamp(${last / 1000 + dayMs / 1000}))`);
  }
  return sql`(${sql.join(conditions, sql` or `)})`;
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
async function endOfBatch(
  { client, account }: Packing,
  { from, barrier, atMost }: { from: Instant; barrier: Instant; atMost: number },
): Promise<Instant> {
  const [last] = await findLastOfBatch(client, { account, from, barrier, before: atMost - 1 });
  return last?.at ?? barrier;
}

/** Most calls end, and are reported, within so long. Until then they are in small chunks: what changes is written anew. */
const settlingMs = 5 * 60_000;
const unsettledCalls = 4096;

/** Writes the chunks anew that something has changed or ended in, and gives the others. */
async function replaceChunks(
  packing: Packing,
  heads: readonly ChunkHead[],
  { changed, ended, through }: Change,
  settledBefore: number,
): Promise<ChunkHead[]> {
  const { client, account, versions } = packing;
  const db = drizzle({ client });
  const ids = new Set([...changed.of.id, ...ended]);
  const holding = new Set(await holdersOf(db, heads, ids));
  const touched = new Map<string, Place>();
  for (const head of heads) if (holding.has(head)) touched.set(keyOf(head), { ...head, head });
  for (const [key, place] of placesOf(changed, heads)) touched.set(key, place);

  for (const { from, to, head } of [...touched.values()].sort((a, b) => a.from - b.from)) {
    if (head && !head.isCurrent) {
      await remakeRange(packing, { from, to }, through, to > settledBefore ? unsettledCalls : undefined);
      continue;
    }
    const { startedAt } = changed.of;
    const added = filterCalls(changed, (i) => (startedAt[i] as number) >= from && (startedAt[i] as number) < to);
    let rest = head && (await loadChunk(db, head));
    const restIds = rest?.of.id;
    if (rest && restIds) rest = filterCalls(rest, (i) => !ids.has(restIds[i] as number));
    const merged = rest ? mergeCalls(rest, added) : added;
    if (head) await deleteChunks(packing, [head.id]);
    const isGrowing = (added.of.startedAt[0] ?? 0) >= (rest?.of.startedAt.at(-1) ?? Number.POSITIVE_INFINITY);
    const isSettled = (merged.of.startedAt.at(-1) ?? 0) < settledBefore;
    const range = { from, to, isGrowing, versions, ...(!isSettled && { atMost: unsettledCalls }) };
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

/** The chunks in which calls are as they were before, by their ids. Those of new calls are mostly greater than any in a chunk. */
async function holdersOf(db: Reader, heads: readonly ChunkHead[], ids: ReadonlySet<number>): Promise<ChunkHead[]> {
  const sorted = Float64Array.from(ids).sort();
  const likely = heads.filter(({ minCallId, maxCallId }) => {
    const first = firstPlace(sorted.length, (i) => (sorted[i] as number) >= minCallId);
    return first < sorted.length && (sorted[first] as number) <= maxCallId;
  });
  const told = likely.filter(({ isCurrent }) => isCurrent);
  const columns = await loadColumns(db, new ColumnCache(0), told, ['id']);
  return likely.filter((head) => {
    // What is outdated is not read, but made anew.
    if (!head.isCurrent) return true;
    const callIds = columns.get(head)?.get('id') as Float64Array;
    return callIds.some((callId) => ids.has(callId));
  });
}
