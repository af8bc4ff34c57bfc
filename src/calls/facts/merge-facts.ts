import type { CallFacts, ReadStatus } from './call-facts.ts';
import { isAnswered, startOf } from './derive-call.ts';
import { firstLegAt } from './legs.ts';
import { addedMarks, listedMark, marksOf, overlayRanked, splitAdded, withAdded, withLiveFacts } from './precedence.ts';

export type Told = {
  readStatus: ReadStatus;
  /** Whether no webhook brought it. */
  isImported: boolean;
  /** Whether it is a row of the provider's call list, in which outgoing calls may have other ids. */
  isListed: boolean;
};

/**
 * The facts of one delivery with what decides between several of a call: whether it only adds to one, whether its leg was
 * answered, and that what was imported counts less. `outranked` and `answered` are taken for 0.
 */
export function rankFacts(facts: CallFacts, { readStatus, isImported, isListed }: Told): CallFacts {
  const ranked = { ...facts };
  if (facts.kind === 'REPORT' && isAddition(facts)) {
    ranked.kind = 'ADDITION';
    ranked.answered = addedMarks(facts);
  } else if (facts.kind === 'REPORT' && isAnswered(facts, readStatus(facts))) {
    ranked.answered = marksOf(facts);
  }
  if (!isImported) return ranked;
  if (ranked.kind !== 'LIVE') {
    // A row that adds to a call may not say of which direction that is.
    const hasOtherId = isListed && (facts.direction === 'OUTBOUND' || ranked.kind === 'ADDITION');
    return { ...ranked, outranked: marksOf(facts) | (hasOtherId ? listedMark : 0) };
  }
  const start = startOf(facts);
  return start !== null && start < facts.receivedAt ? { ...ranked, happenedAt: start } : ranked;
}

/** Whether a report tells neither how a call went nor when it ended. */
function isAddition(facts: CallFacts): boolean {
  return (
    facts.sentStatus === null &&
    facts.sentCallStatus === null &&
    facts.sentEndedAt === null &&
    facts.sentDurationSeconds === null &&
    facts.sentTalkSeconds === null &&
    firstLegAt(facts) === null
  );
}

/**
 * What is known of a call after one more delivery, in the order of arrival. A report beats live events, whichever came
 * first; what a webhook report gave beats what was imported; a blank never overwrites what an equal delivery gave.
 */
export function mergeFacts(known: CallFacts | null, incoming: CallFacts): CallFacts {
  if (known === null) return incoming;
  const isLater = incoming.receivedAt > known.receivedAt;
  const receivedAt = isLater ? known.receivedAt : incoming.receivedAt;
  if (mayHoldAdded(known) || mayHoldAdded(incoming)) return { ...mergeAdded(known, incoming), receivedAt };
  if (known.kind !== incoming.kind) {
    return known.kind === 'REPORT'
      ? { ...withLiveFacts(known, incoming, true), receivedAt }
      : { ...withLiveFacts(incoming, known, false), receivedAt };
  }
  const isRanked = known.kind === 'REPORT' && (known.answered !== 0 || incoming.answered !== 0);
  if (isRanked || known.outranked !== 0 || incoming.outranked !== 0)
    return { ...overlayRanked(known, incoming), receivedAt };
  return { ...overlay(known, incoming), ...ofOneMoment(known, incoming), receivedAt };
}

function mayHoldAdded({ kind, answered }: CallFacts): boolean {
  return kind === 'ADDITION' || (kind === 'LIVE' && answered !== 0);
}

/** What additions gave stands beside live events, and is part of the report once there is one. */
function mergeAdded(known: CallFacts, incoming: CallFacts): CallFacts {
  const [before, after] = [splitAdded(known), splitAdded(incoming)];
  const told = after.told === null ? before.told : mergeFacts(before.told, after.told);
  if (told?.kind !== 'REPORT') {
    const added =
      before.added && after.added ? overlayRanked(before.added, after.added) : (before.added ?? after.added);
    return told && added ? withAdded(told, added) : (told ?? added ?? incoming);
  }
  const completed = before.added ? overlayRanked(before.added, told) : told;
  return after.added ? overlayRanked(completed, after.added) : completed;
}

