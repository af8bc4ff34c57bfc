import { type SQL, sql } from 'drizzle-orm';
import { opensTo } from '../access/opens-to.ts';
import { calls } from '../calls/call.table.ts';
import { type Chunk, readChunks } from '../columnar/index.ts';
import { AppError } from '../errors.ts';
import { allOf } from '../query/condition.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import { instantOf } from '../time/instant.ts';

// What comes of a page is put in columns at a stretch.
const pageSize = 8_000;
/** More would not fit into memory beside everything else. */
const maxCalls = 1_000_000;

/** Calls that a condition holds for, as chunks, where they are not packed. TOO_EXPENSIVE for a million calls and more. */
export async function readAsChunks(db: ViewerDatabase, condition: SQL, figures: string): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  const order = sql`${calls.startedAt}, ${calls.id}`;
  let after = sql``;
  for (let read = 0; ; ) {
    const parts = await db.read(calls.accountId, opensTo.figures, (on, own) =>
      readChunks(on, sql`${allOf([own, condition])} ${after}`, { order, limit: pageSize }),
    );
    chunks.push(...parts);
    const count = parts.reduce((sum, part) => sum + part.count, 0);
    read += count;
    if (count < pageSize) return chunks;
    if (read >= maxCalls) {
      throw new AppError(
        'TOO_EXPENSIVE',
        `${figures} would have to read more than ${maxCalls} calls that are not packed for it. Narrow range or filter.`,
        { estimate: read, allowed: maxCalls },
      );
    }
    const [ms, id] = lastOf(parts);
    after = sql`and (${calls.startedAt}, ${calls.id}) > (${instantOf(ms)}::timestamptz, ${id}::bigint)`;
  }
}

function lastOf(chunks: readonly Chunk[]): [number, number] {
  const ends = chunks.map((chunk): [number, number] => [
    chunk.startedAt[chunk.count - 1] as number,
    chunk.id()[chunk.count - 1] as number,
  ]);
  return ends.sort((a, b) => b[0] - a[0] || b[1] - a[1])[0] as [number, number];
}
