import { isLaterLeg, isSameAgent, legUnits } from './answered-leg.ts';
import type { CallFacts } from './call-facts.ts';

/** Facts of a report, each by itself from whoever knows best. The order is stored: new ones go to the end. */
export const rankedFacts = [
  'providerDirection',
  'sourceNumber',
  'destinationNumber',
  'dialedNumber',
  'agentName',
  'agentEmail',
  'callGroupName',
  'campaignCode',
  'keyPress',
  'sentStatus',
  'sentCallStatus',
  'sentHangupCause',
  'sentStartedAt',
  'sentEndedAt',
  'legAPickedAt',
  'legBStartedAt',
  'legBPickedAt',
  'sentDurationSeconds',
  'sentTalkSeconds',
  'coins',
  'recordingUrl',
  'errorCode',
] as const satisfies readonly (keyof CallFacts)[];

/** What a report may lack and a live event may tell. */
const liveFacts = ['campaignCode', 'callGroupName', 'keyPress'] as const;

type RankedFact = (typeof rankedFacts)[number];
/** The marks of one fact in `lesser`: an import gave it, or live events did. Together 25 bits of an integer column. */
type Marks = { name: RankedFact; imported: number; live: number; unit: readonly Marks[] };

const marks: readonly Marks[] = rankedFacts.map((name, i) => {
  const liveAt = (liveFacts as readonly string[]).indexOf(name);
  return { name, imported: 1 << i, live: liveAt < 0 ? 0 : 1 << (rankedFacts.length + liveAt), unit: [] };
});
for (const names of legUnits) {
  const unit = marks.filter(({ name }) => (names as readonly string[]).includes(name));
  for (const mark of unit) mark.unit = unit;
}
const liveMarks = liveFacts.map((name) => ({ ...(marks.find((one) => one.name === name) as Marks), name }));

/** Of a call with this mark in `lesser` only the provider's list gave the id: it may have another one elsewhere. */
export const listedMark = 1 << (rankedFacts.length + liveFacts.length);

export function isListed({ lesser }: Pick<CallFacts, 'lesser'>): boolean {
  return (lesser & listedMark) !== 0;
}

/** The marks of all that a report gives: the `lesser` of one that was imported, the `answered` of an answered one. */
export function marksOf(facts: Pick<CallFacts, RankedFact>): number {
  let all = 0;
  for (const { name, imported } of marks) if (facts[name] !== null) all |= imported;
  return all;
}

/** The `answered` of a call of which nothing is noted: all that reports gave, or nothing. */
export function usualAnswered(facts: CallFacts, isAnswered: boolean): number {
  if (!isAnswered || facts.kind === 'LIVE') return 0;
  let all = marksOf(facts);
  for (const { imported, live } of liveMarks) if ((facts.lesser & live) !== 0) all &= ~imported;
  return all;
}

/**
 * Two reports as one, the incoming one received later: field by field what a webhook report gave, else what was imported, else
 * what live events told. Of equals that of an answered leg; else the later one's.
 */
export function overlayRanked(known: CallFacts, incoming: CallFacts): CallFacts {
  const legs = weigh(known, incoming);
  const lesser = known.lesser & incoming.lesser & listedMark;
  const sidStartedAt = incoming.sidStartedAt ?? known.sidStartedAt;
  const merged: CallFacts = { ...known, sidStartedAt, lesser, answered: 0 };
  for (const mark of marks) {
    const rank = weightOf(incoming, legs.incoming, mark) - weightOf(known, legs.known, mark);
    const isTold = rank > 0 || (rank === 0 && !(legs.knownStands && (legs.known & mark.imported) !== 0));
    const from: Side = isTold ? 'incoming' : 'known';
    const facts = isTold ? incoming : known;
    const isOthers = isOfOtherLeg(mark, { known, incoming, legs, from });
    Object.assign(merged, { [mark.name]: isOthers ? null : facts[mark.name] });
    if (mark.name === 'providerDirection') merged.direction = facts.direction;
    if (isOthers) continue;
    merged.lesser |= facts.lesser & (mark.imported | mark.live);
    if (facts[mark.name] !== null) merged.answered |= legs[from] & mark.imported;
  }
  return merged;
}

