import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../postgres/client.ts';
import { readTimestamp } from '../../postgres/columns.ts';
import { type Instant, msOf } from '../../time/instant.ts';
import { type ColumnVersions, isCurrent, usableColumns } from '../columns.ts';
import { callChunkMarks, callChunks } from './call-chunk.table.ts';
import type { CodedWords } from './call-columns.ts';

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
  /** When the last of its calls ended; null where none did. */
  maxEndedAt: number | null;
  hasLive: boolean;
  words: CodedWords;
  /** Which of its columns are of use, as bits. */
  usable: number;
  /** Whether these are all that it has, and all that there are. */
  isCurrent: boolean;
};

export type PackedAccount = { accountId: number; packedThrough: Instant; chunks: ChunkHead[] };

/** The columns of a chunk's head, as headOf reads them for code that knows columns in some versions. */
export const headColumns = sql`c.id, c.account_id as "accountId", c.from_at as "from", c.to_at as "to",
  c.call_count as count, c.first_started_at as first, c.min_call_id as "minCallId", c.max_call_id as "maxCallId",
  c.max_ended_at as "maxEnded", c.has_live as "hasLive", c.words, c.versions`;

export type HeadRow = Pick<ChunkHead, 'accountId' | 'count' | 'minCallId' | 'maxCallId' | 'hasLive' | 'words'> & {
  id: string;
  from: string;
  to: string;
  first: string;
  maxEnded: string | null;
  versions: ColumnVersions;
};

const msOfText = (text: string) => msOf(readTimestamp(text));

export function headOf({ id, from, to, first, maxEnded, versions, ...row }: HeadRow, own: ColumnVersions): ChunkHead {
  return {
    ...row,
    id: Number(id),
    from: msOfText(from),
    to: msOfText(to),
    firstStartedAt: msOfText(first),
    maxEndedAt: maxEnded === null ? null : msOfText(maxEnded),
    usable: usableColumns(versions, own),
    isCurrent: isCurrent(versions, own),
  };
}

/** The chunks of accounts that a condition holds for, in order of time. An account that is not packed yet is not there. */
export async function findChunks(
  db: Reader,
  accountIds: readonly number[],
  condition: SQL,
  versions: ColumnVersions,
): Promise<PackedAccount[]> {
  type Row = Omit<HeadRow, 'id'> & { id: string | null; markOf: number; packedThrough: string };
  const { rows } = await db.execute<Row>(sql`select m.account_id as "markOf", m.packed_through as "packedThrough",
      ${headColumns}
    from ${callChunkMarks} as m
    left join ${callChunks} as c on c.account_id = m.account_id and ${condition}
    where m.account_id = any(${sql.param(accountIds)}::integer[]) and m.packed_through is not null
    order by m.account_id, c.from_at`);
  const found = new Map<number, PackedAccount>();
  for (const { markOf: accountId, packedThrough, id, ...row } of rows) {
    const account = found.get(accountId) ?? { accountId, packedThrough: readTimestamp(packedThrough), chunks: [] };
    found.set(accountId, account);
    if (id !== null) account.chunks.push(headOf({ ...row, id }, versions));
  }
  return [...found.values()];
}

/** What packed calls are read on: a pool, a transaction or a snapshot, made by drizzle over a client of pg. */
export type Reader = Pick<Database, 'execute'>;

/** The first of so many places in order that a test holds for, which then holds for all after it; `count` if for none. */
export function firstPlace(count: number, holds: (place: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
