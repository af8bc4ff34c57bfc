import { hash } from 'node:crypto';
import type { Account } from '../accounts/account.table.ts';
import type { Instant } from '../time/instant.ts';
import { type CallEventKind, type NormalizedDelivery, normalizeDelivery } from './callerdesk/normalize-delivery.ts';
import { contentHash, type Delivery, readPayload } from './callerdesk/payload.ts';
import { readStatus } from './callerdesk/read-status.ts';
import type { NewWebhookEvent } from './webhook-event.table.ts';
import type { ReadDelivery } from './write-group.ts';

export type ReadInput = {
  account: Account;
  delivery: Delivery;
  /** What the URL says the delivery is. */
  urlKind: CallEventKind | null;
  receivedAt: Instant;
};

/** Reads a delivery; it is kept whatever comes of that. Status 400: the body is not what its content type says. */
export function readDelivery(input: ReadInput): ReadDelivery & { status: 200 | 400 } {
  const { account, delivery, urlKind, receivedAt } = input;
  const { body, contentType, importedAs } = delivery;
  const read = readPayload(delivery);
  const kept = { accountId: account.id, receivedAt, urlKind, form: importedAs ?? read.form, body, contentType };
  if (!read.ok) {
    const contentHash = hash('sha256', body, 'buffer').subarray(0, 16);
    const event = { ...kept, kind: 'OTHER', state: 'UNREADABLE', reason: read.reason, contentHash } as const;
    return { event, facts: null, status: read.status };
  }
  const normalized = normalizeDelivery(read.fields, {
    urlKind,
    account,
    receivedAt,
    isImported: importedAs !== undefined,
  });
  const { kind } = normalized;
  const told = contentHash(read.fields, kind);
  const event = { ...kept, kind, contentHash: importedAs ? importHash(told) : told, ...meaningOf(normalized) };
  const { isRow } = read.fields;
  return { event, facts: 'facts' in normalized ? normalized.facts : null, isRow, status: 200 };
}

/**
 * The hash of an import from that of a delivery that says the same, and back: its complement. The delivery must not be
 * taken for a repeat of the import, for it counts for more.
 */
export function importHash(told: Buffer): Buffer {
  return told.map((byte) => byte ^ 0xff) as Buffer;
}

function meaningOf(
  normalized: NormalizedDelivery,
): Pick<NewWebhookEvent, 'state' | 'reason' | 'callSid' | 'unknownWords'> {
  if ('facts' in normalized) {
    const { unknownWords } = readStatus(normalized.facts);
    return {
      state: 'RECORDED',
      callSid: normalized.facts.callSid,
      unknownWords: unknownWords.length > 0 ? unknownWords : null,
    };
  }
  if ('ignored' in normalized) return { state: 'IGNORED', reason: normalized.ignored };
  return { state: 'UNREADABLE', reason: normalized.unreadable, callSid: normalized.callSid };
}
