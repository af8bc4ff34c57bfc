import type { CallFacts } from './call-facts.ts';
import { isLaterLeg, isSameAgent, legUnits, namesAgent } from './legs.ts';

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
/**
 * The marks of one fact in `outranked`: an import gave it, or live events did. Together 25 bits of an integer column. A start that
 * live events gave is marked in `answered` instead: in `outranked` the listed mark is the highest, and an index is made of that.
 */
type Marks = { name: RankedFact; imported: number; live: number; liveStart: number; unit: readonly Marks[] };

/** In `answered`: live events gave the start, and no report. */
const liveStartMark = 1 << rankedFacts.length;

const marks: readonly Marks[] = rankedFacts.map((name, i) => {
  const liveAt = (liveFacts as readonly string[]).indexOf(name);
  const live = liveAt < 0 ? 0 : 1 << (rankedFacts.length + liveAt);
  return { name, imported: 1 << i, live, liveStart: name === 'sentStartedAt' ? liveStartMark : 0, unit: [] };
});
for (const names of legUnits) {
  const unit = marks.filter(({ name }) => (names as readonly string[]).includes(name));
  for (const mark of unit) mark.unit = unit;
}
const unitMarks = marks.reduce((all, { imported, unit }) => (unit.length > 0 ? all | imported : all), 0);
const liveMarks = liveFacts.map((name) => ({ ...(marks.find((one) => one.name === name) as Marks), name }));

/** Of a call with this mark in `outranked` only the provider's list gave the id: it may have another one elsewhere. */
export const listedMark = 1 << (rankedFacts.length + liveFacts.length);

export function isListed({ outranked }: Pick<CallFacts, 'outranked'>): boolean {
  return (outranked & listedMark) !== 0;
}

/** The marks of all that a report gives: the `outranked` of one that was imported, the `answered` of an answered one. */
export function marksOf(facts: Pick<CallFacts, RankedFact>): number {
  let all = 0;
  for (const { name, imported } of marks) if (facts[name] !== null) all |= imported;
  return all;
}

/** The marks of what an addition gives that is of no leg: its `answered`. */
export function addedMarks(facts: Pick<CallFacts, RankedFact>): number {
  return marksOf(facts) & ~unitMarks;
}

/** The `answered` of a call of which nothing is noted: all that reports gave, or nothing. */
export function usualAnswered(facts: CallFacts, isAnswered: boolean): number {
  if (!isAnswered || facts.kind === 'LIVE') return 0;
  let all = marksOf(facts);
  for (const { imported, live } of liveMarks) if ((facts.outranked & live) !== 0) all &= ~imported;
  return all;
}

/**
 * Two reports as one, the incoming one received later: field by field what a webhook report gave, else what was imported, else
 * what live events told. Of equals that of an answered leg; else the later one's.
 */
export function overlayRanked(known: CallFacts, incoming: CallFacts): CallFacts {
  const legs = weigh(known, incoming);
  const outranked = known.outranked & incoming.outranked & listedMark;
  const sidStartedAt = incoming.sidStartedAt ?? known.sidStartedAt;
  const kind = known.kind === 'REPORT' ? 'REPORT' : incoming.kind;
  const merged: CallFacts = { ...known, kind, sidStartedAt, outranked, answered: 0 };
  for (const mark of marks) {
    const rank = weightOf(incoming, legs.incoming, mark) - weightOf(known, legs.known, mark);
    const isTold = rank > 0 || (rank === 0 && !(legs.knownStands && (legs.known & mark.imported) !== 0));
    const from: Side = isTold ? 'incoming' : 'known';
    const facts = isTold ? incoming : known;
    const isOthers = isOfOtherLeg(mark, { known, incoming, legs, from });
    Object.assign(merged, { [mark.name]: isOthers ? null : facts[mark.name] });
    if (mark.name === 'providerDirection') merged.direction = facts.direction;
    if (isOthers) continue;
    merged.outranked |= facts.outranked & (mark.imported | mark.live);
    if (facts[mark.name] === null) continue;
    merged.answered |= (legs.noted[from] & mark.imported) | (facts.answered & mark.liveStart);
  }
  return merged;
}

type Side = 'known' | 'incoming';

/**
 * What each side gives as of an answered leg, and whether of two such legs the known one stands. Noted: what is kept of that,
 * also where it decides nothing now.
 */
type Legs = Record<Side, number> & { noted: Record<Side, number>; knownStands: boolean; areOthers: boolean };

