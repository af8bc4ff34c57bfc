import { opensTo } from '../access/opens-to.ts';
import { allOf } from '../query/condition.ts';
import { type AskedKey, inOrderOf, isOneOf } from '../query/row-key.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import { eventColumns } from './list-webhook-events.ts';
import { maskEvents, type WebhookEventRow } from './mask-events.ts';
import { webhookEvents } from './webhook-event.table.ts';

/** The deliveries with these keys, in that order; null where there is none. */
export async function findWebhookEvents(
  db: ViewerDatabase,
  keys: readonly AskedKey[],
): Promise<(WebhookEventRow | null)[]> {
  const rows = await db.read(webhookEvents.accountId, opensTo.deliveries, (on, own) =>
    on
      .select(eventColumns)
      .from(webhookEvents)
      .where(allOf([own, isOneOf(webhookEvents, keys)])),
  );
  return inOrderOf(keys, await maskEvents(db, rows));
}
