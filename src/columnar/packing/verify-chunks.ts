import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { calls } from '../../calls/call.table.ts';
import { endedCalls } from '../../calls/merge/ended-call.table.ts';
import { instantOf } from '../../time/instant.ts';
import {
  bitsOf,
  type ColumnName,
  type ColumnVersions,
  columnNames,
  currentVersions,
  columns as registry,
  type WordColumn,
} from '../columns.ts';
import { type CallColumns, keyOfClass } from '../store/call-columns.ts';
import type { CallClass } from '../store/chunk.ts';
import { type ChunkHead, findChunks, type Reader } from '../store/find-chunks.ts';
import { loadChunk } from '../store/load-columns.ts';
import { readCalls } from '../store/read-calls.ts';

export type Verified = {
  chunks: number;
  packed: number;
  /** Chunks that lack columns, or have some in another version: those are not compared. */
  outdated: number;
  /** Calls that are in the chunks and not among the calls, the other way round, or there with other values. */
  differing: number;
  /** Of the first chunks that are wrong: when their calls started. */
  where: string[];
  /** Null where the account is not packed. */
  packedThrough: string | null;
  bytes: number;
};

/** Compares the chunks of an account with its calls, in one snapshot. What changed after the packing is left out. */
export async function verifyChunks(
  pool: pg.Pool,
  {
    accountId,
    onProgress,
    versions = currentVersions,
  }: { accountId: number; onProgress?: (done: number, all: number) => void; versions?: ColumnVersions },
): Promise<Verified> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const db = drizzle({ client });
    const [account] = await findChunks(db, [accountId], sql`true`, versions);
    const verified: Verified = {
      chunks: account?.chunks.length ?? 0,
      packed: 0,
      outdated: account?.chunks.filter(({ isCurrent }) => !isCurrent).length ?? 0,
      differing: 0,
      where: [],
      packedThrough: account?.packedThrough ?? null,
      bytes: 0,
    };
    if (!account) return verified;
    const settled = sql`${calls.accountId} = ${accountId} and ${calls.updatedAt} <= ${account.packedThrough}::timestamptz`;
    for (const [i, head] of account.chunks.entries()) {
      const within = sql`${settled} and ${calls.startedAt} >= ${instantOf(head.from)}::timestamptz
        and ${calls.startedAt} < ${instantOf(head.to)}::timestamptz`;
      const stored = (await readCalls(db, within)).get(accountId);
      const packed = await loadChunk(db, head);
      verified.packed += packed.count;
      const wrong = await countDifferences(db, head, account.packedThrough, packed, stored);
      verified.differing += wrong;
      if (wrong > 0 && verified.where.length < 10) verified.where.push(spanOf(head));
      onProgress?.(i + 1, account.chunks.length);
    }
    const outside = await countOutside(db, accountId, account.packedThrough);
    verified.differing += outside;
    const { rows } = await client.query(
      'select coalesce(sum(pg_column_size(c.*)), 0)::float8 as bytes from call_chunks c where account_id = $1',
      [accountId],
    );
    verified.bytes = rows[0]?.bytes ?? 0;
    return verified;
  } finally {
    await client.query('rollback').catch(() => {});
    client.release();
  }
}

const spanOf = ({ from, to }: ChunkHead) => `${instantOf(from)} to ${instantOf(to)}`;

async function countDifferences(
  db: Reader,
  { accountId, usable }: ChunkHead,
  packedThrough: string,
  packed: CallColumns,
  stored: CallColumns | undefined,
): Promise<number> {
  const known = byId(stored, usable);
  let wrong = 0;
  const unknown: number[] = [];
  for (const [id, told] of byId(packed, usable)) {
    const own = known.get(id);
    known.delete(id);
    if (own === undefined) unknown.push(id);
    else if (own !== told) wrong += 1;
  }
  // A call that has changed or ended since stands in its chunk as it was: that is no difference.
  const changed = await db.execute<{ id: string }>(sql`select ${calls.id} from ${calls}
    where ${calls.accountId} = ${accountId} and ${calls.id} = any(${sql.param(unknown)}::bigint[])
    and ${calls.updatedAt} > ${packedThrough}::timestamptz
    union all select ${endedCalls.callId} from ${endedCalls}
    where ${endedCalls.accountId} = ${accountId} and ${endedCalls.callId} = any(${sql.param(unknown)}::bigint[])
    and ${endedCalls.removedAt} > ${packedThrough}::timestamptz`);
  return wrong + known.size + unknown.length - changed.rows.length;
}

/** Each call in words, by id, as far as columns are of use. */
function byId(columns: CallColumns | undefined, usable: number): Map<number, string> {
  const told = new Map<number, string>();
  if (!columns) return told;
  const { of, words, count } = columns;
  const names = columnNames.filter((name) => (usable & bitsOf([name])) !== 0);
  const toldOf = (name: ColumnName, i: number) => {
    const value = of[name][i] as number;
    const { kind } = registry[name];
    if (kind === 'words') return words[name as WordColumn][value];
    // The database gives the fields of an object in an order of its own.
    return kind === 'class' ? keyOfClass(words.classes[value] as CallClass) : value;
  };
  for (let i = 0; i < count; i++) {
    const values = names.map((name) => toldOf(name, i));
    told.set(of.id[i] as number, JSON.stringify(values));
  }
  return told;
}

/** Calls that are in no chunk's range. */
async function countOutside(db: Reader, accountId: number, packedThrough: string): Promise<number> {
  const { rows } = await db.execute<{ count: string }>(sql`select count(*) from ${calls} left join call_chunks as c
    on c.account_id = ${calls.accountId} and ${calls.startedAt} >= c.from_at and ${calls.startedAt} < c.to_at
    where ${calls.accountId} = ${accountId} and ${calls.updatedAt} <= ${packedThrough}::timestamptz and c.id is null`);
  return Number(rows[0]?.count ?? 0);
}
