import type { Reading, ReadingContext, SentDelivery } from '../provider.ts';
import { hashedKind, kindOfType } from './delivery-kind.ts';
import { normalizeDelivery } from './normalize-delivery.ts';
import { contentHash, readPayload, type Together } from './payload.ts';

/** Reads a delivery, or the first look at a list of several. */
export function read(sent: SentDelivery, { urlKind, account, receivedAt }: ReadingContext): Reading {
  const payload = readPayload(sent);
  const { form } = payload;
  const together = payload.together && togetherOf(payload.together);
  if (!payload.ok) return { form, unreadable: payload.reason, status: payload.status, ...(together && { together }) };
  const { fields } = payload;
  const isImported = sent.importedAs !== undefined;
  return {
    form,
    meaning: normalizeDelivery(fields, { urlKind, account, receivedAt, isImported }),
    contentHash: contentHash(fields, hashedKind(fields, urlKind)),
    ...(together && { together }),
  };
}

function togetherOf({ items, type }: Together): Reading['together'] {
  return {
    items: items.map((item) => ({ form: 'JSON', body: Buffer.from(item), contentType: 'application/json' })),
    kind: kindOfType(type),
  };
}