type Side = 'known' | 'incoming';

/** What each side gives as of an answered leg, and whether of two such legs the known one stands. */
type Legs = Record<Side, number> & { knownStands: boolean; areOthers: boolean };

function weigh(known: CallFacts, incoming: CallFacts): Legs {
  const rank = isImported(incoming) ? 2 : 3;
  let ofRank = 0;
  for (const mark of marks) if (rankOf(known, mark) === rank) ofRank |= mark.imported;
  const legs: Legs = {
    known: known.answered,
    incoming: incoming.answered,
    knownStands: false,
    areOthers: true,
  };
  if ((known.answered & ofRank) === 0) return legs;
  const leg = onlyMarked(known, known.answered);
  const isSame = isSameAgent(leg, incoming);
  if (incoming.answered !== 0) {
    return { ...legs, areOthers: !isSame, knownStands: !isSame && isLaterLeg(leg, incoming) };
  }
  if (!isSame) return legs;
  // Of the same agent a report with words corrects what it was taken for; one without completes it.
  const hasWords = incoming.sentStatus !== null || incoming.sentCallStatus !== null;
  return hasWords
    ? { ...legs, known: known.answered & ~ofRank, areOthers: false }
    : { ...legs, incoming: marksOf(incoming), areOthers: false };
}

function isImported({ lesser }: CallFacts): boolean {
  return marks.some(({ imported }) => (lesser & imported) !== 0);
}

/** Who took part, as far as an answered leg told it. */
function onlyMarked(facts: CallFacts, answered: number): CallFacts {
  const told = { ...facts };
  for (const { name, imported } of marks) if ((answered & imported) === 0) Object.assign(told, { [name]: null });
  return told;
}

type Choice = { known: CallFacts; incoming: CallFacts; legs: Legs; from: Side };

/** Whether a value would fill a blank of the leg that stands, of which more is known, with what is another one's. */
function isOfOtherLeg(mark: Marks, { known, incoming, legs, from }: Choice): boolean {
  if (!legs.areOthers || mark.unit.length === 0) return false;
  const other: Side = from === 'incoming' ? 'known' : 'incoming';
  const [facts, others] = from === 'incoming' ? [incoming, known] : [known, incoming];
  if (facts[mark.name] === null) return false;
  const isAnswered = (legs[from] & mark.imported) !== 0;
  const stands = other === 'known' ? legs.knownStands : !legs.knownStands;
  return mark.unit.some(
    (one) =>
      rankOf(others, one) === rankOf(facts, mark) && (legs[other] & one.imported) !== 0 && (!isAnswered || stands),
  );
}

function weightOf(facts: CallFacts, answered: number, mark: Marks): number {
  const rank = rankOf(facts, mark);
  return rank === 0 ? 0 : rank * 2 + ((answered & mark.imported) !== 0 ? 1 : 0);
}

/** A report with what it lacks and live events tell; `isNewer`: these came after all others that it has this from. */
export function withLiveFacts(report: CallFacts, live: CallFacts, isNewer: boolean): CallFacts {
  const merged = { ...report, lesser: report.lesser & ~listedMark };
  for (const mark of liveMarks) {
    const { name } = mark;
    const isOpen = report[name] === null || (isNewer && (report.lesser & mark.live) !== 0);
    if (!isOpen || live[name] === null) continue;
    merged[name] = live[name];
    merged.lesser |= mark.live;
  }
  return merged;
}

function rankOf(facts: CallFacts, { name, imported, live }: Marks): number {
  if (facts[name] === null) return 0;
  if ((facts.lesser & live) !== 0) return 1;
  return (facts.lesser & imported) === 0 ? 3 : 2;
}
