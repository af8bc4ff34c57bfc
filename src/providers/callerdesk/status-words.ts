import type { CallDisposition } from '../../calls/facts/call-enums.ts';

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

/** What words say that consist of several, such as `Leg B Cancel - Customer Busy`. */
export type WordParts = {
  isCancel: boolean;
  side: 'agent' | 'customer' | null;
  /** Where an outgoing call did not get through. */
  routing: WordMeaning | null;
};

const routings: ReadonlySet<WordMeaning> = new Set(['NO_ANSWER', 'BUSY', 'FAILED', 'UNREACHABLE']);
const routingWords = [...meanings].filter(([, meaning]) => routings.has(meaning)).map(([word]) => word);
// The longest first, so that no word is taken for another one that it begins with.
const partWords = [...routingWords, 'CANCEL', 'AGENT', 'CUSTOMER', 'LEGA', 'LEGB'].sort((a, b) => b.length - a.length);
const aPart = new RegExp(partWords.join('|'), 'y');

/** The parts of words of an outgoing call; null where they are not wholly made of known ones, or contradict each other. */
export function partsOf(words: string): WordParts | null {
  const text = fold(words);
  const parts: WordParts = { isCancel: false, side: null, routing: null };
  let at = 0;
  while (at < text.length) {
    aPart.lastIndex = at;
    const [part] = aPart.exec(text) ?? [];
    if (part === undefined) return null;
    at += part.length;
    const routing = meanings.get(part);
    if (part === 'CANCEL') parts.isCancel = true;
    else if (routing !== undefined) {
      if (parts.routing !== null) return null;
      parts.routing = routing;
    } else if (part === 'AGENT' || part === 'CUSTOMER') {
      const side = part === 'AGENT' ? 'agent' : 'customer';
      if (parts.side !== null && parts.side !== side) return null;
      parts.side = side;
    }
  }
  return parts.isCancel || parts.routing !== null ? parts : null;
}

function fold(words: string): string {
  return words.toUpperCase().replace(/[^A-Z0-9]+/g, '');
}
