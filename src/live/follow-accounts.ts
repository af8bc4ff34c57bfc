import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { accounts } from '../accounts/account.table.ts';
import { calls } from '../calls/call.table.ts';
import type { NamedCall } from '../calls/list/call-predicate.ts';
import { endedCalls } from '../calls/merge/ended-call.table.ts';
import { statement, type Transaction } from '../postgres/statement.ts';
import { type Instant, instantOf, msOf } from '../time/instant.ts';
import { joinNames, namedCall, type ReadCall, shownCall } from './read-changes.ts';

/** What changed so long before is read when an account is first followed. */
const lookBackMs = 300_000;
/** So many of these calls, and of live ones, are read at most. */
const most = 10_000;

type Newest = { accountId: number; changed: Instant | null; removed: Instant | null };

const named = sql`${sql.placeholder('accounts')}::integer[]`;
const newestOf = sql`(select max(${calls.updatedAt}) from ${calls} where ${calls.accountId} = asked.account_id) as changed,
  (select max(${endedCalls.removedAt}) from ${endedCalls} where ${endedCalls.accountId} = asked.account_id) as removed`;

const findNewest = statement<Newest>(
  'find_newest_moments',
  sql`select asked.account_id as "accountId", ${newestOf} from unnest(${named}) as asked(account_id)`,
);
const findNewestOfOthers = statement<Newest>(
  'find_newest_moments_of_others',
  sql`select asked.account_id as "accountId", ${newestOf}
    from (select ${accounts.id} as account_id from ${accounts} where ${accounts.id} <> all(${named})) as asked`,
);

const findLive = statement<ReadCall>(
  'find_live_calls_to_follow',
  sql`select ${shownCall} from (select * from ${calls}
      where ${calls.accountId} = any(${named}) and ${calls.status} in ('RINGING', 'IN_PROGRESS')
      order by ${calls.startedAt} desc, ${calls.id} desc limit ${most}) as ${calls}${joinNames}`,
);

const findRecent = statement<ReadCall>(
  'find_recent_calls_to_follow',
  sql`select ${shownCall}
    from unnest(${named}, ${sql.placeholder('since')}::timestamptz[]) as asked(account_id, since)
    cross join lateral (select * from ${calls} where ${calls.accountId} = asked.account_id and ${calls.updatedAt} > asked.since
      order by ${calls.updatedAt} desc, ${calls.id} desc limit ${sql.placeholder('limit')}) as ${calls}${joinNames}`,
);

/** An account as it was at the moment from which it is followed. */
export type FollowedAccount = {
  accountId: number;
  /** Of its newest change or end; null: it has none. */
  newest: Instant | null;
  /** Every call of it that was changed later is among those that were read. Null: all are, for there are none. */
  knownSince: Instant | null;
};

export type FollowResult = {
  accounts: FollowedAccount[];
  /** Live ones, and those that changed lately. */
  calls: NamedCall[];
  /** Whether every live one is among them. */
  isEveryLive: boolean;
};

/**
 * From where accounts are followed, and what is known of their calls at that very moment. `ids`: these accounts, or all but
 * these.
 */
export async function followAccounts(
  client: pg.PoolClient,
  { ids, isAllBut }: { ids: readonly number[]; isAllBut: boolean },
): Promise<FollowResult> {
  return inSnapshot(client, async (on) => {
    const found = await (isAllBut ? findNewestOfOthers : findNewest)(on, { accounts: ids });
    const newest = found.map(({ accountId, changed, removed }) => ({ accountId, newest: later(changed, removed) }));
    const asked = newest.map(({ accountId }) => accountId);
    const live = await findLive(on, { accounts: asked });
    const busy = newest.flatMap(({ accountId, newest }) =>
      newest === null ? [] : [{ accountId, since: instantOf(Math.max(0, msOf(newest) - lookBackMs)) }],
    );
    const limit = Math.ceil(most / Math.max(1, busy.length));
    const recent = await findRecent(on, {
      accounts: busy.map(({ accountId }) => accountId),
      since: busy.map(({ since }) => since),
      limit,
    });
    const oldest = new Map<number, { count: number; at: Instant }>();
    for (const { accountId, updatedAt } of recent) {
      const known = oldest.get(accountId);
      const at = known && known.at < updatedAt ? known.at : updatedAt;
      oldest.set(accountId, { count: (known?.count ?? 0) + 1, at });
    }
    const since = new Map(
      busy.map(({ accountId, since }) => {
        const read = oldest.get(accountId);
        return [accountId, read && read.count >= limit ? read.at : since];
      }),
    );
    return {
      accounts: newest.map((one) => ({ ...one, knownSince: since.get(one.accountId) ?? null })),
      calls: [...live, ...recent].map(namedCall),
      isEveryLive: live.length < most,
    };
  });
}

/** The newest moments of accounts, as the server has them; those without any are left out. */
export async function newestMoments(
  on: Pick<Transaction, 'query'>,
  ids: readonly number[],
): Promise<Map<number, Instant | null>> {
  const found = await findNewest(on, { accounts: ids });
  return new Map(found.map(({ accountId, changed, removed }) => [accountId, later(changed, removed)]));
}

function later(a: Instant | null, b: Instant | null): Instant | null {
  return a !== null && (b === null || a > b) ? a : b;
}

/** Where it fails the connection is of no use any more. */
async function inSnapshot<Result>(
  client: pg.PoolClient,
  work: (on: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  await client.query('begin isolation level repeatable read read only');
  const result = await work(client);
  await client.query('commit');
  return result;
}
