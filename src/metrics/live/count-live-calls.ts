import { sql } from 'drizzle-orm';
import { opensTo } from '../../access/opens-to.ts';
import { calls } from '../../calls/call.table.ts';
import { callSql } from '../../calls/list/call-predicate.ts';
import { isLive } from '../../calls/list/list-calls.ts';
import { isTalking, isWaiting, waitingSinceSql } from '../../calls/list/waiting.ts';
import type { LiveBoardDimension } from '../../graphql/generated/inputs.ts';
import { allOf } from '../../query/condition.ts';
import type { Predicate } from '../../query/predicate.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';

/** Live calls that have the same account, call group, virtual number and agent. */
export type LiveCalls = {
  keys: Readonly<Record<LiveBoardDimension, number | null>>;
  ringing: number;
  talking: number;
  /** Since when the one that has waited longest does, in milliseconds since 1970; null where none rings. */
  since: number | null;
};

const keyColumns = {
  ACCOUNT: calls.accountId,
  CALL_GROUP: calls.callGroupId,
  VIRTUAL_NUMBER: calls.virtualNumberId,
  AGENT: calls.agentId,
} as const;
const names = Object.keys(keyColumns) as LiveBoardDimension[];
const keys = sql.join(
  names.map((name) => sql`${keyColumns[name]} as ${sql.raw(name.toLowerCase())}`),
  sql`, `,
);
const ordinals = sql.raw(names.map((_, i) => i + 1).join());
const waiting = callSql(isWaiting);

/** The live calls that a filter holds for, counted by who and what takes part: of all that a board shows. */
export async function countLiveCalls(db: ViewerDatabase, filter: Predicate): Promise<LiveCalls[]> {
  const { rows } = await db.read(calls.accountId, opensTo.figures, (on, own) =>
    on.execute<Record<string, string | null>>(
      sql`select ${keys}, count(*) filter (where ${waiting}) as ringing, count(*) filter (where ${callSql(isTalking)}) as talking,
        floor(extract(epoch from min(${waitingSinceSql}) filter (where ${waiting})) * 1000) as since
        from ${calls} where ${allOf([own, callSql(isLive), callSql(filter)])} group by ${ordinals}`,
    ),
  );
  return rows.map((row) => ({
    keys: Object.fromEntries(names.map((name) => [name, numberOf(row[name.toLowerCase()])])) as LiveCalls['keys'],
    ringing: Number(row.ringing),
    talking: Number(row.talking),
    since: numberOf(row.since),
  }));
}

const numberOf = (value: string | null | undefined) => (value == null ? null : Number(value));
