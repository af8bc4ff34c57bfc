import type { CallFacts } from '../../src/calls/facts/call-facts.ts';
import { type DeliveryContext, normalizeDelivery } from '../../src/providers/callerdesk/normalize-delivery.ts';
import { type Fields, readPayload } from '../../src/providers/callerdesk/payload.ts';
import type { DeliveryForm, Meaning, SentDelivery } from '../../src/providers/provider.ts';

export const receivedAt = '2023-06-01T06:30:00.000Z';
export const india: DeliveryContext['account'] = {
  timeZone: 'Asia/Kolkata',
  region: 'IN',
  outgoingAgentLeg: 'LEG_A',
  settings: {},
};

/** A payload in one of the three forms. */
export function encode(payload: object, form: DeliveryForm = 'JSON'): SentDelivery {
  if (form === 'JSON') return { form, body: Buffer.from(JSON.stringify(payload)), contentType: 'application/json' };
  const text = new URLSearchParams(
    Object.entries(payload).map(([key, value]): [string, string] => [key, String(value)]),
  ).toString();
  const contentType = form === 'FORM' ? 'application/x-www-form-urlencoded' : null;
  return { form, body: Buffer.from(text), contentType };
}

/** The fields of a delivery that must be readable. */
export function fieldsFrom(delivery: SentDelivery): Fields {
  const read = readPayload(delivery);
  if (!read.ok) throw new Error(read.reason);
  return read.fields;
}

/** What a payload means, of an account in India unless told otherwise. */
export function normalize(payload: object, context: Partial<DeliveryContext> = {}): Meaning {
  return normalizeDelivery(fieldsFrom(encode(payload)), { urlKind: null, account: india, receivedAt, ...context });
}

/** The facts of a payload that must tell of a call. */
export function factsOf(payload: object, context: Partial<DeliveryContext> = {}): CallFacts {
  const read = normalize(payload, context);
  if (!('facts' in read)) throw new Error(`no call: ${JSON.stringify(read)}`);
  return read.facts;
}
