import { drizzle } from 'drizzle-orm/node-postgres';
import { dayMs } from '../../time/local-date.ts';
import { mergeCalls } from '../store/call-columns.ts';
import type { ChunkHead } from '../store/find-chunks.ts';
import { loadChunk } from '../store/load-columns.ts';
import { deleteChunks, type Packing } from './packing.ts';
import { maxCalls, writeChunks } from './write-chunks.ts';

/** Makes one of small chunks that lie side by side on a day and end before a moment: see groupsToJoin. */
export async function joinChunks(packing: Packing, heads: readonly ChunkHead[], settledBefore: number): Promise<void> {
  const { client, account, versions } = packing;
  for (const group of groupsToJoin(heads, settledBefore)) {
    const loaded = [];
    for (const head of group) loaded.push(await loadChunk(drizzle({ client }), head));
    await deleteChunks(
      packing,
      group.map(({ id }) => id),
    );
    const range = { from: group[0]?.from as number, to: group.at(-1)?.to as number, versions };
    await writeChunks(client, account, loaded.reduce(mergeCalls), range);
  }
}

/** Groups of at least half a chunk, so that each call is joined but a few times; of a day that is over also what is left. */
function groupsToJoin(heads: readonly ChunkHead[], settledBefore: number): ChunkHead[][] {
  const groups: { heads: ChunkHead[]; calls: number }[] = [];
  for (const head of heads.toSorted((a, b) => a.from - b.from)) {
    if (head.count > maxCalls / 2 || head.to > settledBefore || !head.isCurrent) continue;
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
