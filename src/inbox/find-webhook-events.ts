import { sql } from 'drizzle-orm';
import type { Database } from '../postgres/client.ts';
import { eventColumns, type WebhookEventRow } from './list-webhook-events.ts';
import { webhookEvents } from './webhook-event.table.ts';

/** The deliveries with these ids, in no order. */
export function findWebhookEvents(db: Database, ids: readonly number[]): Promise<WebhookEventRow[]> {
  return db
    .select(eventColumns)
    .from(webhookEvents)
    .where(sql`${webhookEvents.id} = any(${sql.param(ids)}::bigint[])`);
}
