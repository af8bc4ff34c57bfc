import { sql } from 'drizzle-orm';
import { calls } from '../../calls/call.table.ts';
import { endedCalls } from '../../calls/merge/ended-call.table.ts';
import { readTimestamp } from '../../postgres/columns.ts';
import type { Instant } from '../../time/instant.ts';
import type { PackedMemory } from '../cache/packed-memory.ts';
import { callChunkMarks } from './call-chunk.table.ts';
import { fitsChunk } from './call-columns.ts';
import type { ChunkHead } from './find-chunks.ts';
import { type Changed, idOf, isWhole, type SeenChanges, seeAgain, seeFirst } from './known-changes.ts';
import { type CallRow, noCall, selectedCalls } from './read-calls.ts';
import type { Reader } from './reader.ts';

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
  /** By id of a chunk: which of its calls are dead; null: none. */
  dead: Map<number, Uint8Array | null>;
};

/** More than so many calls that changed or ended since the last packing are not read for each question. */
const maxChanged = 50_000;

/** The state of accounts in the snapshot of `db`; null where one is not packed, or too much has changed. */
export async function findState(
  db: Reader,
  memory: PackedMemory,
  accountIds: readonly number[],
): Promise<PackedState | null> {
  const found = await readMarks(db, memory, accountIds);
  if (found.length < accountIds.length) return null;
  const accounts: PackedState['accounts'][number][] = [];
  const changed: (Changed & { accountId: number })[] = [];
  for (const { accountId, packedThrough, ended, seen, settled, rows } of found) {
    const gone = [...rows.map(idOf), ...ended];
    const isKnown = seen?.packedThrough === packedThrough && isWhole(seen, settled, gone);
    const all = isKnown
      ? seeAgain(seen, rows, gone)
      : seeFirst(packedThrough, await readChanged(db, accountId, packedThrough));
    const count = all.changed.reduce((sum, { calls }) => sum + calls.count, 0);
    if (count + ended.length > maxChanged || !all.changed.every(({ calls }) => fitsChunk(calls))) return null;
    memory.changes.keep(accountId, all.seen);
    changed.push(...all.changed.map((some) => ({ accountId, ...some })));
    const chunks = await memory.chunks.of(db, accountId, packedThrough);
    accounts.push({ accountId, packedThrough, ended, chunks });
  }
  return { accounts, changed, dead: new Map() };
}

type Found = {
  accountId: number;
  packedThrough: Instant;
  ended: number[];
  /** What was known when it was read, how much of it is still so, and what changed later. */
  seen: SeenChanges | undefined;
  settled: { count: number; ids: number; moments: number };
  rows: CallRow[];
};

/** The accounts that are packed, and of each what changed after what has been seen already. */
async function readMarks(db: Reader, memory: PackedMemory, accountIds: readonly number[]): Promise<Found[]> {
  const known = accountIds.map((accountId) => memory.changes.of(accountId));
  const marks = sql.param(known.map((seen) => seen?.packedThrough ?? null));
  const reached = sql.param(known.map((seen) => seen?.through ?? null));
  const { rows } = await db.execute<CallRow>(sql`select m.account_id as "accountId",
      m.packed_through as "packedThrough", settled.*, changed.*
    from unnest(${sql.param(accountIds)}::integer[], ${marks}::timestamptz[], ${reached}::timestamptz[])
      as seen(account_id, packed_through, through)
    join ${callChunkMarks} as m on m.account_id = seen.account_id and m.packed_through is not null
    left join lateral (select count(*)::float8 as "count", sum(${calls.id})::float8 as ids,
        sum(date_part('epoch', ${calls.updatedAt} - seen.packed_through)) as moments from ${calls}
      where ${calls.accountId} = seen.account_id and ${calls.updatedAt} > seen.packed_through
      and ${calls.updatedAt} <= seen.through) as settled on true
    left join lateral (
      (select ${selectedCalls}, ${calls.updatedAt} as "updatedAt", null as ended from ${calls}
        where ${calls.accountId} = seen.account_id and ${calls.updatedAt} > seen.through
        order by ${calls.updatedAt} limit ${maxChanged + 1})
      union all
      select ${noCall}, null, string_agg(e.call_id::text, ',') from (select ${endedCalls.callId} as call_id
        from ${endedCalls} where ${endedCalls.accountId} = seen.account_id
        and ${endedCalls.removedAt} > m.packed_through limit ${maxChanged + 1}) as e) as changed on true
    order by m.account_id`);
  const found = new Map<number, Found>();
  for (const row of rows) {
    const accountId = row.accountId as number;
    const account = found.get(accountId) ?? foundOf(row, known[accountIds.indexOf(accountId)]);
    found.set(accountId, account);
    if (row.c0 !== null) account.rows.push(row);
    else if (row.ended !== null) account.ended = String(row.ended).split(',').map(Number);
  }
  return [...found.values()];
}

function foundOf(row: CallRow, seen: SeenChanges | undefined): Found {
  return {
    accountId: row.accountId as number,
    packedThrough: readTimestamp(row.packedThrough as string),
    ended: [],
    seen,
    settled: { count: Number(row.count), ids: Number(row.ids), moments: Number(row.moments) },
    rows: [],
  };
}

/** All that changed after the last packing; more than too much is not read. */
async function readChanged(db: Reader, accountId: number, packedThrough: Instant): Promise<CallRow[]> {
  const { rows } =
    await db.execute<CallRow>(sql`select ${selectedCalls}, ${calls.updatedAt} as "updatedAt" from ${calls}
    where ${calls.accountId} = ${accountId} and ${calls.updatedAt} > ${packedThrough}::timestamptz
    order by ${calls.updatedAt} limit ${maxChanged + 1}`);
  return rows;
}
