import { sql } from 'drizzle-orm';
import { AppError } from '../errors.ts';
import type { Providers } from '../providers/providers.ts';
import { sentDelivery } from '../providers/sent-delivery.ts';
import { allOf } from '../query/condition.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import { webhookEvents } from './webhook-event.table.ts';

// A delivery has up to 64 kB: so many are read at a stretch, and so much is brought for one answer.
const deliveriesAtOnce = 64;
const maxBytes = 32 * 1024 * 1024;

/** What was sent with the deliveries of these ids, in no order. TOO_EXPENSIVE where that is more than an answer could hold. */
export async function findPayloads(
  db: ViewerDatabase,
  providers: Providers,
  ids: readonly number[],
): Promise<{ id: number; payload: unknown }[]> {
  const { id, provider, form, body, contentType } = webhookEvents;
  const found: { id: number; payload: unknown }[] = [];
  let bytes = 0;
  for (let from = 0; from < ids.length; from += deliveriesAtOnce) {
    const some = ids.slice(from, from + deliveriesAtOnce);
    const kept = await db.read(webhookEvents.accountId, (on, own) =>
      on
        .select({ id, provider, form, body, contentType })
        .from(webhookEvents)
        .where(allOf([own, sql`${id} = any(${sql.param(some)}::bigint[])`])),
    );
    for (const event of kept) {
      bytes += event.body.length;
      found.push({ id: event.id, payload: providers.get(event.provider).showPayload(sentDelivery(event)) });
    }
    if (bytes > maxBytes) {
      const allowed = `${maxBytes / 1024 / 1024} MB`;
      throw new AppError(
        'TOO_EXPENSIVE',
        `What was sent with these deliveries is more than ${allowed}. Ask for fewer at once.`,
        { allowed },
      );
    }
  }
  return found;
}
