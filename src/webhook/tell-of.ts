import { listedMark } from '../calls/fact-ranks.ts';
import { readSidTime } from './callerdesk/read-time.ts';
import type { ReadDelivery } from './write-group.ts';

/** What was read, as told of the call with this CallSid. */
export function tellOf(read: ReadDelivery, callSid: string): ReadDelivery {
  const { event, facts } = read;
  if (facts === null || facts.callSid === callSid) return read;
  const lesser = facts.lesser & ~listedMark;
  const told = { ...facts, callSid, sidStartedAt: readSidTime(callSid), lesser };
  return { ...read, event: { ...event, callSid }, facts: told };
}
