import { sql } from 'drizzle-orm';
import { insertRows } from '../../postgres/rows/insert-rows.ts';
import { statement, type Transaction } from '../../postgres/statement.ts';
import type { Instant } from '../../time/instant.ts';
import { endedCalls, type NewEndedCall } from './ended-call.table.ts';

const insert = insertRows<NewEndedCall>(endedCalls, ['accountId', 'callId', 'removedAt', 'reason', 'replacedBy']);

// So that nobody has to follow a chain, however often a call becomes part of another.
const follow = statement(
  'follow_replaced_calls',
  sql`update ${endedCalls} set replaced_by = v.standing
    from unnest(${sql.placeholder('gone')}::bigint[], ${sql.placeholder('standing')}::bigint[]) as v(gone, standing)
    where ${endedCalls.accountId} = ${sql.placeholder('account')} and ${endedCalls.replacedBy} = v.gone
    and ${endedCalls.replacedBy} = any(${sql.placeholder('gone')}::bigint[])`,
);

type Ending = { account: number; now: Instant };

/** Notes that calls were deleted for their age. */
export async function noteDeleted(on: Transaction, ids: readonly number[], { account, now }: Ending): Promise<void> {
  await insert(
    on,
    ids.map((callId) => ({ accountId: account, callId, removedAt: now, reason: 'RETENTION', replacedBy: null })),
  );
}

/** Notes that calls became part of others: of each id that ends the one that goes on. */
export async function noteMerged(
  on: Transaction,
  became: ReadonlyMap<number, number>,
  { account, now }: Ending,
): Promise<void> {
  if (became.size === 0) return;
  const gone = [...became.keys()];
  const standing = gone.map((id) => lastOf(became, id));
  await Promise.all([
    insert(
      on,
      gone.map((callId, i) => ({
        accountId: account,
        callId,
        removedAt: now,
        reason: 'MERGED',
        replacedBy: standing[i] ?? null,
      })),
    ),
    follow(on, { account, gone, standing }),
  ]);
}

function lastOf(became: ReadonlyMap<number, number>, id: number): number {
  const next = became.get(id);
  return next === undefined ? id : lastOf(became, next);
}
