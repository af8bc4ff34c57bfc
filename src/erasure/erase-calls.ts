import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { calls } from '../calls/call.table.ts';
import { lockForWriting } from '../calls/write/lock-for-writing.ts';
import type { NumberFinder } from '../phone-numbers/number-finder.ts';
import { inTransaction, statement } from '../postgres/statement.ts';
import type { Clock } from '../time/instant.ts';

const batchSize = 1000;

const numberColumns = [
  calls.sourceNumber,
  calls.destinationNumber,
  calls.dialedNumber,
  calls.customerNumber,
  calls.agentNumber,
];
/** Where a sender may have written a number among other words. */
const words = [
  calls.agentName,
  calls.agentEmail,
  calls.errorCode,
  calls.providerStatus,
  calls.providerDirection,
  calls.sentStatus,
  calls.sentCallStatus,
  calls.sentHangupCause,
];

const pattern = sql`${sql.placeholder('pattern')}::text`;
const told = sql`${sql.placeholder('numbers')}::text[]`;

const isTheirs = sql`(coalesce(${calls.customerId} = any(${sql.placeholder('customers')}::bigint[]), false)
  or coalesce(array[${sql.join(numberColumns, sql`, `)}] && ${told}, false))`;

const findTheirs = statement<TheirCall>(
  'find_calls_to_erase',
  sql`select ${calls.id} as id, ${calls.callSid} as "callSid", ${isTheirs} as "isTheirs" from ${calls}
    where ${calls.accountId} = ${sql.placeholder('account')} and (${isTheirs} or concat_ws(' ', ${sql.join([...words, calls.recordingUrl, calls.keyPress], sql`, `)}) like ${pattern})
    order by ${calls.id}`,
);

const eraseCalls = statement<{ id: number }>(
  'erase_calls',
  sql`update ${calls} set updated_at = ${sql.placeholder('now')},
    ${sql.join(
      [
        ...numberColumns.map(
          (column) =>
            sql`${sql.identifier(column.name)} = case when ${column} = any(${told}) then null else ${column} end`,
        ),
        ...[calls.recordingUrl, calls.keyPress].map(
          (column) => sql`${sql.identifier(column.name)} = case
            when ${calls.id} = any(${sql.placeholder('theirs')}::bigint[]) or ${column} like ${pattern} then null
            else ${column} end`,
        ),
        ...words.map(
          (column) =>
            sql`${sql.identifier(column.name)} = case when ${column} like ${pattern} then null else ${column} end`,
        ),
      ],
      sql`, `,
    )}
    where ${calls.accountId} = ${sql.placeholder('account')} and ${calls.id} = any(${sql.placeholder('ids')}::bigint[])
    returning ${calls.id} as id`,
);

export type TheirCall = {
  id: number;
  callSid: string;
  /** False: the call is another's, and only somewhere names their number. */
  isTheirs: boolean;
};

type Person = { account: number; numbers: readonly string[]; finder: NumberFinder };

/** The calls of an account that were a person's, or name their number. Reads all calls: numbers as sent have no index. */
export function findTheirCalls(
  pool: pg.Pool,
  { account, numbers, finder, customers }: Person & { customers: readonly number[] },
): Promise<TheirCall[]> {
  return findTheirs(pool, { account, numbers, customers, pattern: patternOf(finder) });
}

/**
 * Takes a person out of their calls: number, recording and keys pressed. All that figures are made of stays, also which
 * customer it was. How many were changed.
 */
export async function forgetInCalls(
  pool: pg.Pool,
  { account, numbers, finder, found, clock }: Person & { found: readonly TheirCall[]; clock: Clock },
): Promise<number> {
  let erased = 0;
  for (let from = 0; from < found.length; from += batchSize) {
    const some = found.slice(from, from + batchSize);
    erased += await inTransaction(pool, async (on) => {
      const now = await lockForWriting(on, account, clock);
      const ids = some.map(({ id }) => id);
      const theirs = some.filter(({ isTheirs }) => isTheirs).map(({ id }) => id);
      const values = { account, numbers, ids, theirs, pattern: patternOf(finder), now };
      return (await eraseCalls(on, values)).length;
    });
  }
  return erased;
}

function patternOf({ digits, isTelling }: NumberFinder): string | null {
  return isTelling ? `%${digits}%` : null;
}
