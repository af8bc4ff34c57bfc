import type { Recorded } from '../calls/merge/merge-received.ts';
import type { NewWebhookEvent } from './webhook-event.table.ts';

const reasons = {
  CONFLICT: 'CallSid: belongs to another call, with other numbers and another start',
  WAITING: 'CallSid: its call is not known yet, and nothing here tells how a call went',
} as const;

/** A delivery as what became of what it tells of a call; undefined: it tells of none. */
export function outcomeOf(event: NewWebhookEvent, recorded: Recorded | undefined): NewWebhookEvent {
  if (recorded === undefined || recorded === 'RECORDED') return event;
  return { ...event, state: recorded, reason: reasons[recorded] };
}
