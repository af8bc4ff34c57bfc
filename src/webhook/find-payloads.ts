import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { decodeBody } from '../decode-text.ts';
import { cleanText } from './callerdesk/clean-text.ts';
import { formPairsOf, readPayload } from './callerdesk/payload.ts';
import { type KeptDelivery, sentDelivery } from './sent-delivery.ts';
import { webhookEvents } from './webhook-event.table.ts';

/** What was sent with the deliveries of these ids, in no order. */
export async function findPayloads(db: Database, ids: readonly number[]): Promise<{ id: number; payload: unknown }[]> {
  const { id, form, body, contentType } = webhookEvents;
  const kept = await db
    .select({ id, form, body, contentType })
    .from(webhookEvents)
    .where(sql`${id} = any(${sql.param(ids)}::bigint[])`);
  return kept.map((event) => ({ id: event.id, payload: payloadOf(event) }));
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
