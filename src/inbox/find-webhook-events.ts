import { sql } from 'drizzle-orm';
import { allOf } from '../query/condition.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import { eventColumns, type WebhookEventRow } from './list-webhook-events.ts';
import { webhookEvents } from './webhook-event.table.ts';

/** The deliveries with these ids, in no order. */
export function findWebhookEvents(db: ViewerDatabase, ids: readonly number[]): Promise<WebhookEventRow[]> {
  return db.read(webhookEvents.accountId, async (on, own) =>
    on
      .select(eventColumns)
      .from(webhookEvents)
      .where(allOf([own, sql`${webhookEvents.id} = any(${sql.param(ids)}::bigint[])`])),
  );
}
