import { sql } from 'drizzle-orm';
import { decodeBody } from '../decode-text.ts';
import { AppError } from '../errors.ts';
import { type KeptDelivery, sentDelivery } from '../ingestion/sent-delivery.ts';
import { cleanText } from '../providers/callerdesk/clean-text.ts';
import { formPairsOf, readPayload } from '../providers/callerdesk/payload.ts';
import { allOf } from '../query/condition.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import { webhookEvents } from './webhook-event.table.ts';

// A delivery has up to 64 kB: so many are read at a stretch, and so much is brought for one answer.
const deliveriesAtOnce = 64;
const maxBytes = 32 * 1024 * 1024;

/** What was sent with the deliveries of these ids, in no order. TOO_EXPENSIVE where that is more than an answer could hold. */
export async function findPayloads(
  db: ViewerDatabase,
  ids: readonly number[],
): Promise<{ id: number; payload: unknown }[]> {
  const { id, form, body, contentType } = webhookEvents;
  const found: { id: number; payload: unknown }[] = [];
  let bytes = 0;
  for (let from = 0; from < ids.length; from += deliveriesAtOnce) {
    const some = ids.slice(from, from + deliveriesAtOnce);
    const kept = await db.read(webhookEvents.accountId, (on, own) =>
      on
        .select({ id, form, body, contentType })
        .from(webhookEvents)
        .where(allOf([own, sql`${id} = any(${sql.param(some)}::bigint[])`])),
    );
    for (const event of kept) {
      bytes += event.body.length;
      found.push({ id: event.id, payload: payloadOf(event) });
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

/** Deeper values could be read, but writing the answer would overflow the stack. */
const maxBrackets = 1000;

/** What was sent, as a JSON value: an object, or a list; a body that is neither, as text. */
export function payloadOf(event: KeptDelivery): unknown {
  const delivery = sentDelivery(event);
  const read = readPayload(delivery);
  const text = decodeBody(event.body, event.contentType);
  if (!read.ok && !read.together) return text;
  if (read.form === 'JSON') return (text.match(/[[{]/g)?.length ?? 0) > maxBrackets ? text : jsonOf(text);
  const values = new Map<string, string[]>();
  for (const [key, value] of formPairsOf(delivery)) {
    const name = cleanText(key);
    const known = values.get(name);
    if (known) known.push(cleanText(value));
    else values.set(name, [cleanText(value)]);
  }
  return Object.fromEntries([...values].map(([key, all]) => [key, all.length === 1 ? all[0] : all]));
}

/** The text itself where it was JSON in another charset than it said. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
