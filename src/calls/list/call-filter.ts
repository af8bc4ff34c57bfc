import { AppError, type ArgumentPath, badInput } from '../../errors.ts';
import type { CallFilter } from '../../graphql/generated/inputs.ts';
import { type NodeType, rowIdOf } from '../../query/global-id.ts';
import {
  dateTimeFilter,
  decimalFilter,
  enumFilter,
  type FieldFilter,
  idFilter,
  intFilter,
  nameFilter,
  type Operators,
  phoneNumberFilter,
  stringFilter,
} from '../../query/operators.ts';
import { allOf, anyOf, type CallField, everything, not, type Predicate } from '../../query/predicate.ts';
import { maxListLength, refuseNull } from '../../query/read-value.ts';

/** and, or and not may nest this deep. */
export const maxFilterDepth = 5;
/** A filter may have so many conditions, lists of values counted once. */
export const maxConditions = 1000;

const idOf = (type: NodeType) => (text: string) => rowIdOf(type, text);

type CallFieldFilter = FieldFilter<CallField>;

const fields: Record<string, CallFieldFilter> = {
  id: idFilter('id', idOf('Call')),
  callSid: stringFilter('callSid'),
  accountId: idFilter('accountId', idOf('Account')),
  startedAt: dateTimeFilter('startedAt'),
  endedAt: dateTimeFilter('endedAt'),
  updatedAt: dateTimeFilter('updatedAt'),
  direction: enumFilter('direction'),
  status: enumFilter('status'),
  disposition: enumFilter('disposition'),
  outcome: enumFilter('outcome'),
  agentId: idFilter('agentId', idOf('Agent')),
  campaignId: idFilter('campaignId', idOf('Campaign')),
  callGroupId: idFilter('callGroupId', idOf('CallGroup')),
  virtualNumberId: idFilter('virtualNumberId', idOf('VirtualNumber')),
  customerId: idFilter('customerId', idOf('Customer')),
  agentName: nameFilter('agentName'),
  callGroupName: nameFilter('callGroupName'),
  campaignCode: nameFilter('campaignCode'),
  durationSeconds: intFilter('durationSeconds'),
  talkSeconds: intFilter('talkSeconds'),
  ringSeconds: intFilter('ringSeconds'),
  waitSeconds: intFilter('waitSeconds'),
  coins: decimalFilter('coins'),
  providerStatus: stringFilter('providerStatus'),
  errorCode: stringFilter('errorCode'),
};
const numbers: Record<string, (region: string) => CallFieldFilter> = {
  customerNumber: (region) => phoneNumberFilter('customerNumber', region),
  agentNumber: (region) => phoneNumberFilter('agentNumber', region),
};

/**
 * The one meaning of "filtered": the predicate on calls that a CallFilter stands for.
 * `region` is where numbers without a country code are read. Throws BAD_USER_INPUT with the argument's path.
 */
export function callPredicate(
  filter: CallFilter | null | undefined,
  { region, path = ['filter'] }: { region: string; path?: ArgumentPath },
): Predicate {
  if (!filter) return everything;
  const size = countConditions(filter);
  if (size > maxConditions) {
    throw new AppError(
      'TOO_EXPENSIVE',
      `${path.join('.')} has ${size} conditions. Allowed: at most ${maxConditions}. Use in and notIn instead of or, or ask several questions.`,
      { estimate: size, allowed: maxConditions },
    );
  }
  return predicateOf(filter, region, path, 0);
}

/** Whether a filter asks for numbers, at any depth. */
export function hasNumbers(filter: CallFilter | null | undefined): boolean {
  if (!filter) return false;
  const { and, or, not } = filter;
  return Object.keys(numbers).some((name) => name in filter) || [...(and ?? []), ...(or ?? []), not].some(hasNumbers);
}

/** Operators and yes-or-no fields, wherever they stand; a list of values is one. */
function countConditions(value: unknown): number {
  if (value === null || typeof value !== 'object') return 1;
  if (!Array.isArray(value)) return Object.values(value).reduce((sum: number, part) => sum + countConditions(part), 0);
  const isOfFilters = value.some((item) => item !== null && typeof item === 'object');
  return isOfFilters ? value.reduce((sum: number, part) => sum + countConditions(part), 0) : 1;
}

function predicateOf(filter: CallFilter, region: string, path: ArgumentPath, depth: number): Predicate {
  const parts = Object.entries(filter).map(([name, value]): Predicate => {
    const at = [...path, name];
    refuseNull(value, at, 'a value');
    if (name === 'hasRecording') return { of: 'hasRecording', in: [value === true] } as const;
    if (name === 'and' || name === 'or' || name === 'not') {
      if (depth === maxFilterDepth) throw badInput(at, 'nests too deep', `and, or, not at most ${maxFilterDepth} deep`);
      if (name === 'not') return not(predicateOf(value as CallFilter, region, at, depth + 1));
      const list = value as CallFilter[];
      if (list.length > maxListLength) {
        throw badInput(at, `has ${list.length} values`, `at most ${maxListLength}`);
      }
      const predicates = list.map((item, i) => predicateOf(item, region, [...at, i], depth + 1));
      return name === 'and' ? allOf(...predicates) : anyOf(...predicates);
    }
    const field = fields[name] ?? numbers[name]?.(region);
    if (!field) throw badInput(at, 'is no field of the filter', Object.keys(fields).join(', '));
    return field(value as Operators, at);
  });
  return allOf(...parts);
}
