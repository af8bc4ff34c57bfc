import { sql } from 'drizzle-orm';
import { calls } from '../../calls/call.table.ts';
import { statement } from '../../postgres/statement.ts';
import { type Instant, instantOf, msOf } from '../../time/instant.ts';
import { dayMs } from '../../time/local-date.ts';
import { callChunks } from '../store/call-chunk.table.ts';
import { fitsChunk } from '../store/call-columns.ts';
import { copyCalls } from '../store/read-calls.ts';
import type { Packing } from './packing.ts';
import { maxCalls, writeChunks } from './write-chunks.ts';

/** Starts in [from, to), in milliseconds since 1970; infinite where there is no bound. */
export type StartRange = { from: number; to: number };

const deleteWithin = statement<{ from: Instant | null; to: Instant | null }>(
  'delete_chunks_within',
  sql`with gone as (delete from ${callChunks} where ${callChunks.accountId} = ${sql.placeholder('account')}
      and ${callChunks.toAt} > ${sql.placeholder('from')} and ${callChunks.fromAt} < ${sql.placeholder('to')}
      returning from_at, to_at)
    select min(from_at) as "from", max(to_at) as "to" from gone`,
);
const findOutdated = statement<{ from: Instant; to: Instant }>(
  'find_outdated_chunks',
  sql`select ${callChunks.fromAt} as "from", ${callChunks.toAt} as "to" from ${callChunks}
    where ${callChunks.accountId} = ${sql.placeholder('account')}
    and ${callChunks.versions} <> ${sql.placeholder('versions')}::jsonb
    order by ${callChunks.fromAt} desc limit ${sql.placeholder('most')}`,
);

const ends = { first: Number.NEGATIVE_INFINITY, last: Date.UTC(10_000, 0) };

/** A moment as the database reads it; from a bound that is none to the end of time. */
export function boundOf(ms: number): string {
  if (ms === ends.first) return '-infinity';
  return ms >= ends.last ? 'infinity' : instantOf(ms);
}

export type Remade = { count: number; from: number };

/**
 * Makes the chunks that lie in a range, as a whole or in part, anew from the calls as they were at a moment, in the transaction of
 * the connection: whoever reads has the old ones until it is committed, and then the new ones. Gives how many calls these
 * have, and from which start on.
 */
export async function remakeRange(
  { client, account, versions }: Packing,
  range: StartRange,
  through: Instant,
  atMost: number = maxCalls,
): Promise<Remade> {
  const [gone] = await deleteWithin(client, { account, from: boundOf(range.from), to: boundOf(range.to) });
  const from = gone?.from ? Math.min(range.from, msOf(gone.from)) : range.from;
  const to = gone?.to ? Math.max(range.to, msOf(gone.to)) : range.to;
  const condition = sql`${calls.accountId} = ${account} and ${calls.startedAt} >= ${boundOf(from)}::timestamptz
    and ${calls.startedAt} < ${boundOf(to)}::timestamptz and ${calls.updatedAt} <= ${through}::timestamptz`;
  const found = await copyCalls(client, condition);
  if (!fitsChunk(found)) throw new Error('a number does not fit into a chunk');
  if (found.count > 0) {
    const { startedAt } = found.of;
    // Whole days of UTC, so that a chunk begins where another might have ended.
    const first = Math.floor((startedAt[0] as number) / dayMs) * dayMs;
    const end = (Math.floor((startedAt[found.count - 1] as number) / dayMs) + 1) * dayMs;
    const writtenAs = { from: Math.max(from, first), to: Math.min(to, end) };
    await writeChunks(client, account, found, { ...writtenAs, atMost, versions });
  }
  return { count: found.count, from };
}

// About as many calls as are packed at once otherwise.
const remadeAtOnce = 6;

/** Makes some of the chunks anew that lack a column or have one in an older version, those of the latest calls first. */
export async function remakeOutdated(packing: Packing, through: Instant): Promise<void> {
  const { client, account, versions } = packing;
  const asked = { account, versions: JSON.stringify(versions), most: remadeAtOnce };
  const outdated = await findOutdated(client, asked);
  for (const { from, to } of outdated) {
    await remakeRange(packing, { from: msOf(from), to: msOf(to) }, through);
  }
}
