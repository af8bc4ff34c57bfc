import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { dayMs } from '../../time/local-date.ts';
import { deleteChunks } from '../packing/delete-chunks.ts';
import { maxCalls, writeChunks } from '../packing/write-chunks.ts';
import { mergeCalls } from './call-columns.ts';
import type { ChunkHead } from './find-chunks.ts';
import { loadChunk } from './load-chunk.ts';

type Joining = { heads: readonly ChunkHead[]; settledBefore: number };

/** Makes one of small chunks that lie side by side on a day and end before a moment: see groupsToJoin. */
export async function joinChunks(
  client: pg.PoolClient,
  account: number,
  { heads, settledBefore }: Joining,
): Promise<void> {
  for (const group of groupsToJoin(heads, settledBefore)) {
    const db = drizzle({ client });
    const loaded = [];
    for (const head of group) loaded.push(await loadChunk(db, head));
    await deleteChunks(client, { account, ids: group.map(({ id }) => id) });
    const range = { from: group[0]?.from as number, to: group.at(-1)?.to as number };
    await writeChunks(client, account, loaded.reduce(mergeCalls), range);
  }
}

/** Groups of at least half a chunk, so that each call is joined but a few times; of a day that is over also what is left. */
function groupsToJoin(heads: readonly ChunkHead[], settledBefore: number): ChunkHead[][] {
  const groups: { heads: ChunkHead[]; calls: number }[] = [];
  for (const head of heads.toSorted((a, b) => a.from - b.from)) {
    if (head.count > maxCalls / 2 || head.to > settledBefore) continue;
    const group = groups.at(-1);
    const last = group?.heads.at(-1);
    const isBeside = last?.to === head.from && dayOf(last.from) === dayOf(head.from);
    if (group && isBeside && group.calls + head.count <= maxCalls) {
      group.heads.push(head);
      group.calls += head.count;
    } else groups.push({ heads: [head], calls: head.count });
  }
  return groups
    .filter(({ heads: own, calls }) => {
      const isOver = dayOf(own[0]?.from as number) < dayOf(settledBefore);
      return own.length > 1 && (isOver || calls >= maxCalls / 2);
    })
    .map(({ heads: own }) => own);
}

const dayOf = (ms: number) => Math.floor(ms / dayMs);
