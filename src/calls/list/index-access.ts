import type { SQL } from 'drizzle-orm';
import { allOf, everything, leavesThatMustHold, type Predicate, partsOf } from '../../query/predicate.ts';
import { callSql } from './call-predicate.ts';

/** How far an index leads to the calls of a list, in its order. */
export type IndexAccess = {
  /** What the index itself holds for: all of the predicate, or the part that it can tell. */
  condition: SQL;
  isWhole: boolean;
};

/** Participants whose calls an index has in order of start, those with few calls first. */
const led = ['customerId', 'agentId', 'campaignId', 'callGroupId', 'virtualNumberId'] as const;

/** What an index in order of start, or of the last change, can tell of a predicate. */
export function indexAccess(predicate: Predicate, column: 'startedAt' | 'updatedAt'): IndexAccess {
  const parts = partsOf(predicate);
  const leaves = leavesThatMustHold(predicate);
  const account = leaves.find((leaf) => leaf.of === 'accountId' && 'in' in leaf && leaf.in.length === 1);
  if (column === 'updatedAt') {
    const isWhole = parts.length === (account ? 1 : 0);
    return { condition: callSql(account ?? everything), isWhole };
  }
  const leader = led
    .flatMap((of) => leaves.filter((leaf) => leaf.of === of && 'in' in leaf && leaf.in.length === 1))
    .at(0);
  // The index of a participant begins with its id, which may be of another account.
  const first = leader ?? account;
  const told = leaves.filter((leaf) => leaf === first || (leaf.of === 'startedAt' && 'is' in leaf));
  return { condition: callSql(allOf(...told)), isWhole: told.length === parts.length };
}

/** Whether a predicate names the calls, or the customers whose calls they are: an index finds the few there are. */
export function isOfFewCalls(predicate: Predicate): boolean {
  return partsOf(predicate).some(
    (part) => ('of' in part && 'in' in part && (part.of === 'customerId' || part.of === 'id')) || isOfNone(part),
  );
}

const isOfNone = (predicate: Predicate) => 'any' in predicate && predicate.any.length === 0;
