import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { statement, type Transaction } from '../../postgres/statement.ts';
import { currentVersions } from '../columns.ts';
import { callChunkMarks, callChunks } from '../store/call-chunk.table.ts';
import { packingTransaction, whilePacking } from './packing.ts';

const account = sql.placeholder('account');
const deleteChunks = statement(
  'delete_all_chunks',
  sql`delete from ${callChunks} where ${callChunks.accountId} = ${account}`,
);
const deleteMark = statement(
  'delete_packing_mark',
  sql`delete from ${callChunkMarks} where ${callChunkMarks.accountId} = ${account}`,
);

/**
 * Deletes all that is packed of an account, in one transaction with other work. Not where somebody packs just now, nor where
 * a newer version of the service has.
 */
export function deletePacked<Result>(
  pool: pg.Pool,
  accountId: number,
  others: (on: Transaction) => Promise<Result>,
): Promise<Result | 'busy' | 'newer'> {
  return whilePacking(pool, { account: accountId, versions: currentVersions }, (packing) =>
    packingTransaction(packing, async () => {
      const { client } = packing;
      await deleteChunks(client, { account: accountId });
      await deleteMark(client, { account: accountId });
      return others(client);
    }),
  );
}
