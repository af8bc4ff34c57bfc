import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import { opensTo } from '../../access/opens-to.ts';
import { requireOpened } from '../../access/require-scope.ts';
import { AppError } from '../../errors.ts';
import { Page } from '../../query/page.ts';
import type { PageArguments } from '../../query/page-arguments.ts';
import { readInstant } from '../../query/read-value.ts';
import type { ViewerDatabase } from '../../query/viewer-database.ts';
import { type Instant, instantOf, msOf } from '../../time/instant.ts';
import { calls } from '../call.table.ts';
import { type EndedCall, endedCallMarks, endedCalls } from './ended-call.table.ts';

/** An id that ended; `replacedBy` null where nothing stands for it now. */
export type EndedCallRow = EndedCall;
export type EndedCallPage = Page<EndedCallRow>;

export type EndedCallsInput = Pick<PageArguments, 'first' | 'after'> & {
  since: unknown;
  now: Instant;
  /** So long they can be asked for. */
  keptDays: number;
};

const dayMs = 86_400_000;

/** A page of the calls that ended at or after a moment, the first to end first. BAD_USER_INPUT where that is not known any more. */
export async function listEndedCalls(db: ViewerDatabase, input: EndedCallsInput): Promise<EndedCallPage> {
  requireOpened(db.viewer, opensTo.calls);
  const { now, keptDays, ...page } = input;
  const since = readInstant(input.since, ['since']);
  const known = await knownSince(db, now, keptDays);
  if (since < known) throw tooLongAgo(known, keptDays);
  return new Page<EndedCallRow>(
    {
      db,
      table: endedCalls,
      account: endedCalls.accountId,
      opensTo: opensTo.calls,
      condition: sql`${endedCalls.removedAt} >= ${since}::timestamptz`,
      sort: {
        key: endedCalls.removedAt,
        nullable: false,
        type: 'timestamptz',
        id: endedCalls.callId,
        direction: 'ASC',
      },
      positionOf: ({ removedAt, callId }) => ({ key: removedAt, id: callId }),
      // What it became part of may have been deleted since.
      select: (on, { condition, order, limit }) =>
        on
          .select({ ...getTableColumns(endedCalls), replacedBy: calls.id })
          .from(endedCalls)
          .leftJoin(calls, and(eq(calls.id, endedCalls.replacedBy), eq(calls.accountId, endedCalls.accountId)))
          .where(condition)
          .orderBy(order)
          .limit(limit),
      identity: ['endedCalls', since],
    },
    { first: page.first, after: page.after },
  );
}

/** Also where the setting was lower before, or a clock wrong: then more was deleted than the setting says now. */
async function knownSince(db: ViewerDatabase, now: Instant, keptDays: number): Promise<Instant> {
  const [row] = await db.read(endedCallMarks.accountId, opensTo.calls, (on, own) =>
    on
      .select({
        through: sql<Instant | null>`max(${endedCallMarks.deletedThrough})`.mapWith(endedCallMarks.deletedThrough),
      })
      .from(endedCallMarks)
      .where(own),
  );
  const kept = instantOf(msOf(now) - keptDays * dayMs);
  const next = row?.through ? instantOf(msOf(row.through) + 1) : kept;
  return next > kept ? next : kept;
}

function tooLongAgo(known: Instant, keptDays: number): AppError {
  const allowed = `${known} or later`;
  return new AppError(
    'BAD_USER_INPUT',
    `since: is too long ago, for ids that ended are told for ${keptDays} days (RETENTION_ENDED_CALLS_DAYS). Allowed: ${allowed}. Pull everything anew: delete your copy, and ask for all calls.`,
    { argument: ['since'], allowed },
  );
}