function weigh(known: CallFacts, incoming: CallFacts): Legs {
  if (known.kind === 'ADDITION' || incoming.kind === 'ADDITION') return weighAddition(known, incoming);
  const rank = isImported(incoming) ? 2 : 3;
  let ofRank = 0;
  for (const mark of marks) if (rankOf(known, mark) === rank) ofRank |= mark.imported;
  const noted = { known: known.answered, incoming: incoming.answered };
  const legs: Legs = { ...noted, noted, knownStands: false, areOthers: true };
  // Without a leg of this rank only additions gave what is marked: a later report counts as much.
  if (!isOfLeg(known.answered & ofRank)) return { ...legs, known: known.answered & ~ofRank };
  const leg = onlyMarked(known, known.answered);
  const isSame = isSameAgent(leg, incoming);
  if (isOfLeg(incoming.answered)) {
    return { ...legs, areOthers: !isSame, knownStands: !isSame && isLaterLeg(leg, incoming) };
  }
  if (!isSame) return legs;
  // Of the same agent a report with words corrects what it was taken for; one without completes it.
  const hasWords = incoming.sentStatus !== null || incoming.sentCallStatus !== null;
  const corrected: Record<Side, number> = hasWords
    ? { ...noted, known: known.answered & ~ofRank }
    : { ...noted, incoming: marksOf(incoming) };
  return { ...corrected, noted: corrected, knownStands: false, areOthers: false };
}

/** An addition is of the leg that answered, unless it names another agent: then it only fills what is blank. */
function weighAddition(known: CallFacts, incoming: CallFacts): Legs {
  const added: Side = incoming.kind === 'ADDITION' ? 'incoming' : 'known';
  const [addition, report] = added === 'incoming' ? [incoming, known] : [known, incoming];
  const noted = { known: known.answered, incoming: incoming.answered };
  const equal = { known: 0, incoming: 0, noted, knownStands: false, areOthers: false };
  if (report.kind === 'ADDITION' || !isOfLeg(report.answered) || !namesAgent(addition)) return equal;
  if (isSameAgent(onlyMarked(report, report.answered), addition)) {
    return { ...equal, noted: { ...noted, [added]: marksOf(addition) } };
  }
  const others = { ...noted, [added]: 0 };
  return { ...others, noted: others, knownStands: false, areOthers: true };
}

function isOfLeg(answered: number): boolean {
  return (answered & unitMarks) !== 0;
}

function isImported({ outranked }: CallFacts): boolean {
  return marks.some(({ imported }) => (outranked & imported) !== 0);
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
  const merged = { ...report, outranked: report.outranked & ~listedMark };
  for (const mark of liveMarks) {
    const { name } = mark;
    const isOpen = report[name] === null || (isNewer && (report.outranked & mark.live) !== 0);
    if (!isOpen || live[name] === null) continue;
    merged[name] = live[name];
    merged.outranked |= mark.live;
  }
  const isStartOpen = report.sentStartedAt === null || (isNewer && (report.answered & liveStartMark) !== 0);
  if (isStartOpen && live.sentStartedAt !== null) {
    merged.sentStartedAt = live.sentStartedAt;
    merged.answered |= liveStartMark;
  }
  return merged;
}

/** Live events with what additions gave, which stands until a report says otherwise, and is marked. */
export function withAdded(live: CallFacts, added: CallFacts): CallFacts {
  const merged = { ...live, sidStartedAt: live.sidStartedAt ?? added.sidStartedAt };
  for (const { name, imported } of marks) {
    if (added[name] === null) continue;
    Object.assign(merged, { [name]: added[name] });
    if (name === 'providerDirection') merged.direction = added.direction;
    merged.answered |= imported;
    merged.outranked |= added.outranked & imported;
  }
  return merged;
}

/** The other way: what additions gave, and what live events did. Either is null where there is none. */
export function splitAdded(facts: CallFacts): { added: CallFacts | null; told: CallFacts | null } {
  if (facts.kind === 'ADDITION') return { added: facts, told: null };
  if (facts.kind === 'REPORT' || facts.answered === 0) return { added: null, told: facts };
  const added: CallFacts = { ...facts, kind: 'ADDITION', outranked: facts.outranked & facts.answered };
  const told: CallFacts = { ...facts, outranked: 0, answered: 0 };
  for (const { name, imported } of marks) {
    Object.assign((facts.answered & imported) === 0 ? added : told, { [name]: null });
  }
  (added.providerDirection === null ? added : told).direction = 'UNKNOWN';
  added.answered = addedMarks(added);
  return { added, told };
}

function rankOf(facts: CallFacts, { name, imported, live, liveStart }: Marks): number {
  if (facts[name] === null) return 0;
  if ((facts.outranked & live) !== 0 || (facts.answered & liveStart) !== 0) return 1;
  return (facts.outranked & imported) === 0 ? 3 : 2;
}
