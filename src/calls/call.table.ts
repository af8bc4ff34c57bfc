import { sql } from 'drizzle-orm';
import { bigint, index, integer, numeric, pgEnum, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant } from '../postgres/columns.ts';
import { directions, dispositions, outcomes, parties, statuses } from './facts/call-enums.ts';
import { listedMark } from './facts/precedence.ts';

export const directionEnum = pgEnum('call_direction', directions);
export const statusEnum = pgEnum('call_status', statuses);
export const dispositionEnum = pgEnum('call_disposition', dispositions);
export const outcomeEnum = pgEnum('call_outcome', outcomes);
export const partyEnum = pgEnum('call_party', parties);

/**
 * One row per call. What the provider sent is kept as facts (sent_*, numbers, words, leg times), from which a merge
 * starts again; the rest (roles, disposition, outcome, spans) is derived from them whenever the call is written.
 */
export const calls = pgTable(
  'calls',
  {
    accountId: integer('account_id').notNull(),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    callSid: text('call_sid').notNull(),
    direction: directionEnum().notNull(),
    status: statusEnum().notNull(),
    disposition: dispositionEnum(),
    outcome: outcomeEnum(),
    endedBy: partyEnum('ended_by'),
    customerId: bigint('customer_id', { mode: 'number' }),
    agentId: bigint('agent_id', { mode: 'number' }),
    virtualNumberId: bigint('virtual_number_id', { mode: 'number' }),
    callGroupId: bigint('call_group_id', { mode: 'number' }),
    campaignId: bigint('campaign_id', { mode: 'number' }),
    customerNumber: text('customer_number'),
    agentNumber: text('agent_number'),
    agentName: text('agent_name'),
    sourceNumber: text('source_number'),
    destinationNumber: text('destination_number'),
    dialedNumber: text('dialed_number'),
    startedAt: instant('started_at').notNull(),
    legAPickedAt: instant('leg_a_picked_at'),
    legBStartedAt: instant('leg_b_started_at'),
    legBPickedAt: instant('leg_b_picked_at'),
    answeredAt: instant('answered_at'),
    endedAt: instant('ended_at'),
    durationSeconds: integer('duration_seconds'),
    talkSeconds: integer('talk_seconds'),
    ivrSeconds: integer('ivr_seconds'),
    ringSeconds: integer('ring_seconds'),
    waitSeconds: integer('wait_seconds'),
    coins: numeric(),
    recordingUrl: text('recording_url'),
    keyPress: text('key_press'),
    hangupCause: integer('hangup_cause'),
    errorCode: text('error_code'),
    providerStatus: text('provider_status'),
    providerDirection: text('provider_direction'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    /** When the last live event was received; null once there is a report. */
    liveEventAt: instant('live_event_at'),
    // The provider's own fields that no column above keeps whole: what a later event is merged with.
    agentEmail: text('agent_email'),
    sentStatus: text('sent_status'),
    sentCallStatus: text('sent_call_status'),
    sentHangupCause: text('sent_hangup_cause'),
    sentStartedAt: instant('sent_started_at'),
    sentEndedAt: instant('sent_ended_at'),
    sentDurationSeconds: integer('sent_duration_seconds'),
    sentTalkSeconds: integer('sent_talk_seconds'),
    /** Which facts no webhook report gave, as bits: imports and live events may only fill. Null: none. See precedence.ts. */
    lesserFacts: integer('lesser_facts'),
    /** Which facts an answered leg gave, as bits. Null: all that reports gave of an answered call, and none of another. */
    answeredFacts: integer('answered_facts'),
  },
  (t) => [
    primaryKey({ columns: [t.id, t.accountId] }),
    uniqueIndex('calls_sid').on(t.callSid, t.accountId),
    index('calls_started').on(t.startedAt, t.id),
    index('calls_updated').on(t.updatedAt, t.id),
    // What is asked of one account, in either order; by the second the packing finds what has changed, too.
    index('calls_account_started').on(t.accountId, t.startedAt, t.id),
    index('calls_account_updated').on(t.accountId, t.updatedAt, t.id),
    index('calls_agent_started').on(t.agentId, t.startedAt, t.id).where(sql`agent_id is not null`),
    index('calls_campaign_started').on(t.campaignId, t.startedAt, t.id).where(sql`campaign_id is not null`),
    index('calls_group_started').on(t.callGroupId, t.startedAt, t.id).where(sql`call_group_id is not null`),
    index('calls_number_started').on(t.virtualNumberId, t.startedAt, t.id).where(sql`virtual_number_id is not null`),
    index('calls_customer_started').on(t.customerId, t.startedAt, t.id).where(sql`customer_id is not null`),
    index('calls_live').on(t.startedAt, t.id).where(sql`status in ('RINGING', 'IN_PROGRESS')`),
    // Rare: how a call that began long before a range, and still went on in it, is found without reading all before.
    index('calls_long').on(t.endedAt).where(sql`ended_at - started_at > interval '4 hours'`),
    // Known from the provider's list alone, by whose id a delivery will not find them.
    index('calls_listed')
      .on(t.startedAt)
      .where(sql`lesser_facts >= ${sql.raw(String(listedMark))}`),
    index('calls_ageing').on(t.liveEventAt).where(sql`status in ('RINGING', 'IN_PROGRESS')`),
  ],
);

export type Call = typeof calls.$inferSelect;
export type NewCall = typeof calls.$inferInsert;
