import { type CallOperand, leavesOf, type Predicate } from '../../query/predicate.ts';
import type { Aggregate } from '../accumulators/aggregate.ts';
import type { Seconds } from '../accumulators/read-seconds.ts';
import { type ColumnName, isColumn } from '../columns.ts';
import { classFields, isOfClass } from './row-filter.ts';
import type { SlotPlan } from './slot-plan.ts';

const spans: readonly CallOperand[] = ['durationSeconds', 'talkSeconds', 'ivrSeconds', 'ringSeconds', 'waitSeconds'];

function isSeconds(operand: CallOperand): operand is Seconds {
  return typeof operand === 'object' ? 'until' in operand : spans.includes(operand);
}

/** What seconds a test of a count compares beside the class; null: none. */
export function secondsOf(test: Predicate): Seconds | null {
  const operands = operandsBesideClass(test);
  return operands.find(isSeconds) ?? null;
}

function operandsBesideClass(test: Predicate): CallOperand[] {
  return leavesOf(test)
    .filter((leaf) => !isOfClass(leaf))
    .map(({ of }) => of);
}

/** Whether a scan can tell an aggregate: counts may compare one number of seconds, statistics are over classes. */
export function isScannable(aggregate: Aggregate): boolean {
  if (aggregate.of === 'spans') return isOfClass(aggregate.over);
  if (aggregate.of !== 'calls') return true;
  const operands = operandsBesideClass(aggregate.over);
  return operands.every(isSeconds) && new Set(operands.map((operand) => JSON.stringify(operand))).size <= 1;
}

/** The columns that a scan reads, beyond those that every chunk has. */
export function neededColumns(
  test: Predicate,
  { groups }: SlotPlan,
  aggregates: readonly Aggregate[],
): Set<ColumnName> {
  const operands: CallOperand[] = leavesOf(test).map(({ of }) => of);
  for (const part of groups?.by ?? []) if (typeof part === 'string') operands.push(part);
  for (const aggregate of aggregates) {
    if (aggregate.of === 'calls') operands.push(...operandsBesideClass(aggregate.over));
    if (aggregate.of === 'spans') operands.push(aggregate.seconds);
    if (aggregate.of === 'coins') operands.push('coins');
    if (aggregate.of === 'customers') operands.push('customerId');
  }
  return new Set(operands.flatMap((operand) => columnsOf(operand) ?? []));
}

/** Whether all that a filter asks for is packed. */
export function isPacked(filter: Predicate): boolean {
  return leavesOf(filter).every(({ of }) => columnsOf(of) !== null && !(typeof of === 'object' && 'until' in of));
}

/** Those beyond what every chunk has; null: it is not packed. */
function columnsOf(operand: CallOperand): ColumnName[] | null {
  if (typeof operand === 'object') {
    if ('part' in operand) return [];
    if ('shown' in operand) return columnsOf(operand.shown);
    return [operand.from, operand.until.is, operand.until.otherwise].flatMap((of) => columnsOf(of) ?? []);
  }
  if (operand === 'accountId' || operand === 'startedAt' || classFields.includes(operand)) return [];
  return isColumn(operand) ? [operand] : null;
}
