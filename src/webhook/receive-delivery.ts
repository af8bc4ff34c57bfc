import { hash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Account } from '../accounts/account.table.ts';
import { recordCalls } from '../calls/record-calls.ts';
import type { Database } from '../db/client.ts';
import { describeFailure, expectedFailure } from '../failures.ts';
import type { Instant } from '../time/instant.ts';
import { type CallEventKind, type NormalizedDelivery, normalizeDelivery } from './callerdesk/normalize-delivery.ts';
import { contentHash, type Delivery, readPayload } from './callerdesk/payload.ts';
import { readStatus } from './callerdesk/read-status.ts';
import { isKept, keepEvent, markEvent, type NewEvent } from './inbox.ts';

export type ReceiveInput = {
  account: Account;
  delivery: Delivery;
  /** What the URL says the delivery is. */
  urlKind: CallEventKind | null;
  receivedAt: Instant;
  requestId: string;
  log: Logger;
};

/** What the sender is answered: 400 where the body is not what its content type says. It was kept either way. */
export type Receipt = { status: 200 | 400 };

/** Keeps a delivery and writes what it tells of a call, in one transaction. Throws only if it could not be kept. */
export async function receiveDelivery(db: Database, input: ReceiveInput): Promise<Receipt> {
  const { account, receivedAt } = input;
  const { event, normalized, status } = readDelivery(input);
  await db.transaction(async (tx) => {
    if (await isKept(tx, account.id, event.contentHash)) {
      await keepEvent(tx, { ...event, state: 'DUPLICATE', reason: 'the same was received before' });
      return;
    }
    const id = await keepEvent(tx, event);
    if (!normalized || !('facts' in normalized)) return;
    try {
      const [result] = await tx.transaction((savepoint) =>
        recordCalls(savepoint, { account, received: [normalized.facts], readStatus, now: receivedAt }),
      );
      if (result === 'CONFLICT') {
        const reason = 'CallSid: belongs to another call, with other numbers and another start';
        await markEvent(tx, { accountId: account.id, id }, 'CONFLICT', reason);
      }
    } catch (error) {
      if (expectedFailure(error)) throw error; // the database is away: nothing can be kept
      input.log.error(
        { requestId: input.requestId, failure: describeFailure(error) },
        'a delivery was kept, not recorded',
      );
      const reason = `could not be recorded, request id ${input.requestId}`;
      await markEvent(tx, { accountId: account.id, id }, 'UNREADABLE', reason);
    }
  });
  return { status };
}

type ReadDelivery = { event: NewEvent; normalized: NormalizedDelivery | null; status: 200 | 400 };

function readDelivery({ account, delivery, urlKind, receivedAt }: ReceiveInput): ReadDelivery {
  const read = readPayload(delivery);
  const { body, contentType } = delivery;
  const kept = { accountId: account.id, receivedAt, form: read.form, body, contentType };
  if (!read.ok) {
    const unread = { kind: 'OTHER', state: 'UNREADABLE', reason: read.reason, contentHash: hashOf(body) } as const;
    return { event: { ...kept, ...unread }, normalized: null, status: read.status };
  }
  const normalized = normalizeDelivery(read.fields, { urlKind, account, receivedAt });
  const { kind } = normalized;
  return {
    event: { ...kept, kind, contentHash: contentHash(read.fields, kind), ...outcomeOf(normalized) },
    normalized,
    status: 200,
  };
}

function outcomeOf(normalized: NormalizedDelivery): Pick<NewEvent, 'state' | 'reason' | 'callSid'> {
  if ('facts' in normalized) return { state: 'RECORDED', callSid: normalized.facts.callSid };
  if ('ignored' in normalized) return { state: 'IGNORED', reason: normalized.ignored };
  return { state: 'UNREADABLE', reason: normalized.unreadable, callSid: normalized.callSid };
}

function hashOf(body: Buffer): Buffer {
  return hash('sha256', body, 'buffer').subarray(0, 16);
}
