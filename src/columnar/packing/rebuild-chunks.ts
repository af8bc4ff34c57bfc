import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { calls } from '../../calls/call.table.ts';
import { closeMoments, noteFollowed } from '../../calls/write/follow-writes.ts';
import { type Clock, instantOf } from '../../time/instant.ts';
import { dayMs } from '../../time/local-date.ts';
import { fitsChunk } from '../store/call-columns.ts';
import { copyCalls } from './copy-calls.ts';
import { whilePacking } from './packing-lock.ts';
import { packingTransaction } from './packing-transaction.ts';
import { writeChunks } from './write-chunks.ts';

export type RebuildInput = {
  accountId: number;
  clock: Clock;
  onProgress?: (packed: number) => void;
  /** Ends early, with nothing packed, once it is aborted. */
  signal?: AbortSignal;
};

/** So many milliseconds of calls are read at once, where there are not too many of them. */
const firstStep = 7 * dayMs;
const wantedCalls = 16_384;

/**
 * Packs all calls of an account anew, beside whatever is written; how many. Null where somebody else is packing it. Until
 * it is complete the account counts as not packed, and calls answer.
 */
export async function rebuildChunks(pool: pg.Pool, input: RebuildInput): Promise<number | null> {
  const { accountId, clock, onProgress, signal } = input;
  const client = await pool.connect();
  try {
    return await whilePacking(client, accountId, async () => {
      const at = await packingTransaction(client, () => closeMoments(client, accountId, clock));
      await packingTransaction(client, async () => {
        await client.query(
          `insert into call_chunk_marks (account_id) values ($1) on conflict (account_id) do update set packed_through = null`,
          [accountId],
        );
        await client.query('delete from call_chunks where account_id = $1', [accountId]);
      });
      // What ended before is not among the calls any more, and will be in no chunk.
      await noteFollowed(client, accountId, at);
      const packed = await packAll(client, accountId, onProgress, signal);
      if (packed === null) return 0;
      await client.query('update call_chunk_marks set packed_through = $2 where account_id = $1', [accountId, at]);
      return packed;
    });
  } finally {
    client.release();
  }
}

async function packAll(
  client: pg.PoolClient,
  account: number,
  onProgress: ((packed: number) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  let packed = 0;
  let step = firstStep;
  for (let from = await startAtOrAfter(client, account, null); from !== null; ) {
    if (signal?.aborted) return null;
    // Whole days of UTC, so that a chunk begins where another might have ended.
    const day = Math.floor(from / dayMs) * dayMs;
    const to = Math.min(day + step, Date.UTC(10_000, 0));
    const condition = sql`${calls.accountId} = ${account} and ${calls.startedAt} >= ${instantOf(day)}::timestamptz
      and ${calls.startedAt} < ${textOf(to)}::timestamptz`;
    const found = await copyCalls(client, condition);
    if (found.count > 0) {
      if (!fitsChunk(found)) throw new Error('an id does not fit into a chunk');
      await packingTransaction(client, () => writeChunks(client, account, found, { from: day, to }));
      packed += found.count;
      step = nextStep(step, found.count);
    }
    onProgress?.(packed);
    from = await startAtOrAfter(client, account, textOf(to));
  }
  return packed;
}

const textOf = (ms: number) => (ms >= Date.UTC(10_000, 0) ? '10000-01-01T00:00:00Z' : instantOf(ms));

/** Longer where calls are few, so that a chunk is no crumb; a day at least. */
function nextStep(step: number, count: number): number {
  if (count > wantedCalls) return Math.max(dayMs, Math.floor(step / 2 / dayMs) * dayMs);
  return count * 2 <= wantedCalls ? Math.min(step * 2, 64 * dayMs) : step;
}

/** When the next call of the account started, in milliseconds; null: there is none. */
async function startAtOrAfter(client: pg.PoolClient, account: number, from: string | null): Promise<number | null> {
  const { rows } = await client.query(
    `select (extract(epoch from started_at) * 1000)::float8 as at from calls
      where account_id = $1 and ($2::timestamptz is null or started_at >= $2) order by started_at limit 1`,
    [account, from],
  );
  return rows[0]?.at ?? null;
}
