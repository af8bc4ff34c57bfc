import type { CallDisposition, CallParty } from '../../calls/facts/call-enums.ts';
import type { StatusReading } from '../../calls/facts/call-facts.ts';
import type { StatusWords } from '../provider.ts';
import { meaningOf, partsOf, type WordMeaning, type WordParts } from './status-words.ts';

// The same few words come again and again, and each call's are read three times.
const readings = new Map<string, StatusReading>();
const maxReadings = 1000;

/** What the provider's Status, callstatus and hangup_cause say together. */
export function readStatus(words: StatusWords): StatusReading {
  const { kind, direction, sentStatus, sentCallStatus, sentHangupCause } = words;
  const key = `${kind} ${direction}\0${sentStatus ?? ''}\0${sentCallStatus ?? ''}\0${sentHangupCause ?? ''}`;
  let reading = readings.get(key);
  if (!reading) {
    reading = readWordsOf(words);
    if (readings.size >= maxReadings) readings.clear();
    readings.set(key, reading);
  }
  return reading;
}

function readWordsOf({ kind, direction, sentStatus, sentCallStatus, sentHangupCause }: StatusWords): StatusReading {
  const isOutgoing = direction === 'OUTBOUND';
  const [status, callStatus] = [readWords(sentStatus, isOutgoing), readWords(sentCallStatus, isOutgoing)];
  const words = [status, callStatus].filter((one) => one !== null);
  const sent = decide(words[0], words[1], kind === 'REPORT');
  const beside = isOutgoing && kind === 'REPORT' ? readWords(sentHangupCause, true) : null;
  const deciding = besideCancel(sent, [status, callStatus, beside]) ?? sent;
  const meaning = deciding?.meaning;
  const ended = kind === 'REPORT' ? endOf(meaning) : null;
  const causes = [readCauseField(sentHangupCause), readBrackets(sentStatus), readBrackets(sentCallStatus)];
  return {
    disposition: ended,
    inProgress: kind === 'LIVE' && (meaning === 'IN_PROGRESS' || meaning === 'ANSWERED'),
    endedBy: kind === 'LIVE' ? null : (findParty(causes) ?? suffixParty(deciding) ?? partyOf(ended)),
    hangupCause: causes.find((one) => one.cause !== null)?.cause ?? null,
    providerStatus: deciding?.sent ?? null,
    unknownWords: [...new Set(words.filter((one) => !one.meaning).map((one) => one.bare || one.sent))],
  };
}

type Words = {
  sent: string;
  bare: string;
  meaning: WordMeaning | undefined;
  /** Of an outgoing call. */
  parts: WordParts | null;
};
type Bracket = { cause: number | null; party: CallParty | null };

// A bracket that is cut off is one too.
const bracket = /\(([^()]*)(?:\)|$)/g;

function readWords(text: string | null, isOutgoing: boolean): Words | null {
  const sent = text?.trim();
  if (!sent) return null;
  const bare = sent.replace(bracket, ' ').trim();
  const parts = isOutgoing ? partsOf(bare) : null;
  const meaning = meaningOf(bare) ?? (parts ? (parts.routing ?? 'CANCELED') : undefined);
  return { sent, bare, meaning, parts };
}

/** Whether the word that decides is one of a running call. */
export function isRunningWord(sentStatus: string | null, sentCallStatus: string | null): boolean {
  const words = [readWords(sentStatus, false), readWords(sentCallStatus, false)].filter((one) => one !== null);
  const meaning = decide(words[0], words[1], true)?.meaning;
  return meaning === 'RINGING' || meaning === 'IN_PROGRESS';
}

/**
 * Of an outgoing call a Cancel that names a side is coarse: where one stands in any of the fields, what the others say of
 * the way decides, and more than "no answer" before that.
 */
function besideCancel(sent: Words | undefined, fields: readonly (Words | null)[]): Words | null {
  if (!sent?.parts && sent?.meaning !== undefined) return null;
  const words = fields.filter((one) => one?.parts != null) as (Words & { parts: WordParts })[];
  const isCoarse = words.some(({ sent, parts }) => parts.isCancel && (parts.side ?? readBrackets(sent).party) !== null);
  const routed = isCoarse ? words.filter(({ parts }) => parts.routing !== null) : [];
  const deciding = routed.find(({ parts }) => parts.routing !== 'NO_ANSWER') ?? routed[0];
  return deciding ? { ...deciding, meaning: deciding.parts.routing ?? undefined } : null;
}

/** The words that count: the first, unless the second is known and the first is not, or only coarsely (NO_ANSWER). */
function decide(first: Words | undefined, second: Words | undefined, isReport: boolean): Words | undefined {
  if (!first || !second) return first;
  const [firstWeight, secondWeight] = [weight(first, isReport), weight(second, isReport)];
  if (secondWeight > firstWeight) return second;
  const isFiner = secondWeight === 2 && second.meaning !== 'ANSWERED' && second.meaning !== 'NO_ANSWER';
  return first.meaning === 'NO_ANSWER' && isFiner ? second : first;
}

// Words of a running call say little in a report.
function weight({ meaning }: Words, isReport: boolean): 0 | 1 | 2 {
  if (!meaning) return 0;
  return isReport && endOf(meaning) === null ? 1 : 2;
}

function endOf(meaning: WordMeaning | undefined): CallDisposition | null {
  return meaning === undefined || meaning === 'RINGING' || meaning === 'IN_PROGRESS' ? null : meaning;
}

function readCauseField(text: string | null): Bracket {
  return /^\s*\d+(-[a-z]+)?\s*$/i.test(text ?? '') ? readBracket(text ?? '') : readBrackets(text);
}

function readBrackets(text: string | null): Bracket {
  if (!text?.includes('(')) return { cause: null, party: null };
  return readBracket([...text.matchAll(bracket)].map((match) => match[1]).join(' '));
}

/** Reads `16`, `agent`, `0-Agent` and the like. Cause 0 is none, and Q.850 ends at 127. */
function readBracket(text: string): Bracket {
  const parts = text.toLowerCase().split(/[^a-z0-9]+/);
  const cause = parts
    .filter((part) => /^\d{1,9}$/.test(part))
    .map(Number)
    .find((number) => number > 0 && number <= 127);
  const name = parts.find((part) => part === 'agent' || part === 'customer');
  return { cause: cause ?? null, party: name === undefined ? null : partyNamed(name) };
}

function findParty(causes: Bracket[]): CallParty | null {
  return causes.find((one) => one.party !== null)?.party ?? null;
}

function suffixParty(words: Words | undefined): CallParty | null {
  const suffix = /-\s*(agent|customer)$/i.exec(words?.bare ?? '');
  const side = suffix?.[1]?.toLowerCase() ?? words?.parts?.side;
  return side ? partyNamed(side) : null;
}

function partyNamed(name: string): CallParty {
  return name === 'agent' ? 'AGENT' : 'CUSTOMER';
}

function partyOf(disposition: CallDisposition | null): CallParty | null {
  if (disposition === 'ABANDONED') return 'CUSTOMER';
  return disposition === 'FAILED' ? 'SYSTEM' : null;
}
