import { integer, pgTable } from 'drizzle-orm/pg-core';
import { instant } from '../postgres/columns.ts';

/** When deliveries of an account came last. Of the inbox alone this could not be told quickly where nothing comes. */
export const webhookArrivals = pgTable('webhook_arrivals', {
  accountId: integer('account_id').primaryKey(),
  lastEventAt: instant('last_event_at').notNull(),
  /** Null: there was no call report yet. */
  lastReportAt: instant('last_report_at'),
});
