import type { Call } from '../calls/call.table.ts';
import type { ParticipantIds } from '../participants/upsert-participants.ts';

/**
 * An erased customer has no number by which a further delivery of the call could name them: the call stays theirs, until
 * one tells a number anew.
 */
export function keepErased(row: Call | null, ids: ParticipantIds, customerNumber: string | null): ParticipantIds {
  const isErased = row !== null && row.customerId !== null && row.customerNumber === null;
  return isErased && customerNumber === null ? { ...ids, customerId: row.customerId } : ids;
}
