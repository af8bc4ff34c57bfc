import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { statement, type Transaction } from '../../postgres/statement.ts';
import type { Instant } from '../../time/instant.ts';
import { endedCalls } from '../merge/ended-call.table.ts';
import { writeMarks } from './write-mark.table.ts';

export type PaceSettings = {
  /** So many calls of an account may have ended that its copy has not taken yet. */
  most: number;
  /** A copy whose mark stands still for so long is kept by nobody at the time. */
  patienceMs: number;
  askAgainMs: number;
};

/** A copy that is packed every second takes more in a second, and every question reads what it has not taken. */
const defaults: PaceSettings = { most: 10_000, patienceMs: 15_000, askAgainMs: 200 };

const findUnfollowed = statement<{ count: number; through: Instant | null }>(
  'count_unfollowed_calls',
  sql`select m.followed_through as through, (select count(*) from (select from ${endedCalls}
        where ${endedCalls.accountId} = m.account_id and ${endedCalls.removedAt} > m.followed_through
        limit ${sql.placeholder('most')}) as ended) as count
    from ${writeMarks} as m where m.account_id = ${sql.placeholder('account')}`,
);

/**
 * Lets deletions go no faster than the copy that is kept of the calls takes them: what is returned waits while it has not taken
 * too many of an account. Where nobody keeps it at the time, they go on at once: that account is waited for no more.
 */
export function followerPace(on: Transaction, settings: Partial<PaceSettings> = {}) {
  const { most, patienceMs, askAgainMs } = { ...defaults, ...settings };
  const unfollowed = new Set<number>();
  return async (account: number, signal?: AbortSignal): Promise<void> => {
    let through: Instant | null | undefined;
    for (let movedAt = performance.now(); !unfollowed.has(account) && !signal?.aborted; ) {
      const [found] = await findUnfollowed(on, { account, most });
      if (!found || found.count < most) return;
      if (found.through !== through) movedAt = performance.now();
      else if (performance.now() - movedAt > patienceMs) unfollowed.add(account);
      through = found.through;
      await sleep(askAgainMs, undefined, { signal }).catch(() => {});
    }
  };
}
