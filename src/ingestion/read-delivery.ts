import type { Account } from '../accounts/account.table.ts';
import type { CallFacts } from '../calls/facts/call-facts.ts';
import { listedMark } from '../calls/facts/precedence.ts';
import type { NewWebhookEvent } from '../inbox/webhook-event.table.ts';
import type { CallEventKind, Meaning, Provider, Reading, SentDelivery } from '../providers/provider.ts';
import type { Providers } from '../providers/providers.ts';
import { sha256 } from '../sha256.ts';
import type { Instant } from '../time/instant.ts';

/** A delivery that was read: what is kept of it, and what it says of a call. */
export type ReadDelivery = {
  event: NewWebhookEvent;
  facts: CallFacts | null;
};

export type ReadInput = {
  provider: Provider;
  account: Account;
  delivery: SentDelivery;
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
  const reading = readBy(input);
  const { items = [], kind = null } = reading.together ?? {};
  if (items.length === 0 || depth === maxListDepth) return [describeRead(input, reading)];
  const urlKind = kind ?? input.urlKind;
  const all: ReadWithStatus[] = [];
  for (const delivery of items) {
    all.push(...readDeliveries({ ...input, delivery, urlKind }, depth + 1));
    if (all.length > maxTogether) {
      return [describeRead(input, { form: reading.form, unreadable: tooMany, status: 400 })];
    }
  }
  return all;
}

const tooMany = `body: a list of more than ${maxTogether} deliveries`;

/** Reads one delivery; it is kept whatever comes of that. */
export function readDelivery(input: ReadInput): ReadWithStatus {
  return describeRead(input, readBy(input));
}

function readBy({ provider, delivery, urlKind, account, receivedAt }: ReadInput): Reading {
  return provider.read(delivery, { urlKind, account, receivedAt });
}

function describeRead(input: ReadInput, reading: Reading): ReadWithStatus {
  const { provider, account, delivery, urlKind, receivedAt } = input;
  const { body, contentType, importedAs } = delivery;
  const event: NewWebhookEvent = {
    accountId: account.id,
    provider: provider.name,
    receivedAt,
    kind: 'OTHER',
    urlKind,
    form: importedAs ?? reading.form,
    state: 'UNREADABLE',
    reason: null,
    callSid: null,
    contentType,
    body,
    contentHash: body,
    unknownWords: null,
    notUnderstood: null,
  };
  if ('unreadable' in reading) {
    event.reason = reading.unreadable;
    event.contentHash = sha256(body).subarray(0, 16);
    return { event, facts: null, status: reading.status };
  }
  const { meaning, contentHash } = reading;
  event.kind = meaning.kind;
  event.contentHash = importedAs ? importHash(contentHash) : contentHash;
  return { event, facts: describe(event, meaning, provider), status: 200 };
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
function describe(event: NewWebhookEvent, meaning: Meaning, { readStatus }: Provider): CallFacts | null {
  if ('facts' in meaning) {
    const { facts, notUnderstood } = meaning;
    const { unknownWords } = readStatus(facts);
    event.state = 'RECORDED';
    event.callSid = facts.callSid;
    if (unknownWords.length > 0) event.unknownWords = unknownWords;
    if (notUnderstood.length > 0) event.notUnderstood = notUnderstood;
    return facts;
  }
  if ('ignored' in meaning) {
    event.state = 'IGNORED';
    event.reason = meaning.ignored;
  } else {
    event.reason = meaning.unreadable;
    event.callSid = meaning.callSid;
  }
  return null;
}

/** What was read, as told of the call with this CallSid. */
export function tellOf(read: ReadDelivery, callSid: string, providers: Providers): ReadDelivery {
  const { event, facts } = read;
  if (facts === null || facts.callSid === callSid) return read;
  const outranked = facts.outranked & ~listedMark;
  const told = { ...facts, callSid, sidStartedAt: providers.get(event.provider).readIdTime(callSid), outranked };
  return { ...read, event: { ...event, callSid }, facts: told };
}
