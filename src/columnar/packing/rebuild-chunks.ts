import type pg from 'pg';
import { closeMoments, noteFollowed } from '../../calls/write/follow-writes.ts';
import type { Clock } from '../../time/instant.ts';
import { dayMs } from '../../time/local-date.ts';
import { type ColumnVersions, currentVersions } from '../columns.ts';
import { packStep } from './pack-changes.ts';
import { type Packing, packedThrough, packingTransaction, setPackedThrough, whilePacking } from './packing.ts';
import { boundOf, type Remade, remakeRange, type StartRange } from './remake-chunks.ts';

export type RebuildInput = {
  accountId: number;
  clock: Clock;
  onProgress?: (packed: number) => void;
  /** Ends early once it is aborted: with nothing packed where nothing was, else with the rest as it was. */
  signal?: AbortSignal;
  versions?: ColumnVersions;
};

/** So many milliseconds of calls are read at once, where there are not too many of them. */
const firstStep = 7 * dayMs;
const wantedCalls = 16_384;

/**
 * Packs all calls of an account anew, the latest first, beside whatever is written; how many. What is packed already answers
 * meanwhile, and is swapped range by range. What was not packed as a whole counts as not packed until it is.
 */
export function rebuildChunks(pool: pg.Pool, input: RebuildInput): Promise<number | 'busy' | 'newer'> {
  const { accountId: account, clock, versions = currentVersions } = input;
  return whilePacking(pool, { account, versions }, async (packing) => {
    if ((await packedThrough(packing)) === null) return packFirst(packing, input);
    return packRanges(packing, input, (range) =>
      packStep(packing, clock, { remake: (through) => remakeRange(packing, range, through) }),
    );
  });
}

async function packFirst(packing: Packing, input: RebuildInput): Promise<number> {
  const { client, account } = packing;
  const at = await packingTransaction(packing, () => closeMoments(client, account, input.clock));
  await packingTransaction(packing, async () => {
    await client.query('insert into call_chunk_marks (account_id) values ($1) on conflict (account_id) do nothing', [
      account,
    ]);
    await client.query('delete from call_chunks where account_id = $1', [account]);
  });
  // What ended before is not among the calls any more, and will be in no chunk.
  await noteFollowed(client, account, at);
  const packed = await packRanges(packing, input, (range) =>
    packingTransaction(packing, () => remakeRange(packing, range, at)),
  );
  if (input.signal?.aborted) return 0;
  await setPackedThrough(packing, at);
  return packed;
}

/** Has ranges packed that together are all time, the latest first. */
async function packRanges(
  { client, account }: Packing,
  { onProgress, signal }: RebuildInput,
  pack: (range: StartRange) => Promise<Remade>,
): Promise<number> {
  let packed = 0;
  let step = firstStep;
  let to = Number.POSITIVE_INFINITY;
  let last = await startBefore(client, account, to);
  while (!signal?.aborted) {
    const from = (Math.floor((last ?? 0) / dayMs) + 1) * dayMs - step;
    last = last === null ? null : await startBefore(client, account, from);
    const remade = await pack({ from: last === null ? Number.NEGATIVE_INFINITY : from, to });
    packed += remade.count;
    onProgress?.(packed);
    if (last === null) break;
    step = nextStep(step, remade.count);
    to = remade.from;
  }
  return packed;
}

/** Longer where calls are few, so that a chunk is no crumb; a day at least. */
function nextStep(step: number, count: number): number {
  if (count > wantedCalls) return Math.max(dayMs, Math.floor(step / 2 / dayMs) * dayMs);
  return count * 2 <= wantedCalls ? Math.min(step * 2, 64 * dayMs) : step;
}

/** When the last call of the account before a moment started, in milliseconds; null: there is none. */
async function startBefore(client: pg.PoolClient, account: number, ms: number): Promise<number | null> {
  const { rows } = await client.query(
    `select (extract(epoch from started_at) * 1000)::float8 as at from calls
      where account_id = $1 and started_at < $2::timestamptz order by started_at desc limit 1`,
    [account, boundOf(ms)],
  );
  return rows[0]?.at ?? null;
}
