import { sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import { type Statement, statement, type Transaction } from '../db/statement.ts';
import { type ParticipantColumn, participantKinds } from './participant-kinds.ts';

const kinds = Object.values(participantKinds);

const recounts = Object.fromEntries(
  kinds.map(({ column, callColumn, table }) => {
    const ids = sql`${sql.placeholder('ids')}::bigint[]`;
    return [
      column,
      statement(
        `recount_${column}`,
        sql`update ${table} as t set first_call_at = span.first, last_call_at = span.last
          from unnest(${ids}) as k(id)
          left join (
            select ${callColumn} as id, min(${calls.startedAt}) as first, max(${calls.startedAt}) as last
            from ${calls} where ${callColumn} = any(${ids}) group by 1
          ) as span on span.id = k.id
          where t.id = k.id`,
      ),
    ];
  }),
) as Record<ParticipantColumn, Statement<never>>;

/** Works firstCallAt and lastCallAt out anew, for rows that may have lost their first or last call. */
export async function recountCallTimes(
  on: Transaction,
  lost: Readonly<Record<ParticipantColumn, ReadonlySet<number>>>,
): Promise<void> {
  for (const [column, ids] of Object.entries(lost)) {
    if (ids.size > 0) await recounts[column as ParticipantColumn](on, { ids: [...ids] });
  }
}
