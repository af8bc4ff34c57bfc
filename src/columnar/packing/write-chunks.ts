import { copyRows } from '../../postgres/rows/copy-rows.ts';
import type { Transaction } from '../../postgres/statement.ts';
import { clampMs, instantOf } from '../../time/instant.ts';
import { type ColumnVersions, columnNames } from '../columns.ts';
import { callChunks } from '../store/call-chunk.table.ts';
import { type CallColumns, pickCalls } from '../store/call-columns.ts';
import { packColumns } from './pack-columns.ts';

/** A chunk that grows beyond is cut into several. */
export const maxCalls = 16_384;

type Range = {
  from: number;
  to: number;
  /** Whether what comes next will most likely be later than all of it. */
  isGrowing?: boolean;
  /** The most calls of a chunk. */
  atMost?: number;
  versions: ColumnVersions;
};

const insert = copyRows<typeof callChunks.$inferInsert>(callChunks, [
  'accountId',
  'fromAt',
  'toAt',
  'callCount',
  'firstStartedAt',
  'minCallId',
  'maxCallId',
  'maxEndedAt',
  'hasLive',
  'versions',
  'words',
  ...columnNames,
]);

/** Writes calls, all of those that started in the range, as chunks. */
export async function writeChunks(on: Transaction, accountId: number, calls: CallColumns, range: Range): Promise<void> {
  const rows = cut(calls, range).map((part) => chunkRow(accountId, part.calls, part));
  await insert(on, rows);
}

/** Parts of about the same size, or full ones and a small one that grows on; cut between different starts. */
function cut(
  calls: CallColumns,
  { from, to, isGrowing = false, atMost = maxCalls, versions }: Range,
): (Range & { calls: CallColumns })[] {
  const parts = Math.ceil(calls.count / atMost);
  const { startedAt } = calls.of;
  const cuts: { from: number; to: number; first: number; last: number }[] = [];
  let first = 0;
  let start = from;
  for (let part = 1; part <= parts; part++) {
    const size = isGrowing ? atMost : calls.count / parts;
    let last = part === parts ? calls.count : Math.round(size * part);
    while (last < calls.count && startedAt[last] === startedAt[last - 1]) last++;
    if (last <= first) continue;
    const end = last === calls.count ? to : (startedAt[last] as number);
    cuts.push({ from: start, to: end, first, last });
    first = last;
    start = end;
  }
  return cuts.map((one) => ({
    ...one,
    versions,
    calls: pickCalls(
      calls,
      Int32Array.from({ length: one.last - one.first }, (_, i) => one.first + i),
    ),
  }));
}

function chunkRow(
  accountId: number,
  calls: CallColumns,
  { from, to, versions }: Range,
): typeof callChunks.$inferInsert {
  const { count, of, words } = calls;
  let maxEnded = Number.NEGATIVE_INFINITY;
  let minId = Number.POSITIVE_INFINITY;
  let maxId = Number.NEGATIVE_INFINITY;
  let hasLive = false;
  for (let i = 0; i < count; i++) {
    const id = of.id[i] as number;
    if (id < minId) minId = id;
    if (id > maxId) maxId = id;
    if ((of.endedAt[i] as number) > maxEnded) maxEnded = of.endedAt[i] as number;
    const status = words.classes[of.class[i] as number]?.status;
    hasLive ||= status === 'RINGING' || status === 'IN_PROGRESS';
  }
  return {
    accountId,
    fromAt: instantOf(from),
    toAt: instantOf(clampMs(to)),
    callCount: count,
    firstStartedAt: instantOf(of.startedAt[0] as number),
    minCallId: minId,
    maxCallId: maxId,
    maxEndedAt: maxEnded === Number.NEGATIVE_INFINITY ? null : instantOf(maxEnded),
    hasLive,
    versions,
    words,
    ...packColumns(calls, versions),
  };
}
