import type { Account } from '../../accounts/account.table.ts';
import type { CallDirection } from '../../calls/call.table.ts';
import type { CallFacts } from '../../calls/call-facts.ts';
import { importedMarks, listedMark } from '../../calls/fact-ranks.ts';
import { normalizeNumber } from '../../phone-numbers/normalize-number.ts';
import type { Instant } from '../../time/instant.ts';
import type { EventKind } from '../webhook-event.table.ts';
import { cutText } from './clean-text.ts';
import type { FieldName } from './field-names.ts';
import type { Fields } from './payload.ts';
import { readDecimal, readRowSeconds, readSeconds, readSidTime, readTime, readUrl } from './read-values.ts';

/** What tells of a call. */
export type CallEventKind = Exclude<EventKind, 'OTHER'>;

export type DeliveryContext = {
  /** What the URL says the delivery is. */
  urlKind: CallEventKind | null;
  account: Pick<Account, 'timeZone' | 'region' | 'outgoingAgentLeg'>;
  receivedAt: Instant;
  /** Whether no webhook brought it. */
  isImported?: boolean;
};

/** What a delivery means: facts of a call, nothing of a call, or what was wrong with it. */
export type NormalizedDelivery =
  | { kind: CallEventKind; facts: CallFacts }
  | { kind: EventKind; ignored: string }
  | { kind: EventKind; unreadable: string; callSid: string | null };

const maxSidLength = 255;
const maxTextLength = 255;

/** Reads the provider's fields as facts of a call. Never throws, whatever was sent. */
export function normalizeDelivery(fields: Fields, context: DeliveryContext): NormalizedDelivery {
  const { account, receivedAt, isImported = false } = context;
  const sent = (name: FieldName) => fields.values.get(name)?.trim() || null;
  const text = (name: FieldName) => cut(sent(name), maxTextLength);
  const time = (name: FieldName) => readTime(sent(name), account.timeZone);
  const number = (name: FieldName) => normalizeNumber(somebody(sent(name)), account.region);

  const callSid = sent('callsid');
  if (callSid === null) {
    if (!fields.isRow) return { kind: 'OTHER', ignored: 'CallSid: not sent, so it tells of no call' };
    return { kind: 'CALL_REPORT', unreadable: 'sid_id: blank, so the call cannot be told from others', callSid };
  }
  const sentStartedAt = time('starttime');
  const sentEndedAt = time('endtime');
  const legAPickedAt = time('legapickedtime');
  const legBStartedAt = time('legbstarttime');
  const legBPickedAt = time('legbpickedtime');
  const seconds = fields.isRow ? readRowSeconds : readSeconds;
  const sentDurationSeconds = seconds(sent('callduration'));
  const sentTalkSeconds = seconds(sent('talkduration'));
  const hasReportTime = sentEndedAt ?? legAPickedAt ?? legBStartedAt ?? legBPickedAt;
  const looksLikeReport =
    hasReportTime !== null ||
    somebody(sent('callrecordingurl')) !== null ||
    (sentDurationSeconds ?? 0) > 0 ||
    (sentTalkSeconds ?? 0) > 0;
  const kind =
    kindOf(sent('type')) ?? context.urlKind ?? (looksLikeReport || fields.isRow ? 'CALL_REPORT' : 'LIVE_CALL');

  if (callSid.length > maxSidLength) {
    return { kind, unreadable: `CallSid: longer than ${maxSidLength} characters`, callSid: null };
  }
  const sidStartedAt = readSidTime(callSid);
  const start = sentStartedAt ?? sidStartedAt ?? legAPickedAt ?? legBStartedAt ?? legBPickedAt;
  if (kind === 'CALL_REPORT' && start === null) {
    const unreadable = 'StartTime: no readable time, and neither the CallSid nor a leg time tells when the call began';
    return { kind, unreadable, callSid };
  }
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
    agentName: cut(somebody(sent('receivername')), maxTextLength),
    agentEmail: cut(somebody(sent('agentemail'))?.toLowerCase() ?? null, maxTextLength),
    callGroupName: text('callgroup'),
    campaignCode: sent('campid') === '0' ? null : text('campid'),
    keyPress: text('keypress'),
    sentStatus: text('status'),
    sentCallStatus: text('callstatus'),
    sentHangupCause: text('hangupcause'),
    sentStartedAt,
    sentEndedAt,
    legAPickedAt,
    legBStartedAt,
    legBPickedAt,
    sentDurationSeconds,
    sentTalkSeconds,
    coins: readDecimal(sent('coins')),
    recordingUrl: readUrl(sent('callrecordingurl')),
    errorCode: text('errorcode'),
    sidStartedAt,
    receivedAt,
    lesser: 0,
  };
  if (!isImported) return { kind, facts };
  if (facts.kind === 'REPORT') {
    const isListed = fields.isRow && direction === 'OUTBOUND';
    return { kind, facts: { ...facts, lesser: importedMarks(facts) | (isListed ? listedMark : 0) } };
  }
  return { kind, facts: start !== null && start < receivedAt ? { ...facts, happenedAt: start } : facts };
}

/** A row says who is the agent; which number that is in a delivery is up to the account's setting. */
function legsOfRow(
  direction: CallDirection,
  { outgoingAgentLeg }: Pick<Account, 'outgoingAgentLeg'>,
  { customer, agent }: { customer: string | null; agent: string | null },
): Pick<CallFacts, 'sourceNumber' | 'dialedNumber'> {
  return direction === 'OUTBOUND' && outgoingAgentLeg === 'LEG_A'
    ? { sourceNumber: agent, dialedNumber: customer }
    : { sourceNumber: customer, dialedNumber: agent };
}

/** The kind that a type names; null if it names none. */
export function kindOf(type: string | null): CallEventKind | null {
  const name = type?.toLowerCase().replace(/[^a-z]+/g, '');
  if (name === 'callreport') return 'CALL_REPORT';
  return name === 'livecall' ? 'LIVE_CALL' : null;
}

function directionOf(words: string | null): CallDirection {
  const name = words?.toUpperCase();
  if (name === 'IVR') return 'INBOUND';
  return name === 'WEBOBD' ? 'OUTBOUND' : 'UNKNOWN';
}

/** Null where the provider writes that there is nobody, or nothing. */
function somebody(text: string | null): string | null {
  return text === null || text === '0' || /^not\s*assigned$/i.test(text) ? null : text;
}

function cut(text: string | null, max: number): string | null {
  return text === null ? null : cutText(text, max).trim() || null;
}
