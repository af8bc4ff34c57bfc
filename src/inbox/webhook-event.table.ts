import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgEnum, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, instant } from '../postgres/columns.ts';

export const eventKinds = ['CALL_REPORT', 'LIVE_CALL', 'OTHER'] as const;
export const eventForms = ['JSON', 'FORM', 'QUERY', 'IMPORT', 'BACKFILL'] as const;
export const eventStates = ['RECORDED', 'DUPLICATE', 'IGNORED', 'UNREADABLE', 'CONFLICT', 'WAITING'] as const;

export type EventKind = (typeof eventKinds)[number];
export type EventForm = (typeof eventForms)[number];
export type EventState = (typeof eventStates)[number];

export const eventKindEnum = pgEnum('webhook_event_kind', eventKinds);
export const eventFormEnum = pgEnum('webhook_event_form', eventForms);
export const eventStateEnum = pgEnum('webhook_event_state', eventStates);

/** The inbox: every delivery as it came, and what became of it. */
export const webhookEvents = pgTable(
  'webhook_events',
  {
    accountId: integer('account_id').notNull(),
    /** Whose words these are: the account may have another provider since. */
    provider: text().notNull().default('callerdesk'),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    receivedAt: instant('received_at').notNull(),
    /**
     * Counts the account's deliveries as they are kept: of those that were received at the same moment the lower one came first.
     * 0 in rows of before there were numbers, whose ids rose.
     */
    arrivalNumber: bigint('arrival_number', { mode: 'number' }).notNull().default(0),
    kind: eventKindEnum().notNull(),
    /** What the URL said it is: the content alone does not always tell, and it is read again by replays. */
    urlKind: eventKindEnum('url_kind'),
    form: eventFormEnum().notNull(),
    state: eventStateEnum().notNull(),
    /** Why it was not recorded. */
    reason: text(),
    callSid: text('call_sid'),
    contentType: text('content_type'),
    /** The body, or the query string, byte for byte: text columns cannot hold every byte a sender may send. */
    body: bytes().notNull(),
    /** First half of the SHA-256 of what the delivery says, whatever its form: tells duplicates. */
    contentHash: bytes('content_hash').notNull(),
    /** Status words in it that no table knows. */
    unknownWords: text('unknown_words').array(),
    /** Values in it that could not be read: the field, and why. The call is without them. */
    notUnderstood: text('not_understood').array(),
  },
  (t) => [
    primaryKey({ columns: [t.id, t.accountId] }),
    // What says the same has the same CallSid, whose index is cheap to write to; a hash is needed only where there is none.
    index('webhook_events_sid').on(t.callSid, t.accountId).where(sql`call_sid is not null`),
    index('webhook_events_content').on(t.contentHash, t.accountId).where(sql`call_sid is null`),
    index('webhook_events_unknown_words').on(t.receivedAt).where(sql`unknown_words is not null`),
    index('webhook_events_not_understood').on(t.receivedAt).where(sql`not_understood is not null`),
    index('webhook_events_received').on(t.receivedAt, t.arrivalNumber, t.id),
    // What an operator looks for is rare among what went well.
    index('webhook_events_state').on(t.state, t.receivedAt, t.arrivalNumber, t.id).where(sql`state <> 'RECORDED'`),
  ],
);

export type WebhookEvent = typeof webhookEvents.$inferSelect;
/** A delivery that is not kept yet. */
export type NewWebhookEvent = Omit<typeof webhookEvents.$inferInsert, 'id' | 'arrivalNumber'> &
  Pick<WebhookEvent, 'provider'>;

/** The last deliveries of an account. Of the inbox alone this could not be told quickly where nothing comes. */
export const webhookArrivals = pgTable('webhook_arrivals', {
  accountId: integer('account_id').primaryKey(),
  /** Null: there were only imports yet, which do not count here. */
  lastEventAt: instant('last_event_at'),
  /** Null: there was no call report yet. */
  lastReportAt: instant('last_report_at'),
  /** The greatest arrivalNumber that was given. */
  lastNumber: bigint('last_number', { mode: 'number' }).notNull().default(0),
});
