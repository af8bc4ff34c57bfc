import { sql } from 'drizzle-orm';
import { calls } from '../../calls/call.table.ts';
import { endedCalls } from '../../calls/merge/ended-call.table.ts';
import { readTimestamp } from '../../postgres/columns.ts';
import type { Instant } from '../../time/instant.ts';
import type { PackedMemory } from '../cache/packed-memory.ts';
import { callChunkMarks } from './call-chunk.table.ts';
import { fitsChunk } from './call-columns.ts';
import type { ChunkHead, Reader } from './find-chunks.ts';
import { type Changed, isWhole, type SeenChanges, seeAgain, seeFirst } from './known-changes.ts';
import { type CallRow, idOf, noCall, selectedCalls } from './read-calls.ts';

/** What is packed of accounts in a snapshot, and what has changed since. */
export type PackedState = {
  accounts: readonly {
    accountId: number;
    packedThrough: Instant;
    chunks: readonly ChunkHead[];
    /** The ids of calls that ended since: they may still be in the chunks. */
    ended: readonly number[];
  }[];
  /** Account by account: no call is in two of them, unless it changed again. */
  changed: readonly (Changed & { accountId: number })[];
  /** Of a chunk, which of its calls are superseded; null: none. */
  superseded: Map<ChunkHead, Uint8Array | null>;
};

/** More than so many calls of an account that changed or ended since its last packing are not read for each question. */
const maxChanged = 50_000;
/** The same of all accounts together. */
const maxChangedOfAll = 200_000;

/** The state of accounts in the snapshot of `db`; null where one is not packed, or too much has changed. */
export async function findState(
  db: Reader,
  memory: PackedMemory,
  accountIds: readonly number[],
): Promise<PackedState | null> {
  const seen = accountIds.map((accountId) => ({ accountId, seen: memory.changes.of(accountId) }));
  const known = await readChanges(
    db,
    seen.map(({ accountId, seen }) => ({ accountId, from: seen?.packedThrough ?? null, to: seen?.through ?? null })),
  );
  if (known === null || known.size < accountIds.length) return null;
  const lacking: Since[] = [];
  for (const { accountId, seen: before } of seen) {
    const found = known.get(accountId) as Changes;
    if (before && isStillSo(before, found)) continue;
    lacking.push({ accountId, from: found.packedThrough, to: found.packedThrough });
  }
  const anew = lacking.length > 0 ? await readChanges(db, lacking) : new Map<number, Changes>();
  if (anew === null) return null;

  const accounts: PackedState['accounts'][number][] = [];
  const changed: (Changed & { accountId: number })[] = [];
  for (const { accountId, seen: before } of seen) {
    const first = anew.get(accountId);
    const { packedThrough, ended, rows } = first ?? (known.get(accountId) as Changes);
    const all =
      before && !first ? seeAgain(before, rows, [...rows.map(idOf), ...ended]) : seeFirst(packedThrough, rows);
    const count = all.changed.reduce((sum, { calls }) => sum + calls.count, 0);
    if (count + ended.length > maxChanged || !all.changed.every(({ calls }) => fitsChunk(calls))) return null;
    memory.changes.keep(accountId, all.seen);
    changed.push(...all.changed.map((some) => ({ accountId, ...some })));
    const chunks = await memory.chunks.of(db, accountId, packedThrough);
    accounts.push({ accountId, packedThrough, ended, chunks });
  }
  return { accounts, changed, superseded: new Map() };
}

/** From which moment what changed and ended in an account is wanted, and up to which it is known; null: nothing is. */
type Since = { accountId: number; from: Instant | null; to: Instant | null };

type Changes = {
  packedThrough: Instant;
  /** The calls that ended after `from`. */
  ended: number[];
  /** How many calls changed after `from` up to `to`, and sums of their ids and moments. */
  settled: { count: number; ids: number; moments: number };
  /** The calls that changed after `to`, in order of that. */
  rows: CallRow[];
};

/** Whether what was seen of an account is all that has changed in that time. */
function isStillSo(seen: SeenChanges, { packedThrough, settled, rows, ended }: Changes): boolean {
  return seen.packedThrough === packedThrough && isWhole(seen, settled, [...rows.map(idOf), ...ended]);
}

type MarkRow = CallRow & { accountId: number; packedThrough: string | null };

/**
 * Those of the accounts that are packed; null where too much changed in them. Calls and ended calls are joined by account;
 * that they are later than the least of the moments follows from that, and tells the planner how few they are.
 */
async function readChanges(db: Reader, since: readonly Since[]): Promise<Map<number, Changes> | null> {
  const limit = Math.min(since.length * maxChanged, maxChangedOfAll) + 1;
  const least = (moments: (Instant | null)[]) =>
    sql`${moments.filter((at) => at !== null).sort()[0] ?? null}::timestamptz`;
  const leastFrom = least(since.map(({ from }) => from));
  const leastTo = least(since.map(({ to }) => to));
  const { rows } = await db.execute<MarkRow>(sql`with since as materialized (
      select * from unnest(${sql.param(since.map(({ accountId }) => accountId))}::integer[],
        ${sql.param(since.map(({ from }) => from))}::timestamptz[],
        ${sql.param(since.map(({ to }) => to))}::timestamptz[]) as s(account_id, from_at, to_at))
    (select ${calls.accountId} as "accountId", null as "packedThrough", null as "count", null as ids, null as moments,
        null as ended, ${selectedCalls}, ${calls.updatedAt} as "updatedAt"
      from since as s join ${calls} on ${calls.accountId} = s.account_id and ${calls.updatedAt} > s.to_at
      where ${calls.updatedAt} > ${leastTo} limit ${limit})
    union all
    select m.account_id, m.packed_through, settled.count, settled.ids, settled.moments, ended.ids, ${noCall}, null
    from since as s join ${callChunkMarks} as m on m.account_id = s.account_id and m.packed_through is not null
    left join (select ${calls.accountId}, count(*)::float8 as "count", sum(${calls.id})::float8 as ids,
        sum(date_part('epoch', ${calls.updatedAt} - s.from_at)) as moments
      from since as s join ${calls} on ${calls.accountId} = s.account_id
        and ${calls.updatedAt} > s.from_at and ${calls.updatedAt} <= s.to_at
      where ${calls.updatedAt} > ${leastFrom} group by ${calls.accountId}) as settled on settled.account_id = s.account_id
    left join (select account_id, string_agg(call_id::text, ',') as ids
      from (select ${endedCalls.accountId}, ${endedCalls.callId} from since as s
        join ${endedCalls} on ${endedCalls.accountId} = s.account_id and ${endedCalls.removedAt} > s.from_at
        where ${endedCalls.removedAt} > ${leastFrom} limit ${limit}) as later
      group by account_id) as ended on ended.account_id = s.account_id
    order by "updatedAt" nulls first`);
  const found = new Map<number, Changes>();
  let read = 0;
  for (const row of rows) {
    if (row.packedThrough !== null) {
      const changes = changesOf(row, row.packedThrough);
      read += changes.ended.length;
      found.set(row.accountId, changes);
    } else {
      read += 1;
      found.get(row.accountId)?.rows.push(row);
    }
  }
  return read < limit ? found : null;
}

function changesOf({ ended, count, ids, moments }: MarkRow, packedThrough: string): Changes {
  return {
    packedThrough: readTimestamp(packedThrough),
    ended: ended === null ? [] : String(ended).split(',').map(Number),
    settled: { count: Number(count), ids: Number(ids), moments: Number(moments) },
    rows: [],
  };
}

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
