import { opensTo } from '../access/opens-to.ts';
import { AppError } from '../errors.ts';
import type { Providers } from '../providers/providers.ts';
import { sentDelivery } from '../providers/sent-delivery.ts';
import { allOf } from '../query/condition.ts';
import { type AskedKey, inOrderOf, isOneOf, type RowKey } from '../query/row-key.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import { seesContent } from './mask-events.ts';
import { webhookEvents } from './webhook-event.table.ts';

// A delivery has up to 64 kB: so many are read at a stretch, and so much is brought for one answer.
const deliveriesAtOnce = 64;
const maxBytes = 32 * 1024 * 1024;

/** What was sent with the deliveries of these keys, in that order; null where there is none, or the viewer is not shown it. TOO_EXPENSIVE where that is more than an answer could hold. */
export async function findPayloads(
  db: ViewerDatabase,
  providers: Providers,
  keys: readonly AskedKey[],
): Promise<((RowKey & { payload: unknown }) | null)[]> {
  if (!seesContent(db.viewer)) return keys.map(() => null);
  const { accountId, id, provider, form, body, contentType } = webhookEvents;
  const found: (RowKey & { payload: unknown })[] = [];
  let bytes = 0;
  for (let from = 0; from < keys.length; from += deliveriesAtOnce) {
    const some = keys.slice(from, from + deliveriesAtOnce);
    const kept = await db.read(webhookEvents.accountId, opensTo.deliveries, (on, own) =>
      on
        .select({ accountId, id, provider, form, body, contentType })
        .from(webhookEvents)
        .where(allOf([own, isOneOf(webhookEvents, some)])),
    );
    for (const event of kept) {
      bytes += event.body.length;
      const payload = providers.get(event.provider).showPayload(sentDelivery(event));
      found.push({ accountId: event.accountId, id: event.id, payload });
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
  return inOrderOf(keys, found);
}
