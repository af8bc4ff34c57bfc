import type { Account } from '../accounts/account.table.ts';
import type { CallEventKind } from './callerdesk/normalize-delivery.ts';
import { readDelivery } from './read-delivery.ts';
import { sentDelivery } from './sent-delivery.ts';
import type { WebhookEvent } from './webhook-event.table.ts';
import type { ReadDelivery } from './write-group.ts';

export type RereadEvent = { kept: WebhookEvent; read: ReadDelivery };

/** Reads a kept delivery by today's rules; null if what it said has been erased since. */
export function rereadEvent(kept: WebhookEvent, account: Account): RereadEvent | null {
  const { receivedAt, urlKind } = kept;
  const delivery = sentDelivery(kept);
  const read = readDelivery({ account, delivery, urlKind: urlKind as CallEventKind | null, receivedAt });
  // Only what had a CallSid when it was received has one beside it.
  return kept.callSid !== null && read.event.state === 'IGNORED' ? null : { kept, read };
}
