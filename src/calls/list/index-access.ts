import { type SQL, sql } from 'drizzle-orm';
import type { Leaf, Predicate } from '../../query/predicate.ts';
import { leavesThatMustHold, partsOf } from '../../query/predicate-parts.ts';
import { instantOf } from '../../time/instant.ts';
import { calls } from '../call.table.ts';

/** How far an index leads to the calls of a list, in its order. */
export type IndexAccess = {
  /** What the index itself holds for: all of the test, or the part that it can tell. */
  condition: SQL;
  isWhole: boolean;
};

/** Participants whose calls an index has in order of start, those with few calls first. */
const led = ['customerId', 'agentId', 'campaignId', 'callGroupId', 'virtualNumberId'] as const;
const signs = { gt: sql.raw('>'), gte: sql.raw('>='), lt: sql.raw('<'), lte: sql.raw('<=') };

/** What an index in order of start, or of the last change, can tell of a test. */
export function indexAccess(test: Predicate, column: 'startedAt' | 'updatedAt'): IndexAccess {
  const parts = partsOf(test);
  const leaves = leavesThatMustHold(test);
  const account = leaves.find((leaf) => leaf.of === 'accountId' && 'in' in leaf && leaf.in.length === 1);
  if (column === 'updatedAt') {
    const isWhole = parts.length === (account ? 1 : 0);
    return { condition: account ? conditionOf(account) : sql`true`, isWhole };
  }
  const leader = led
    .flatMap((of) => leaves.filter((leaf) => leaf.of === of && 'in' in leaf && leaf.in.length === 1))
    .at(0);
  // The index of a participant begins with its id, which may be of another account.
  const first = leader ?? account;
  const told = leaves.filter((leaf) => leaf === first || (leaf.of === 'startedAt' && 'is' in leaf));
  return {
    condition: told.length === 0 ? sql`true` : sql.join(told.map(conditionOf), sql` and `),
    isWhole: told.length === parts.length,
  };
}

/** Whether a test names the calls, or the customers whose calls they are: an index finds the few there are. */
export function isOfFewCalls(test: Predicate): boolean {
  return partsOf(test).some(
    (part) => ('of' in part && 'in' in part && (part.of === 'customerId' || part.of === 'id')) || isOfNone(part),
  );
}

const isOfNone = (test: Predicate) => 'any' in test && test.any.length === 0;

function conditionOf(leaf: Leaf): SQL {
  if ('is' in leaf) return sql`${calls.startedAt} ${signs[leaf.is]} ${instantOf(Number(leaf.value))}::timestamptz`;
  const column = calls[leaf.of as (typeof led)[number] | 'accountId'];
  return sql`${column} = ${'in' in leaf ? leaf.in[0] : null}::bigint`;
}
