import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgEnum, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { instant } from '../../postgres/columns.ts';

export const removalReasons = ['MERGED', 'RETENTION'] as const;
export const removalReasonEnum = pgEnum('call_removal_reason', removalReasons);

/**
 * Calls that are no more: whoever keeps a copy, here or elsewhere, takes them from here. Written in every transaction that
 * deletes calls.
 */
export const endedCalls = pgTable(
  'ended_calls',
  {
    accountId: integer('account_id').notNull(),
    callId: bigint('call_id', { mode: 'number' }).notNull(),
    /** By the same rule as calls.updated_at. */
    removedAt: instant('removed_at').notNull(),
    reason: removalReasonEnum().notNull(),
    /** The call that it became part of: never one that has become part of another since. */
    replacedBy: bigint('replaced_by', { mode: 'number' }),
  },
  (t) => [
    primaryKey({ columns: [t.callId, t.accountId] }),
    index('ended_calls_removed').on(t.removedAt, t.callId),
    index('ended_calls_of_account').on(t.accountId, t.removedAt),
    index('ended_calls_replaced').on(t.replacedBy, t.accountId).where(sql`replaced_by is not null`),
  ],
);

/** The last moment of which not all ended calls of an account are known any more. */
export const endedCallMarks = pgTable('ended_call_marks', {
  accountId: integer('account_id').primaryKey(),
  deletedThrough: instant('deleted_through').notNull(),
});

export type EndedCall = typeof endedCalls.$inferSelect;
export type NewEndedCall = typeof endedCalls.$inferInsert;
