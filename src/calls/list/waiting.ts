import { type SQL, sql } from 'drizzle-orm';
import type { Predicate } from '../../query/predicate.ts';
import { type Instant, msOf } from '../../time/instant.ts';
import { type Call, calls } from '../call.table.ts';
import type { CallColumn } from './call-columns.ts';

/** Calls that nobody has picked up yet: they ring, or wait. */
export const isWaiting: Predicate = { of: 'status', in: ['RINGING'] };

/** Calls whose parties are talking. */
export const isTalking: Predicate = { of: 'status', in: ['IN_PROGRESS'] };

/** What is read of a call to tell how long it has been waiting. */
export const waitColumns = ['status', 'legAPickedAt', 'startedAt'] as const satisfies readonly CallColumn[];

/** Since when a call that waits does: from where waitSeconds will count. The same for one call is in waitingSeconds. */
export const waitingSinceSql: SQL = sql`coalesce(${calls.legAPickedAt}, ${calls.startedAt})`;

/** How long a call has been waiting at a moment, in whole seconds; null for one that does not wait (any more). */
export function waitingSeconds(
  { status, legAPickedAt, startedAt }: Pick<Call, (typeof waitColumns)[number]>,
  now: Instant,
): number | null {
  return status === 'RINGING' ? secondsSince(legAPickedAt ?? startedAt, now) : null;
}

const maxInt = 2 ** 31 - 1;

/** Whole seconds up to a moment: 0 from a later one, for clocks differ, and no more than an Int holds. */
export function secondsSince(since: Instant, now: Instant): number {
  return Math.min(Math.max(Math.floor((msOf(now) - msOf(since)) / 1000), 0), maxInt);
}
