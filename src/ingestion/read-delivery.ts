import type { Account } from '../accounts/account.table.ts';
import type { CallFacts } from '../calls/facts/call-facts.ts';
import type { NewWebhookEvent } from '../inbox/webhook-event.table.ts';
import { type CallEventKind, hashedKind, kindOfType } from '../providers/callerdesk/delivery-kind.ts';
import { type NormalizedDelivery, normalizeDelivery } from '../providers/callerdesk/normalize-delivery.ts';
import { contentHash, type Delivery, type ReadPayload, readPayload } from '../providers/callerdesk/payload.ts';
import { readStatus } from '../providers/callerdesk/read-status.ts';
import { sha256 } from '../sha256.ts';
import type { Instant } from '../time/instant.ts';

/** A delivery that was read: what is kept of it, and what it says of a call. */
export type ReadDelivery = {
  event: NewWebhookEvent;
  facts: CallFacts | null;
};

export type ReadInput = {
  account: Account;
  delivery: Delivery;
  /** What the URL says the delivery is. */
  urlKind: CallEventKind | null;
  receivedAt: Instant;
};

/** So many deliveries may come in one list, and so deep may lists stand in lists. */
const maxTogether = 1000;
const maxListDepth = 2;

/** A delivery that was read. Status 400: it can be read as nothing that a delivery is. */
export type ReadWithStatus = ReadDelivery & { status: 200 | 400 };

/** Reads what was sent at once: one delivery, or those of a list, each with its own bytes. All of it is to be kept. */
export function readDeliveries(input: ReadInput, depth = 0): ReadWithStatus[] {
  const read = readPayload(input.delivery);
  const { items = [], type = null } = read.together ?? {};
  if (items.length === 0 || depth === maxListDepth) return [describeRead(input, read)];
  const urlKind = kindOfType(type) ?? input.urlKind;
  const all: ReadWithStatus[] = [];
  for (const item of items) {
    const delivery: Delivery = { form: 'JSON', body: Buffer.from(item), contentType: 'application/json' };
    all.push(...readDeliveries({ ...input, delivery, urlKind }, depth + 1));
    if (all.length > maxTogether) {
      return [describeRead(input, { ok: false, form: read.form, status: 400, reason: tooMany })];
    }
  }
  return all;
}

const tooMany = `body: a list of more than ${maxTogether} deliveries`;

/** Reads one delivery; it is kept whatever comes of that. */
export function readDelivery(input: ReadInput): ReadWithStatus {
  return describeRead(input, readPayload(input.delivery));
}

function describeRead(input: ReadInput, read: ReadPayload): ReadWithStatus {
  const { account, delivery, urlKind, receivedAt } = input;
  const { body, contentType, importedAs } = delivery;
  const event: NewWebhookEvent = {
    accountId: account.id,
    receivedAt,
    kind: 'OTHER',
    urlKind,
    form: importedAs ?? read.form,
    state: 'UNREADABLE',
    reason: null,
    callSid: null,
    contentType,
    body,
    contentHash: body,
    unknownWords: null,
    notUnderstood: null,
  };
  if (!read.ok) {
    event.reason = read.reason;
    event.contentHash = sha256(body).subarray(0, 16);
    return { event, facts: null, status: read.status };
  }
  const normalized = normalizeDelivery(read.fields, {
    urlKind,
    account,
    receivedAt,
    isImported: importedAs !== undefined,
  });
  const told = contentHash(read.fields, hashedKind(read.fields, urlKind));
  event.kind = normalized.kind;
  event.contentHash = importedAs ? importHash(told) : told;
  return { event, facts: describe(event, normalized), status: 200 };
}

/**
 * The hash of an import from that of a delivery that says the same, and back: its complement. The delivery must not be
 * taken for a repeat of the import, for it counts for more.
 */
export function importHash(told: Buffer): Buffer {
  const complement = Buffer.allocUnsafe(told.length);
  for (let at = 0; at < told.length; at++) complement[at] = (told[at] as number) ^ 0xff;
  return complement;
}

/** Notes on an event what its delivery means; the facts of a call in it, if there are any. */
function describe(event: NewWebhookEvent, normalized: NormalizedDelivery): CallFacts | null {
  if ('facts' in normalized) {
    const { facts, notUnderstood } = normalized;
    const { unknownWords } = readStatus(facts);
    event.state = 'RECORDED';
    event.callSid = facts.callSid;
    if (unknownWords.length > 0) event.unknownWords = unknownWords;
    if (notUnderstood.length > 0) event.notUnderstood = notUnderstood;
    return facts;
  }
  if ('ignored' in normalized) {
    event.state = 'IGNORED';
    event.reason = normalized.ignored;
  } else {
    event.reason = normalized.unreadable;
    event.callSid = normalized.callSid;
  }
  return null;
}
