import { sql } from 'drizzle-orm';
import { statement } from '../../postgres/statement.ts';
import { callChunks } from '../store/call-chunk.table.ts';

/** Deletes chunks of an account. */
export const deleteChunks = statement(
  'delete_chunks',
  sql`delete from ${callChunks} where ${callChunks.accountId} = ${sql.placeholder('account')}
    and ${callChunks.chunkId} = any(${sql.placeholder('ids')}::bigint[])`,
);
