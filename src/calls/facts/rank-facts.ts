import type { CallFacts, ReadStatus } from './call-facts.ts';
import { isAnswered, startOf } from './derive-call.ts';
import { firstLegAt } from './legs.ts';
import { addedMarks, listedMark, marksOf } from './precedence.ts';

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
