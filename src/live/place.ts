import type { Instant } from '../time/instant.ts';

/**
 * How far the changes of an account were seen: all of earlier moments, and of this one the changed calls and the ended calls up
 * to these ids, the changed ones first. Moments of an account strictly increase in the order of its commits (docs/decisions/0036),
 * so what is after a place is what was not seen, and nothing else is.
 */
export type Place = { readonly at: Instant; readonly callId: number; readonly endedId: number };

const everyId = Number.MAX_SAFE_INTEGER;

/** Before everything. */
export const beginning: Place = { at: '0001-01-01T00:00:00.000Z', callId: 0, endedId: 0 };

/** Before everything of a moment. */
export const justBefore = (at: Instant): Place => ({ at, callId: 0, endedId: 0 });

/** After everything of a moment. */
export const through = (at: Instant): Place => ({ at, callId: everyId, endedId: everyId });

/** After one change of a moment, of which there may be more. */
export function after({ moment, isEnded, id }: ChangeKey): Place {
  return isEnded ? { at: moment, callId: everyId, endedId: id } : { at: moment, callId: id, endedId: 0 };
}

/** What puts the changes of an account in order. */
export type ChangeKey = { readonly moment: Instant; readonly isEnded: boolean; readonly id: number };

export function inOrder(a: ChangeKey, b: ChangeKey): number {
  if (a.moment !== b.moment) return a.moment < b.moment ? -1 : 1;
  if (a.isEnded !== b.isEnded) return a.isEnded ? 1 : -1;
  return a.id - b.id;
}

/** Whether a change was seen by whoever has come to a place. */
export function isSeen({ moment, isEnded, id }: ChangeKey, { at, callId, endedId }: Place): boolean {
  return moment < at || (moment === at && id <= (isEnded ? endedId : callId));
}

/** The one that is further. */
export function further(a: Place, b: Place): Place {
  if (a.at !== b.at) return a.at > b.at ? a : b;
  return a.callId > b.callId || (a.callId === b.callId && a.endedId > b.endedId) ? a : b;
}

/** Whether everything of the place's moment was seen. */
export const isWhole = ({ callId, endedId }: Place): boolean => callId === everyId && endedId === everyId;
