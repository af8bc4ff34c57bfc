import { sql } from 'drizzle-orm';
import { lockAccount } from '../accounts/lock-account.ts';
import { statement, type Transaction } from '../db/statement.ts';
import { callChunkMarks } from '../packed-calls/call-chunk.table.ts';
import { type Instant, instantOf, msOf } from '../time/instant.ts';

const findMark = statement<{ reached: Instant | null }>(
  'find_chunk_mark',
  sql`select greatest(${callChunkMarks.packedThrough}, ${callChunkMarks.barrierAt}) as reached from ${callChunkMarks}
    where ${callChunkMarks.accountId} = ${sql.placeholder('account')}`,
);

/**
 * Waits for an account's lock, and tells the moment of what is written under it. The clock is read after the wait, for
 * whoever pulls by updatedAt relies on a short way from here to the commit; and it is always later than what packing
 * calls into chunks has reached, also where the clock has stepped back: what is written later is found by its moment.
 */
export async function lockForWriting(on: Transaction, account: number, clock: () => Instant): Promise<Instant> {
  const [, [mark]] = await Promise.all([lockAccount(on, account), findMark(on, { account })]);
  const now = clock();
  return mark?.reached && now <= mark.reached ? instantOf(msOf(mark.reached) + 1) : now;
}
