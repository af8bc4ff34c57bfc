import type { CallDirection } from '../../calls/facts/call-enums.ts';
import type { CallFacts } from '../../calls/facts/call-facts.ts';
import { startOf } from '../../calls/facts/derive-call.ts';
import { rankFacts } from '../../calls/facts/merge-facts.ts';
import { cutText } from '../../decode-text.ts';
import type { EventKind } from '../../inbox/webhook-event.table.ts';
import { normalizeNumber } from '../../phone-numbers/normalize-number.ts';
import type { CallEventKind, Meaning, ReadingContext } from '../provider.ts';
import type { FieldName } from './field-names.ts';
import type { Fields } from './payload.ts';
import { isRunningWord, readStatus } from './read-status.ts';
import { type Hint, isPlainTime, readSidTime, readTime } from './read-time.ts';
import {
  isBlankIn,
  isBlankOrZero,
  readDecimal,
  readPlainSeconds,
  readSeconds,
  readSent,
  readUrl,
} from './read-values.ts';

export type DeliveryContext = ReadingContext & {
  /** Whether no webhook brought it. */
  isImported?: boolean;
};

const maxTextLength = 255;

/** Reads the provider's fields as facts of a call. Never throws, whatever was sent. */
export function normalizeDelivery(fields: Fields, context: DeliveryContext): Meaning {
  const { account, urlKind, receivedAt, isImported = false } = context;
  const callSid = fields.values.get('callsid')?.trim() || null;
  if (callSid === null && !fields.isRow) return { kind: 'OTHER', ignored: 'CallSid: not sent, so it tells of no call' };
  const kind = kindOfDelivery(fields, urlKind, isImported);
  const wrong = wrongSid(callSid);
  if (callSid === null || wrong !== null) {
    return { kind, unreadable: `${fields.isRow ? 'sid_id' : 'CallSid'}: ${wrong}`, callSid: null };
  }

  const notUnderstood: string[] = [];
  const sent = (name: FieldName) => readSent(name, fields.values.get(name));
  const text = (name: FieldName) => cut(sent(name), maxTextLength);
  const number = (name: FieldName) => normalizeNumber(sent(name), account.region);
  /** A value; what was sent and is none, but for zeros, is noted. */
  const read = <Value>(name: FieldName, as: string, reader: (text: string | null) => Value | null): Value | null => {
    const value = reader(sent(name));
    if (value === null && !isBlankOrZero(name, fields.values.get(name))) {
      notUnderstood.push(`${fields.pairs.find((pair) => pair.name === name)?.key.trim()}: ${as}`);
    }
    return value;
  };
  const time = (name: FieldName, hint: Hint | null) =>
    read(name, 'no time that exists, in a form that is known', (value) => readTime(value, account.timeZone, hint));
  const seconds = (name: FieldName) => read(name, 'no duration in a form that is known', readSeconds);

  const sidStartedAt = readSidTime(callSid);
  const sentStartedAt = time('starttime', sidStartedAt === null ? null : { about: sidStartedAt });
  const wrongStart = notUnderstood[0];
  // Only where the id tells which of two moments the start is.
  const later = sidStartedAt === null ? null : { notBefore: sentStartedAt ?? sidStartedAt };
  const sentEndedAt = time('endtime', later);
  const legAPickedAt = time('legapickedtime', later);
  const legBStartedAt = time('legbstarttime', later);
  const legBPickedAt = time('legbpickedtime', later);
  const providerDirection = text('direction');
  const direction = directionOf(providerDirection);
  const legs = fields.isRow
    ? legsOfRow(direction, account, { customer: number('rowcustomer'), agent: number('rowagent') })
    : { sourceNumber: number('sourcenumber'), dialedNumber: number('dialwhomnumber') };
  const facts: CallFacts = {
    callSid,
    kind: kind === 'CALL_REPORT' ? 'REPORT' : 'LIVE',
    direction,
    providerDirection,
    sourceNumber: legs.sourceNumber,
    destinationNumber: number('destinationnumber'),
    dialedNumber: legs.dialedNumber,
    agentName: text('receivername'),
    agentEmail: cut(sent('agentemail')?.toLowerCase() ?? null, maxTextLength),
    callGroupName: text('callgroup'),
    campaignCode: text('campid'),
    keyPress: text('keypress'),
    sentStatus: text('status'),
    sentCallStatus: text('callstatus'),
    sentHangupCause: text('hangupcause'),
    sentStartedAt,
    sentEndedAt,
    legAPickedAt,
    legBStartedAt,
    legBPickedAt,
    sentDurationSeconds: seconds('callduration'),
    sentTalkSeconds: seconds('talkduration'),
    coins: read('coins', 'no decimal number', readDecimal),
    recordingUrl: read('callrecordingurl', 'no http or https address', readUrl),
    errorCode: text('errorcode'),
    sidStartedAt,
    receivedAt,
    outranked: 0,
    answered: 0,
  };
  const ranked = rankFacts(facts, { readStatus, isImported, isListed: fields.isRow });
  // An old call must not begin when its file was imported because its time is written in a way that is not known.
  if (isImported && ranked.kind === 'REPORT' && wrongStart !== undefined && startOf(ranked) === null) {
    return { kind, unreadable: `${wrongStart}, and nothing else tells when the call began`, callSid };
  }
  return { kind, facts: ranked, notUnderstood };
}