/** Field by field the later one's value, or where it is blank the earlier one's. */
function overlay(known: CallFacts, incoming: CallFacts): CallFacts {
  const direction = incoming.providerDirection === null ? known : incoming;
  return {
    callSid: known.callSid,
    kind: known.kind,
    direction: direction.direction,
    providerDirection: direction.providerDirection,
    sourceNumber: incoming.sourceNumber ?? known.sourceNumber,
    destinationNumber: incoming.destinationNumber ?? known.destinationNumber,
    dialedNumber: incoming.dialedNumber ?? known.dialedNumber,
    agentName: incoming.agentName ?? known.agentName,
    agentEmail: incoming.agentEmail ?? known.agentEmail,
    callGroupName: incoming.callGroupName ?? known.callGroupName,
    campaignCode: incoming.campaignCode ?? known.campaignCode,
    keyPress: incoming.keyPress ?? known.keyPress,
    sentStatus: incoming.sentStatus ?? known.sentStatus,
    sentCallStatus: incoming.sentCallStatus ?? known.sentCallStatus,
    sentHangupCause: incoming.sentHangupCause ?? known.sentHangupCause,
    sentStartedAt: incoming.sentStartedAt ?? known.sentStartedAt,
    sentEndedAt: incoming.sentEndedAt ?? known.sentEndedAt,
    legAPickedAt: incoming.legAPickedAt ?? known.legAPickedAt,
    legBStartedAt: incoming.legBStartedAt ?? known.legBStartedAt,
    legBPickedAt: incoming.legBPickedAt ?? known.legBPickedAt,
    sentDurationSeconds: incoming.sentDurationSeconds ?? known.sentDurationSeconds,
    sentTalkSeconds: incoming.sentTalkSeconds ?? known.sentTalkSeconds,
    coins: incoming.coins ?? known.coins,
    recordingUrl: incoming.recordingUrl ?? known.recordingUrl,
    errorCode: incoming.errorCode ?? known.errorCode,
    sidStartedAt: incoming.sidStartedAt ?? known.sidStartedAt,
    receivedAt: known.receivedAt,
    outranked: 0,
    answered: 0,
  };
}

// Each live event of a hunt speaks of another agent, who must not get the name of the one before; and the words of an
// earlier moment must not decide over those of a later one, whichever of the two fields they come in.
function ofOneMoment(known: CallFacts, incoming: CallFacts): Partial<CallFacts> {
  if (incoming.kind === 'REPORT') return {};
  const { agentName, agentEmail, sentStatus, sentCallStatus } = incoming;
  const isOther = differ(known.dialedNumber, incoming.dialedNumber) || differ(known.agentEmail, agentEmail);
  const hasWords = sentStatus !== null || sentCallStatus !== null;
  return { ...(isOther && { agentName, agentEmail }), ...(hasWords && { sentStatus, sentCallStatus }) };
}

/** Whether two deliveries of one CallSid tell of two calls: their numbers and their starts both differ. */
export function conflicts(known: CallFacts, incoming: CallFacts): boolean {
  // A start that only follows from other times is not exact enough to tell calls apart.
  return differ(known.sentStartedAt, incoming.sentStartedAt) && numbersDiffer(known, incoming);
}

// Whom an incoming call dials is no part of who it is: agents are tried one after another.
function numbersDiffer(known: CallFacts, incoming: CallFacts): boolean {
  return (
    differ(known.sourceNumber, incoming.sourceNumber) ||
    differ(known.destinationNumber, incoming.destinationNumber) ||
    (known.direction !== 'INBOUND' &&
      incoming.direction !== 'INBOUND' &&
      differ(known.dialedNumber, incoming.dialedNumber))
  );
}

function differ(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a !== b;
}
