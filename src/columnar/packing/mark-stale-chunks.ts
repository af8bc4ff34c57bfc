import { sql } from 'drizzle-orm';
import { statement, type Transaction } from '../../postgres/statement.ts';
import type { Instant } from '../../time/instant.ts';
import { callChunkMarks, callChunks } from '../store/call-chunk.table.ts';

const findPackedThrough = statement<{ packedThrough: Instant | null }>(
  'find_packed_through',
  sql`select packed_through as "packedThrough" from ${callChunkMarks}
    where ${callChunkMarks.accountId} = ${sql.placeholder('account')}`,
);

const mark = statement(
  'mark_stale_chunks',
  sql`update ${callChunks} set is_stale = true
    where ${callChunks.accountId} = ${sql.placeholder('account')} and not is_stale
    and (${callChunks.fromAt} <= ${sql.placeholder('last')} and ${callChunks.toAt} > ${sql.placeholder('first')}
      or exists (select from unnest(${sql.placeholder('changed')}::bigint[]) as changed(id)
        where changed.id between ${callChunks.minCallId} and ${callChunks.maxCallId}))`,
);

/** Notes that calls were deleted from chunks. The caller keeps others from packing. */
export async function markStaleChunks(
  on: Transaction,
  account: number,
  deleted: readonly { id: number; startedAt: Instant; updatedAt: Instant }[],
): Promise<void> {
  if (deleted.length === 0) return;
  const [packed] = await findPackedThrough(on, { account });
  const through = packed?.packedThrough ?? null;
  if (through === null) return;
  const starts = deleted.map(({ startedAt }) => startedAt).sort();
  // One that changed since the packing may stand in the chunk of another start, where nothing supersedes it any more.
  const changed = deleted.filter(({ updatedAt }) => updatedAt > through).map(({ id }) => id);
  await mark(on, { account, first: starts[0], last: starts.at(-1), changed });
}
