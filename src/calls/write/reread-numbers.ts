import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { Account } from '../../accounts/account.table.ts';
import { rereadNumber } from '../../phone-numbers/former-readings.ts';
import { inTransactionWithIds } from '../../postgres/id-blocks.ts';
import { statement } from '../../postgres/statement.ts';
import type { Instant } from '../../time/instant.ts';
import { calls } from '../call.table.ts';
import type { CallFacts, ReadStatus } from '../facts/call-facts.ts';
import { type Merged, mergedOf } from '../merge/merge-received.ts';
import { lockForWriting } from './lock-for-writing.ts';
import { findKnownCalls } from './write-calls.ts';
import { likelyIds, writeMerged } from './write-merged.ts';

const batchSize = 5000;
const writtenAtOnce = 200;

type Numbers = Pick<CallFacts, 'sourceNumber' | 'destinationNumber' | 'dialedNumber'>;

const findNext = statement<Numbers & { id: number; callSid: string }>(
  'find_numbers_to_reread',
  sql`select ${calls.id} as id, ${calls.callSid} as "callSid", ${calls.sourceNumber} as "sourceNumber",
      ${calls.destinationNumber} as "destinationNumber", ${calls.dialedNumber} as "dialedNumber"
    from ${calls} where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.id} > ${sql.placeholder('after')}
    order by ${calls.id} limit ${batchSize}`,
);

export type RereadNumbersInput = {
  account: Account;
  readStatus: ReadStatus;
  /** The start that a call's id tells. */
  sidTime: (callSid: string) => Instant | null;
  clock: () => Instant;
  dryRun?: boolean;
};

/**
 * Reads the numbers of an account's calls anew, of which what was sent may no longer be kept; of how many calls they changed.
 * What was erased stays so. The same again changes nothing.
 */
export async function rereadNumbers(pool: pg.Pool, input: RereadNumbersInput): Promise<number> {
  const { account, readStatus, sidTime, clock, dryRun = false } = input;
  let changed = 0;
  for (let after = 0; ; ) {
    const rows = await findNext(pool, { account: account.id, after });
    const last = rows.at(-1);
    if (!last) return changed;
    after = last.id;
    const sids = rows.filter((row) => isOld(row, account)).map(({ callSid }) => callSid);
    changed += sids.length;
    for (let from = 0; from < sids.length && !dryRun; from += writtenAtOnce) {
      const some = sids.slice(from, from + writtenAtOnce);
      await inTransactionWithIds(pool, { ...likelyIds(some.length), calls: 0 }, async (on, _endWith, ids) => {
        const now = await lockForWriting(on, account.id, clock);
        const known = await findKnownCalls(on, account.id, some);
        const merged = known.map((row) => withNumbers(mergedOf(row, sidTime(row.callSid)), account));
        await writeMerged(on, { account, merged, readStatus, now, ids, age: 'KEPT' });
      });
    }
  }
}

/** A stored call with its numbers read anew. */
export function withNumbers(call: Merged, account: Pick<Account, 'region'>): Merged {
  return { ...call, facts: { ...call.facts, ...reread(call.facts, account) } };
}

function reread(numbers: Numbers, { region }: Pick<Account, 'region'>): Numbers {
  return {
    sourceNumber: rereadNumber(numbers.sourceNumber, region),
    destinationNumber: rereadNumber(numbers.destinationNumber, region),
    dialedNumber: rereadNumber(numbers.dialedNumber, region),
  };
}

function isOld(numbers: Numbers, account: Pick<Account, 'region'>): boolean {
  const anew = reread(numbers, account);
  return (Object.keys(anew) as (keyof Numbers)[]).some((name) => anew[name] !== numbers[name]);
}
