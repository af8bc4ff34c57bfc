import type { CallDisposition } from '../../calls/call.table.ts';

/** What a provider's word means: how a call ended, or where a running one is. */
export type WordMeaning = Exclude<CallDisposition, 'UNKNOWN'> | 'RINGING' | 'IN_PROGRESS';

/** Every spelling seen in the provider's tables and deliveries, without its bracket. */
const spellings: Record<WordMeaning, readonly string[]> = {
  ANSWERED: ['ANSWER', 'Answered'],
  NO_ANSWER: ['NO ANSWER', 'No Answered'],
  CANCELED: ['CANCEL', 'Cancel-Customer', 'cancel-Agent'],
  BUSY: ['BUSY'],
  AGENT_ENGAGED: ['AgentEngaged', 'AgentonRing'],
  ABANDONED: ['AbandonedCall', 'abandonment', 'abandoned'],
  NOT_CONNECTED: ['Not connected'],
  UNREACHABLE: ['Unavailable', 'UN-AVAIL', 'CHANUNAVAIL', 'Agent-Unregistered'],
  FAILED: ['CONGESTION', 'INVALIDARGS'],
  VOICEMAIL: ['Voice Mail'],
  RINGING: ['Transfer to agent', 'Leg A Answer'],
  IN_PROGRESS: ['Picked', 'Leg B Answer'],
};

const meanings = new Map<string, WordMeaning>();
for (const [meaning, words] of Object.entries(spellings) as [WordMeaning, readonly string[]][]) {
  for (const word of words) meanings.set(fold(word), meaning);
}

/** What words mean, compared exactly but for case, spaces and signs; undefined if no table knows them. */
export function meaningOf(words: string): WordMeaning | undefined {
  return meanings.get(fold(words));
}

function fold(words: string): string {
  return words.toUpperCase().replace(/[^A-Z0-9]+/g, '');
}
