import { sql } from 'drizzle-orm';
import type { Instant } from '../../time/instant.ts';
import type { ColumnCache } from '../cache/column-cache.ts';
import type { ColumnVersions } from '../columns.ts';
import { callChunks } from './call-chunk.table.ts';
import { type ChunkHead, type HeadRow, headColumns, headOf, type Reader } from './find-chunks.ts';

type Known = { packedThrough: Instant; heads: readonly ChunkHead[] };

// What their words are made of takes a while to read: pauses lie between so many.
const headsAtOnce = 128;

/**
 * The heads of all chunks of accounts, in order of time, kept between questions. Whatever replaces chunks moves the mark
 * of the account on, and a mark never comes again: so heads are those of a snapshot if its mark is theirs.
 */
export class KnownChunks {
  readonly #known = new Map<number, Known>();
  readonly #columns: ColumnCache;
  readonly #versions: ColumnVersions;

  /** `columns`: those of chunks that are replaced need not be kept. */
  constructor(columns: ColumnCache, versions: ColumnVersions) {
    this.#columns = columns;
    this.#versions = versions;
  }

  /** As they are in the snapshot of `db`, in which the account is packed up to a mark. */
  async of(db: Reader, accountId: number, packedThrough: Instant): Promise<readonly ChunkHead[]> {
    const known = this.#known.get(accountId);
    if (known?.packedThrough === packedThrough) return known.heads;
    const heads = await readHeads(db, accountId, known?.heads ?? [], this.#versions);
    // A snapshot may be older than what is known.
    const latest = this.#known.get(accountId);
    if (!latest || latest.packedThrough < packedThrough) {
      this.#known.set(accountId, { packedThrough, heads });
      const left = new Set(heads.map(({ id }) => id));
      for (const head of latest?.heads ?? []) if (!left.has(head.id)) this.#columns.drop(head);
    }
    return heads;
  }
}

/** All heads of an account; of those that are known only whether they are still there. */
async function readHeads(
  db: Reader,
  accountId: number,
  known: readonly ChunkHead[],
  versions: ColumnVersions,
): Promise<ChunkHead[]> {
  const { rows } = await db.execute<{ ids: string | null }>(
    sql`select string_agg(c.id::text, ',') as ids from ${callChunks} as c where c.account_id = ${accountId}`,
  );
  const ids = new Set(rows[0]?.ids?.split(',').map(Number));
  const heads = known.filter(({ id }) => ids.has(id));
  for (const { id } of heads) ids.delete(id);
  const lacking = [...ids];
  for (let from = 0; from < lacking.length; from += headsAtOnce) {
    const some = sql.param(lacking.slice(from, from + headsAtOnce));
    const found = await db.execute<HeadRow>(sql`select ${headColumns} from ${callChunks} as c
      where c.account_id = ${accountId} and c.id = any(${some}::bigint[])`);
    heads.push(...found.rows.map((row) => headOf(row, versions)));
  }
  return heads.sort((a, b) => a.from - b.from);
}
