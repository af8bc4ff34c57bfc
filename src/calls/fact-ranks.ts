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
type Marks = { name: RankedFact; imported: number; live: number };

const marks: readonly Marks[] = rankedFacts.map((name, i) => {
  const liveAt = (liveFacts as readonly string[]).indexOf(name);
  return { name, imported: 1 << i, live: liveAt < 0 ? 0 : 1 << (rankedFacts.length + liveAt) };
});
const liveMarks = liveFacts.map((name) => ({ ...(marks.find((one) => one.name === name) as Marks), name }));

/** Of a call with this mark in `lesser` only the provider's list gave the id: it may have another one elsewhere. */
export const listedMark = 1 << (rankedFacts.length + liveFacts.length);

export function isListed({ lesser }: Pick<CallFacts, 'lesser'>): boolean {
  return (lesser & listedMark) !== 0;
}

/** The `lesser` of a report that was imported: all that it gives. */
export function importedMarks(facts: Pick<CallFacts, RankedFact>): number {
  let lesser = 0;
  for (const { name, imported } of marks) if (facts[name] !== null) lesser |= imported;
  return lesser;
}

/**
 * Two reports as one: field by field what a webhook report gave, else what was imported, else what live events told; of
 * equals the later one's.
 */
export function overlayRanked(known: CallFacts, incoming: CallFacts): CallFacts {
  const lesser = known.lesser & incoming.lesser & listedMark;
  const merged = { ...known, sidStartedAt: incoming.sidStartedAt ?? known.sidStartedAt, lesser };
  for (const mark of marks) {
    const from = rankOf(incoming, mark) >= rankOf(known, mark) ? incoming : known;
    Object.assign(merged, { [mark.name]: from[mark.name] });
    if (mark.name === 'providerDirection') merged.direction = from.direction;
    merged.lesser |= from.lesser & (mark.imported | mark.live);
  }
  return merged;
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
