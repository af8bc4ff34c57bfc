import { bigint, boolean, doublePrecision, index, integer, jsonb, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { bytes, instant } from '../../postgres/columns.ts';
import type { ColumnVersions } from '../columns.ts';
import type { CodedWords } from './call-columns.ts';

/** What was stored before there were versions, and is by services that know of none: these columns, in their first version. */
const firstVersions: ColumnVersions = {
  id: 1,
  startedAt: 1,
  class: 1,
  agentId: 1,
  campaignId: 1,
  callGroupId: 1,
  virtualNumberId: 1,
  customerId: 1,
  durationSeconds: 1,
  talkSeconds: 1,
  ivrSeconds: 1,
  ringSeconds: 1,
  waitSeconds: 1,
  legAPickedAt: 1,
  legBStartedAt: 1,
  answeredAt: 1,
  endedAt: 1,
  coins: 1,
};

/**
 * Calls of an account a second time, column by column: all that started in [from, to). The ranges of an account's chunks
 * do not overlap. A chunk is never changed, only replaced, so that whoever knows its id knows its columns.
 */
export const callChunks = pgTable(
  'call_chunks',
  {
    accountId: integer('account_id').notNull(),
    chunkId: bigint('id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    fromAt: instant('from_at').notNull(),
    toAt: instant('to_at').notNull(),
    callCount: integer('call_count').notNull(),
    firstStartedAt: instant('first_started_at').notNull(),
    minCallId: doublePrecision('min_call_id').notNull(),
    maxCallId: doublePrecision('max_call_id').notNull(),
    /** When the last of its calls ended; null where none did. */
    maxEndedAt: instant('max_ended_at'),
    hasLive: boolean('has_live').notNull(),
    /** Which columns it has, and in which version each: see columns.ts. */
    versions: jsonb().$type<ColumnVersions>().notNull().default(firstVersions),
    words: jsonb().$type<CodedWords>().notNull(),
    id: bytes('call_ids').notNull(),
    startedAt: bytes('started_at').notNull(),
    class: bytes('class_code').notNull(),
    agentId: bytes('agent_id').notNull(),
    campaignId: bytes('campaign_id').notNull(),
    callGroupId: bytes('call_group_id').notNull(),
    virtualNumberId: bytes('virtual_number_id').notNull(),
    customerId: bytes('customer_id').notNull(),
    durationSeconds: bytes('duration_seconds').notNull(),
    talkSeconds: bytes('talk_seconds').notNull(),
    ivrSeconds: bytes('ivr_seconds').notNull(),
    ringSeconds: bytes('ring_seconds').notNull(),
    waitSeconds: bytes('wait_seconds').notNull(),
    legAPickedAt: bytes('leg_a_picked_at').notNull(),
    legBStartedAt: bytes('leg_b_started_at').notNull(),
    answeredAt: bytes('answered_at').notNull(),
    endedAt: bytes('ended_at').notNull(),
    coins: bytes('coins_code').notNull(),
    // Columns that came later are missing in chunks that were made before.
    keyPress: bytes('key_press'),
    hangupCause: bytes('hangup_cause'),
    endedBy: bytes('ended_by'),
    errorCode: bytes('error_code'),
  },
  (t) => [primaryKey({ columns: [t.chunkId, t.accountId] }), index('call_chunks_range').on(t.accountId, t.fromAt)],
);

/** How far the calls of an account are packed. */
export const callChunkMarks = pgTable('call_chunk_marks', {
  accountId: integer('account_id').primaryKey(),
  /**
   * Every call with an updatedAt up to here is in the chunks as it is, and none that ended up to here; null while the first
   * ones are being made.
   */
  packedThrough: instant('packed_through'),
});
