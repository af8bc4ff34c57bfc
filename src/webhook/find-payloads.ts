import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { decodeBody } from './callerdesk/content-type.ts';
import { readPayload } from './callerdesk/payload.ts';
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

/** What was sent, as a JSON value: an object; a body that is none, as text. */
export function payloadOf(event: KeptDelivery): unknown {
  const read = readPayload(sentDelivery(event));
  const text = decodeBody(event.body, event.contentType).text ?? event.body.toString('utf8');
  if (!read.ok) return text;
  if (read.form === 'JSON') return (text.match(/[[{]/g)?.length ?? 0) > maxBrackets ? text : JSON.parse(text);
  const values = new Map<string, string[]>();
  for (const { key, value } of read.fields.pairs) {
    const known = values.get(key);
    if (known) known.push(value);
    else values.set(key, [value]);
  }
  return Object.fromEntries([...values].map(([key, all]) => [key, all.length === 1 ? all[0] : all]));
}
