import { type SQL, sql } from 'drizzle-orm';
import { readTimestamp } from '../db/columns.ts';
import { type Instant, msOf } from '../time/instant.ts';
import { type ChunkWords, callChunkMarks, callChunks } from './call-chunk.table.ts';
import type { Reader } from './reader.ts';

/** A chunk without its columns. */
export type ChunkHead = {
  accountId: number;
  id: number;
  /** In milliseconds since 1970. */
  from: number;
  to: number;
  count: number;
  firstStartedAt: number;
  minCallId: number;
  maxCallId: number;
  isStale: boolean;
  words: ChunkWords;
};

export type PackedAccount = { accountId: number; packedThrough: Instant; chunks: ChunkHead[] };

type Row = {
  accountId: number;
  packedThrough: string | null;
  id: string | null;
  from: string;
  to: string;
  count: number;
  first: string;
  minCallId: number;
  maxCallId: number;
  isStale: boolean;
  words: ChunkWords;
};

const msOfText = (text: string) => msOf(readTimestamp(text));

/** The chunks of accounts that a condition holds for, in order of time. An account that is not packed yet is not there. */
export async function findChunks(db: Reader, accountIds: readonly number[], condition: SQL): Promise<PackedAccount[]> {
  const { rows } = await db.execute<Row>(sql`select m.account_id as "accountId", m.packed_through as "packedThrough",
      c.id, c.from_at as "from", c.to_at as "to", c.call_count as count, c.first_started_at as first,
      c.min_call_id as "minCallId", c.max_call_id as "maxCallId", c.is_stale as "isStale", c.words
    from ${callChunkMarks} as m
    left join ${callChunks} as c on c.account_id = m.account_id and ${condition}
    where m.account_id = any(${sql.param(accountIds)}::integer[]) and m.packed_through is not null
    order by m.account_id, c.from_at`);
  const found = new Map<number, PackedAccount>();
  for (const { packedThrough, ...row } of rows) {
    const account = found.get(row.accountId) ?? {
      accountId: row.accountId,
      packedThrough: readTimestamp(packedThrough as string),
      chunks: [],
    };
    found.set(row.accountId, account);
    if (row.id !== null) account.chunks.push(headOf(row));
  }
  return [...found.values()];
}

function headOf({ id, from, to, first, ...row }: Omit<Row, 'packedThrough'>): ChunkHead {
  return { ...row, id: Number(id), from: msOfText(from), to: msOfText(to), firstStartedAt: msOfText(first) };
}
