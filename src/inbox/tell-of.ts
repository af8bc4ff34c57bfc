import { listedMark } from '../calls/facts/precedence.ts';
import type { ReadDelivery } from '../ingestion/read-delivery.ts';
import type { Providers } from '../providers/providers.ts';

/** What was read, as told of the call with this CallSid. */
export function tellOf(read: ReadDelivery, callSid: string, providers: Providers): ReadDelivery {
  const { event, facts } = read;
  if (facts === null || facts.callSid === callSid) return read;
  const lesser = facts.lesser & ~listedMark;
  const told = { ...facts, callSid, sidStartedAt: providers.get(event.provider).readIdTime(callSid), lesser };
  return { ...read, event: { ...event, callSid }, facts: told };
}