/** A row says who is the agent; which number that is in a delivery is up to the account's setting. */
function legsOfRow(
  direction: CallDirection,
  { outgoingAgentLeg }: ReadingContext['account'],
  { customer, agent }: { customer: string | null; agent: string | null },
): Pick<CallFacts, 'sourceNumber' | 'dialedNumber'> {
  return direction === 'OUTBOUND' && outgoingAgentLeg === 'LEG_A'
    ? { sourceNumber: agent, dialedNumber: customer }
    : { sourceNumber: customer, dialedNumber: agent };
}

function directionOf(words: string | null): CallDirection {
  const name = words?.toUpperCase();
  if (name === 'IVR') return 'INBOUND';
  return name === 'WEBOBD' ? 'OUTBOUND' : 'UNKNOWN';
}

const maxSidLength = 255;

/** Why a CallSid tells no call from others; null where it does. */
function wrongSid(callSid: string | null): string | null {
  if (callSid === null) return 'blank, so the call cannot be told from others';
  if (callSid.length > maxSidLength) return `longer than ${maxSidLength} characters`;
  if (isBlankIn('callsid', callSid)) {
    return 'what stands for none, such as null or 0, so the call cannot be told from others';
  }
  if (/^\d(?:[.,]\d+e\+?|e\+)\d+$/i.test(callSid)) {
    return 'cut by a spreadsheet, as 1.76465E+09 is: make its column text and export it again';
  }
  return null;
}

function cut(text: string | null, max: number): string | null {
  return text === null ? null : cutText(text, max).trim() || null;
}

/** What only reports have. */
const reportFields = [
  'endtime',
  'callduration',
  'talkduration',
  'coins',
  'callrecordingurl',
  'legapickedtime',
  'legbstarttime',
  'legbpickedtime',
  'errorcode',
] as const satisfies readonly FieldName[];

/**
 * Whether a delivery is a report or a live event: by its type, else by its address, else by its fields. What was imported
 * is a report, unless it says otherwise.
 */
function kindOfDelivery(fields: Fields, urlKind: CallEventKind | null, isImported: boolean): CallEventKind {
  const { values } = fields;
  const said = kindOfType(values.get('type')) ?? urlKind;
  if (said) return said;
  const isEmpty = reportFields.every((name) => isBlankOrZero(name, values.get(name)));
  const sent = (name: FieldName) => readSent(name, values.get(name));
  if (isEmpty && isRunningWord(sent('status'), sent('callstatus'))) return 'LIVE_CALL';
  return isImported || fields.isRow || reportFields.some((name) => values.has(name)) ? 'CALL_REPORT' : 'LIVE_CALL';
}

/**
 * The kind that is part of a content's hash: by rules that stay as they first were, or what is kept would no longer be
 * known when it comes again.
 */
export function hashedKind(fields: Fields, urlKind: CallEventKind | null): EventKind {
  const sent = (name: FieldName) => fields.values.get(name)?.trim() || null;
  if (sent('callsid') === null) return fields.isRow ? 'CALL_REPORT' : 'OTHER';
  const said = kindOfType(fields.values.get('type')) ?? urlKind;
  if (said) return said;
  const recording = sent('callrecordingurl');
  const isReport =
    fields.isRow ||
    (recording !== null && recording !== '0' && !/^not\s*assigned$/i.test(recording)) ||
    (['endtime', 'legapickedtime', 'legbstarttime', 'legbpickedtime'] as const).some((name) =>
      isPlainTime(sent(name)),
    ) ||
    (['callduration', 'talkduration'] as const).some((name) => (readPlainSeconds(sent(name)) ?? 0) > 0);
  return isReport ? 'CALL_REPORT' : 'LIVE_CALL';
}

/** The kind that a type names; null if it names none. */
export function kindOfType(type: string | null | undefined): CallEventKind | null {
  const name = type?.toLowerCase().replace(/[^a-z]+/g, '');
  if (name === 'callreport') return 'CALL_REPORT';
  return name === 'livecall' ? 'LIVE_CALL' : null;
}
