import { readSidTime } from './callerdesk/read-values.ts';
import type { ReadDelivery } from './write-group.ts';

/** What was read, as told of the call with this CallSid. */
export function tellOf(read: ReadDelivery, callSid: string): ReadDelivery {
  const { event, facts } = read;
  if (facts === null || facts.callSid === callSid) return read;
  return { ...read, event: { ...event, callSid }, facts: { ...facts, callSid, sidStartedAt: readSidTime(callSid) } };
}
