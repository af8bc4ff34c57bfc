import { type SQL, sql } from 'drizzle-orm';
import { accounts } from '../accounts/account.table.ts';
import { calls } from '../calls/call.table.ts';
import { callColumns } from '../calls/list/call-columns.ts';
import type { NamedCall } from '../calls/list/call-predicate.ts';
import { relatives } from '../calls/list/call-relatives.ts';
import { type EndedCall, endedCalls } from '../calls/merge/ended-call.table.ts';
import { callGroups, campaigns } from '../participants/participants.table.ts';
import { statement, type Transaction } from '../postgres/statement.ts';
import type { Instant } from '../time/instant.ts';
import { type ChangeKey, inOrder, type Place } from './place.ts';

/** A call that was made or changed, as it is now; or one that ended. */
export type Change = ChangeKey & { accountId: number } & (
    | { isEnded: false; call: NamedCall }
    | { isEnded: true; reason: EndedCall['reason']; replacedBy: number | null }
  );

/** Of an account what comes next, in order; `isAll`: there was no more when it was read. */
export type ChangePage = { accountId: number; changes: readonly Change[]; isAll: boolean };

/** So many changes are read at once, or few of each account where these are many. */
const pageSize = 2000;
const fewest = 20;

/** The columns of a call, and the names by which predicates ask for what it names. */
const shown = [
  ...Object.entries(callColumns).map(([name, column]) => sql`${column} as ${sql.identifier(name)}`),
  sql`${callGroups.name} as "callGroupName"`,
  sql`${campaigns.campaignCode} as "campaignCode"`,
];
export const shownCall: SQL = sql.join(shown, sql`, `);
export const joinNames: SQL = sql`${relatives.callGroup.join}${relatives.campaign.join}`;

export type ReadCall = Omit<NamedCall, 'callGroup' | 'campaign'> & {
  callGroupName: string | null;
  campaignCode: string | null;
};

export function namedCall({ callGroupName, campaignCode, ...row }: ReadCall): NamedCall {
  return {
    ...row,
    callGroup: callGroupName === null ? null : { name: callGroupName },
    campaign: campaignCode === null ? null : { campaignCode },
  };
}

type ReadChange = ReadCall & {
  ofAccount: number;
  moment: Instant;
  isEnded: boolean;
  changedId: number;
  reason: EndedCall['reason'];
  replacedBy: number | null;
};

const limit = sql.placeholder('limit');
const named = sql`${sql.placeholder('accounts')}::integer[]`;

// One statement, so that all of it is of one moment. Of each account what comes next is found by the index of its moments, and
// only then looked up: each row by its key, however many the planner expects.
const find = statement<ReadChange>(
  'find_changes',
  sql`select seen.account_id as "ofAccount", change.moment, change.is_ended as "isEnded", change.id as "changedId",
      change.reason, change.replaced_by as "replacedBy", ${shownCall}
    from (
      select * from unnest(${named}, ${sql.placeholder('ats')}::timestamptz[], ${sql.placeholder('callIds')}::bigint[],
        ${sql.placeholder('endedIds')}::bigint[]) as listed(account_id, at, call_id, ended_id)
      union all
      select ${accounts.id}, ${sql.placeholder('othersAt')}::timestamptz, 0, 0 from ${accounts}
        where ${sql.placeholder('othersAt')}::timestamptz is not null and ${accounts.id} <> all(${named})
    ) as seen
    cross join lateral (
      (select ${calls.updatedAt} as moment, false as is_ended, ${calls.id} as id,
          null::call_removal_reason as reason, null::bigint as replaced_by from ${calls}
        where ${calls.accountId} = seen.account_id and (${calls.updatedAt}, ${calls.id}) > (seen.at, seen.call_id)
        order by ${calls.updatedAt}, ${calls.id} limit ${limit})
      union all
      (select ${endedCalls.removedAt}, true, ${endedCalls.callId}, ${endedCalls.reason}, ${endedCalls.replacedBy} from ${endedCalls}
        where ${endedCalls.accountId} = seen.account_id and (${endedCalls.removedAt}, ${endedCalls.callId}) > (seen.at, seen.ended_id)
        order by ${endedCalls.removedAt}, ${endedCalls.callId} limit ${limit})
      order by moment, is_ended, id limit ${limit}
    ) as change
    left join lateral (select * from ${calls} where not change.is_ended and ${calls.accountId} = seen.account_id
      and ${calls.id} = change.id limit 1) as ${calls} on true${joinNames}`,
);

export type ReadChangesInput = {
  places: ReadonlyMap<number, Place>;
  /** Where accounts begin that have no place, such as new ones; null: they are not asked about. */
  others: Instant | null;
};

/** What has changed in accounts since their places: a page of each that has any. All is of one moment. */
export async function readChanges(
  on: Pick<Transaction, 'query'>,
  { places, others }: ReadChangesInput,
): Promise<ChangePage[]> {
  const each = Math.max(fewest, Math.floor(pageSize / Math.max(1, places.size)));
  const at = [...places.values()];
  const rows = await find(on, {
    accounts: [...places.keys()],
    ats: at.map((place) => place.at),
    callIds: at.map(({ callId }) => callId),
    endedIds: at.map(({ endedId }) => endedId),
    othersAt: others,
    limit: each,
  });
  const byAccount = new Map<number, Change[]>();
  for (const row of rows) {
    const known = byAccount.get(row.ofAccount);
    if (known) known.push(changeOf(row));
    else byAccount.set(row.ofAccount, [changeOf(row)]);
  }
  return [...byAccount].map(([accountId, changes]) => ({
    accountId,
    changes: changes.sort(inOrder),
    isAll: changes.length < each,
  }));
}

function changeOf({ ofAccount, moment, isEnded, changedId, reason, replacedBy, ...call }: ReadChange): Change {
  const key = { accountId: ofAccount, moment, id: changedId };
  return isEnded ? { ...key, isEnded, reason, replacedBy } : { ...key, isEnded, call: namedCall(call) };
}
