import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { opensTo } from '../access/opens-to.ts';
import { retentionWaits } from '../jobs/retention-wait.table.ts';
import { readTimestamp } from '../postgres/columns.ts';
import { allOf, everything } from '../query/condition.ts';
import { visibleSql } from '../query/predicate-sql.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import { type Instant, instantOf, msOf } from '../time/instant.ts';
import { seesContent } from './mask-events.ts';
import { webhookArrivals as arrivals, webhookEvents as events } from './webhook-event.table.ts';

export type WebhookHealth = {
  /** Null: of all that may be seen. */
  accountId: number | null;
  lastEventAt: Instant | null;
  lastCallReportAt: Instant | null;
  eventsLast24Hours: number;
  unreadableLast24Hours: number;
  conflictsLast24Hours: number;
  notUnderstoodLast24Hours: number;
  waiting: number;
  unknownStatusWords: string[];
  retentionWaits: string | null;
};

const dayMs = 86_400_000;
/** Unknown words are those of so many days, and of so many deliveries at most. */
const wordDays = 30;
const maxWorded = 10_000;

type Row = {
  last: string | null;
  lastReport: string | null;
  all: string;
  unreadable: string;
  conflicts: string;
  notUnderstood: string;
  waiting: string;
  words: string[];
  waits: string | null;
};

/** Whether deliveries arrive and are understood, of one account or (null) of all that may be seen. */
export async function findWebhookHealth(
  db: ViewerDatabase,
  { accountId, now }: { accountId: number | null; now: Instant },
): Promise<WebhookHealth> {
  // Imports and back-fills say nothing of whether the webhook works.
  const delivered = sql`${events.form} not in ('IMPORT', 'BACKFILL')`;
  const ofOne = (column: PgColumn) => (accountId === null ? everything : sql`${column} = ${accountId}`);
  const ownArrivals = allOf([visibleSql(db.viewer, arrivals.accountId), ofOne(arrivals.accountId)]);
  const since = (days: number) => sql`${events.receivedAt} >= ${instantOf(msOf(now) - days * dayMs)}::timestamptz`;
  const lastOf = (column: PgColumn) => sql`(select max(${column}) from ${arrivals} where ${ownArrivals})`;
  const words = (own: SQL) =>
    seesContent(db.viewer)
      ? sql`array(select distinct word collate "C" from (
          select ${events.unknownWords} as words from ${events}
          where ${events.unknownWords} is not null and ${own} and ${since(wordDays)}
          order by ${events.receivedAt} desc limit ${maxWorded}
        ) as worded, unnest(words) as word order by 1)`
      : sql`array[]::text[]`;
  const select = (own: SQL) => {
    const count = (condition: SQL) =>
      sql`(select count(*) from ${events} where ${condition} and ${delivered} and ${own} and ${since(1)})`;
    return sql`select
    ${lastOf(arrivals.lastEventAt)} as "last",
    ${lastOf(arrivals.lastReportAt)} as "lastReport",
    ${count(sql`true`)} as "all",
    ${count(sql`${events.state} = 'UNREADABLE'`)} as "unreadable",
    ${count(sql`${events.state} = 'CONFLICT'`)} as "conflicts",
    ${count(sql`${events.notUnderstood} is not null`)} as "notUnderstood",
    (select count(*) from ${events} where ${events.state} = 'WAITING' and ${own}) as "waiting",
    ${words(own)} as "words",
    (select string_agg(${retentionWaits.why}, ' ' order by ${retentionWaits.kind}) from ${retentionWaits}) as "waits"`;
  };
  const { rows } = await db.read(events.accountId, opensTo.deliveries, (on, own) =>
    on.execute<Row>(select(allOf([own, ofOne(events.accountId)]))),
  );
  const [row] = rows;
  if (!row) throw new Error('a statement without a condition gave no row');
  return {
    accountId,
    lastEventAt: instantOrNull(row.last),
    lastCallReportAt: instantOrNull(row.lastReport),
    eventsLast24Hours: Number(row.all),
    unreadableLast24Hours: Number(row.unreadable),
    conflictsLast24Hours: Number(row.conflicts),
    notUnderstoodLast24Hours: Number(row.notUnderstood),
    waiting: Number(row.waiting),
    unknownStatusWords: row.words,
    // What is deleted is decided for all accounts together.
    retentionWaits: db.viewer.accounts === 'all' ? row.waits : null,
  };
}

function instantOrNull(text: string | null): Instant | null {
  return text === null ? null : readTimestamp(text);
}
