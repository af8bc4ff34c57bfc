import { sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import { type Statement, statement, type Transaction } from '../postgres/statement.ts';
import { type ParticipantColumn, participantKinds } from './participant-kinds.ts';

const kinds = Object.values(participantKinds);

const recounts = Object.fromEntries(
  kinds.map(({ column, callColumn, table }) => {
    // One look into an index for each end: a number of the account may have a million calls.
    const end = (which: 'min' | 'max') =>
      sql`(select ${sql.raw(which)}(${calls.startedAt}) from ${calls} where ${calls.accountId} = ${sql.placeholder('account')} and ${callColumn} = t.id)`;
    return [
      column,
      statement(
        `recount_${column}`,
        sql`update ${table} as t set first_call_at = ${end('min')}, last_call_at = ${end('max')}
          where t.account_id = ${sql.placeholder('account')} and t.id = any(${sql.placeholder('ids')}::bigint[])`,
      ),
    ];
  }),
) as Record<ParticipantColumn, Statement<never>>;

/** Sends what works firstCallAt and lastCallAt out anew, for rows that may have lost their first or last call. */
export function recountCallTimes(
  on: Transaction,
  account: number,
  lost: Readonly<Record<ParticipantColumn, ReadonlySet<number>>>,
): Promise<unknown>[] {
  return Object.entries(lost).flatMap(([column, ids]) =>
    ids.size > 0 ? [recounts[column as ParticipantColumn](on, { account, ids: [...ids] })] : [],
  );
}
