import type { Account } from '../../accounts/account.table.ts';
import type { ReadDelivery } from '../../ingestion/read-delivery.ts';
import { readDelivery } from '../../ingestion/read-delivery.ts';
import { brokenRowType, wherePattern } from '../../ingestion/read-imported.ts';
import type { CallEventKind } from '../../providers/provider.ts';
import type { Providers } from '../../providers/providers.ts';
import { sentDelivery } from '../../providers/sent-delivery.ts';
import { tellOf } from '../tell-of.ts';
import type { WebhookEvent } from '../webhook-event.table.ts';

export type RereadEvent = { kept: WebhookEvent; read: ReadDelivery };

/** Reads a kept delivery by today's rules; null if there is nothing to read, or what it said has been erased since. */
export function rereadEvent(
  kept: WebhookEvent,
  { account, providers }: { account: Account; providers: Providers },
): RereadEvent | null {
  if (kept.contentType === brokenRowType) return null;
  const { receivedAt, urlKind } = kept;
  const delivery = sentDelivery(kept);
  const provider = providers.get(kept.provider);
  const read = readDelivery({ provider, account, delivery, urlKind: urlKind as CallEventKind | null, receivedAt });
  // Only what had a CallSid when it was received has one beside it.
  if (kept.callSid !== null && read.event.state === 'IGNORED') return null;
  return { kept, read: delivery.importedAs ? asImported(read, kept, providers) : read };
}

/** What was found out when it was imported stays: where it stood in a file, and which call it tells of. */
function asImported(read: ReadDelivery, { callSid, reason }: WebhookEvent, providers: Providers): ReadDelivery {
  const where = wherePattern.exec(reason ?? '')?.[0] ?? '';
  const { event } = read;
  const placed = event.reason == null ? read : { ...read, event: { ...event, reason: `${where}${event.reason}` } };
  return callSid === null || placed.facts === null ? placed : tellOf(placed, callSid, providers);
}
