import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { whileAlone } from '../../postgres/advisory-lock.ts';
import { statement } from '../../postgres/statement.ts';
import type { Instant } from '../../time/instant.ts';
import { type ColumnVersions, isNewer } from '../columns.ts';
import { callChunkMarks, callChunks } from '../store/call-chunk.table.ts';

/** Who packs: for an account, on a connection that holds its packing lock, columns in these versions. */
export type Packing = { client: pg.PoolClient; account: number; versions: ColumnVersions };

/** Tells the packing lock from those of other purposes. */
const purpose = 1_886_217_067;

const findVersions = statement<{ versions: ColumnVersions }>(
  'find_stored_versions',
  sql`select distinct versions from ${callChunks} where ${callChunks.accountId} = ${sql.placeholder('account')}`,
);

/**
 * Does work while nobody else packs calls of the account. Not where somebody does, nor where chunks of it were made by newer code:
 * what that stores is not rebuilt by older, for which calls answer.
 */
export async function whilePacking<Result>(
  pool: pg.Pool,
  { account, versions }: { account: number; versions: ColumnVersions },
  work: (packing: Packing) => Promise<Result>,
): Promise<Result | 'busy' | 'newer'> {
  const client = await pool.connect();
  try {
    const done = await whileAlone(client, { purpose, account }, async () => {
      const stored = await findVersions(client, { account });
      if (stored.some((chunk) => isNewer(chunk.versions, versions))) return { result: 'newer' as const };
      return { result: await work({ client, account, versions }) };
    });
    return done === null ? 'busy' : done.result;
  } finally {
    client.release();
  }
}

/** Does work in a transaction on the connection that holds the packing lock. */
export async function packingTransaction<Result>(
  { client }: Packing,
  work: () => Promise<Result>,
  isolation: 'read committed' | 'repeatable read' = 'read committed',
): Promise<Result> {
  await client.query(`begin isolation level ${isolation}`);
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

const findMark = statement<{ packedThrough: Instant | null }>(
  'find_packed_through',
  sql`select packed_through as "packedThrough" from ${callChunkMarks}
    where ${callChunkMarks.accountId} = ${sql.placeholder('account')}`,
);
const setMark = statement(
  'set_packed_through',
  sql`update ${callChunkMarks} set packed_through = ${sql.placeholder('through')}
    where ${callChunkMarks.accountId} = ${sql.placeholder('account')}`,
);

/** Up to when the account is packed; null where it is not as a whole. */
export async function packedThrough({ client, account }: Packing): Promise<Instant | null> {
  const [mark] = await findMark(client, { account });
  return mark?.packedThrough ?? null;
}

export async function setPackedThrough({ client, account }: Packing, through: Instant): Promise<void> {
  await setMark(client, { account, through });
}

const deleteSome = statement(
  'delete_chunks',
  sql`delete from ${callChunks} where ${callChunks.accountId} = ${sql.placeholder('account')}
    and ${callChunks.chunkId} = any(${sql.placeholder('ids')}::bigint[])`,
);

export async function deleteChunks({ client, account }: Packing, ids: readonly number[]): Promise<void> {
  await deleteSome(client, { account, ids });
}
