/** The closed lists of a call, as in schema.graphql, which says what each value means. */
export const directions = ['INBOUND', 'OUTBOUND', 'UNKNOWN'] as const;
export const statuses = ['RINGING', 'IN_PROGRESS', 'COMPLETED', 'UNREPORTED'] as const;
export const dispositions = [
  'ANSWERED',
  'NO_ANSWER',
  'BUSY',
  'CANCELED',
  'ABANDONED',
  'AGENT_ENGAGED',
  'UNREACHABLE',
  'NOT_CONNECTED',
  'VOICEMAIL',
  'FAILED',
  'UNKNOWN',
] as const;
export const outcomes = ['ANSWERED', 'MISSED', 'ABANDONED', 'IVR_ENDED', 'UNKNOWN'] as const;
export const parties = ['CUSTOMER', 'AGENT', 'SYSTEM'] as const;

export type CallDirection = (typeof directions)[number];
export type CallStatus = (typeof statuses)[number];
export type CallDisposition = (typeof dispositions)[number];
export type CallOutcome = (typeof outcomes)[number];
export type CallParty = (typeof parties)[number];
