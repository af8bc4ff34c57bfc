import { sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import { readTimestamp } from '../db/columns.ts';
import type { Instant } from '../time/instant.ts';
import { callChunkMarks, callChunks } from './call-chunk.table.ts';
import { type CallColumns, fitsChunk } from './call-columns.ts';
import type { ChunkHead } from './find-chunks.ts';
import type { PackedMemory } from './packed-memory.ts';
import { readCalls } from './read-calls.ts';
import type { Reader } from './reader.ts';

/** What is packed of accounts in a snapshot, and what has changed since. */
export type PackedState = {
  accounts: readonly {
    accountId: number;
    packedThrough: Instant;
    chunks: readonly ChunkHead[];
    stale: ReadonlySet<number>;
  }[];
  changed: ReadonlyMap<number, CallColumns>;
  /** By id of a chunk: which of its calls are dead; null: none. */
  dead: Map<number, Uint8Array | null>;
};

/** What was found in the snapshots of one operation, by the accounts asked about. */
export type FoundStates = WeakMap<Reader, Map<string, Promise<PackedState | null>>>;

/** More than so many calls that changed since the last packing are not read for each question. */
const maxChanged = 50_000;

type Mark = { accountId: number; packedThrough: Instant; stale: ReadonlySet<number> };

/** The state of accounts in the snapshot of `db`; null where one is not packed, or too much has changed. */
export async function findState(
  db: Reader,
  memory: PackedMemory,
  accountIds: readonly number[],
): Promise<PackedState | null> {
  const guesses = accountIds.flatMap((accountId) => {
    const packedThrough = memory.marks.get(accountId);
    return packedThrough === undefined ? [] : [{ accountId, packedThrough }];
  });
  // Most often the marks are those of the last question: what has changed since then is read without waiting for them.
  const reading = Promise.all([
    readMarks(db, accountIds),
    guesses.length === accountIds.length ? readChanged(db, guesses) : null,
  ]);
  const [marks, likely] = await reading;
  if (marks.length < accountIds.length) return null;
  for (const { accountId, packedThrough } of marks) memory.marks.set(accountId, packedThrough);
  const isAsGuessed = marks.every(({ accountId, packedThrough }) =>
    guesses.some((guess) => guess.accountId === accountId && guess.packedThrough === packedThrough),
  );
  const changed = isAsGuessed ? likely : await readChanged(db, marks);
  if (!changed) return null;
  const accounts = [];
  for (const mark of marks) {
    accounts.push({ ...mark, chunks: await memory.chunks.of(db, mark.accountId, mark.packedThrough) });
  }
  return { accounts, changed, dead: new Map() };
}

/** The accounts that are packed. */
async function readMarks(db: Reader, accountIds: readonly number[]): Promise<Mark[]> {
  type Row = { accountId: number; packedThrough: string; stale: string[] };
  const { rows } = await db.execute<Row>(sql`select m.account_id as "accountId", m.packed_through as "packedThrough",
      array(select c.id from ${callChunks} as c where c.account_id = m.account_id and c.is_stale) as stale
    from ${callChunkMarks} as m
    where m.account_id = any(${sql.param(accountIds)}::integer[]) and m.packed_through is not null
    order by m.account_id`);
  return rows.map(({ accountId, packedThrough, stale }) => ({
    accountId,
    packedThrough: readTimestamp(packedThrough),
    stale: new Set(stale.map(Number)),
  }));
}

/** What changed after the last packing; null for too much. */
async function readChanged(
  db: Reader,
  accounts: readonly Pick<Mark, 'accountId' | 'packedThrough'>[],
): Promise<Map<number, CallColumns> | null> {
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
