import { hasScope, type Viewer } from '../../access/viewer.ts';
import { AppError, type ArgumentPath, badInput } from '../../errors.ts';
import type { CallFilter } from '../../graphql/generated/inputs.ts';
import type { IdCodec, NodeType } from '../../query/global-id.ts';
import {
  dateTimeFilter,
  decimalFilter,
  enumFilter,
  type FieldFilter,
  hiddenFilter,
  idFilter,
  intFilter,
  nameFilter,
  type Operators,
  phoneNumberFilter,
  stringFilter,
} from '../../query/operators.ts';
import { allOf, anyOf, type CallField, everything, not, type Predicate } from '../../query/predicate.ts';
import { maxListLength, refuseNull } from '../../query/read-value.ts';
import { callsAsShown } from './calls-as-shown.ts';

/** and, or and not may nest this deep. */
export const maxFilterDepth = 5;
/** A filter may have so many conditions, lists of values counted once. */
export const maxConditions = 1000;

type CallFieldFilter = FieldFilter<CallField>;

const fields: Record<string, CallFieldFilter> = {
  callSid: stringFilter('callSid'),
  startedAt: dateTimeFilter('startedAt'),
  endedAt: dateTimeFilter('endedAt'),
  updatedAt: dateTimeFilter('updatedAt'),
  direction: enumFilter('direction'),
  status: enumFilter('status'),
  disposition: enumFilter('disposition'),
  outcome: enumFilter('outcome'),
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
const idTypes = {
  id: 'Call',
  accountId: 'Account',
  agentId: 'Agent',
  campaignId: 'Campaign',
  callGroupId: 'CallGroup',
  virtualNumberId: 'VirtualNumber',
  customerId: 'Customer',
} as const satisfies Record<string, NodeType>;
const idFilters = Object.fromEntries(
  Object.entries(idTypes).map(([name, type]) => [
    name,
    (codec: IdCodec): CallFieldFilter => idFilter(name as keyof typeof idTypes, (text) => codec.rowIdOf(type, text)),
  ]),
);
const numbers = ['customerNumber', 'agentNumber'] as const;

/** How the texts of a filter are read. */
export type FilterReading = {
  /** Where numbers have no country code. */
  region: string;
  ids: IdCodec;
  /** Who asks: of what they are shown. */
  viewer: Pick<Viewer, 'scopes'>;
};

/**
 * The one meaning of "filtered": the predicate on calls that a CallFilter stands for. Throws BAD_USER_INPUT with the argument's
 * path, and FORBIDDEN for what asks for numbers that the viewer is not shown.
 */
export function callPredicate(
  filter: CallFilter | null | undefined,
  { path = ['filter'], ...reading }: FilterReading & { path?: ArgumentPath },
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
  const predicate = predicateOf(filter, reading, path, 0);
  return hasScope(reading.viewer, 'numbers') ? predicate : callsAsShown(predicate);
}

/** Whether a filter asks for numbers, at any depth. */
export function hasNumbers(filter: CallFilter | null | undefined): boolean {
  if (!filter) return false;
  const { and, or, not } = filter;
  return numbers.some((name) => name in filter) || [...(and ?? []), ...(or ?? []), not].some(hasNumbers);
}

/** Operators and yes-or-no fields, wherever they stand; a list of values is one. */
function countConditions(value: unknown): number {
  if (value === null || typeof value !== 'object') return 1;
  if (!Array.isArray(value)) return Object.values(value).reduce((sum: number, part) => sum + countConditions(part), 0);
  const isOfFilters = value.some((item) => item !== null && typeof item === 'object');
  return isOfFilters ? value.reduce((sum: number, part) => sum + countConditions(part), 0) : 1;
}

function numberFilter(of: (typeof numbers)[number], { region, viewer }: FilterReading): CallFieldFilter {
  return hasScope(viewer, 'numbers') ? phoneNumberFilter(of, region) : hiddenFilter(of, 'numbers');
}

function predicateOf(filter: CallFilter, reading: FilterReading, path: ArgumentPath, depth: number): Predicate {
  const parts = Object.entries(filter).map(([name, value]): Predicate => {
    const at = [...path, name];
    refuseNull(value, at, 'a value');
    if (name === 'hasRecording') return { of: 'hasRecording', in: [value === true] } as const;
    if (name === 'and' || name === 'or' || name === 'not') {
      if (depth === maxFilterDepth) throw badInput(at, 'nests too deep', `and, or, not at most ${maxFilterDepth} deep`);
      if (name === 'not') return not(predicateOf(value as CallFilter, reading, at, depth + 1));
      const list = value as CallFilter[];
      if (list.length > maxListLength) {
        throw badInput(at, `has ${list.length} values`, `at most ${maxListLength}`);
      }
      const predicates = list.map((item, i) => predicateOf(item, reading, [...at, i], depth + 1));
      return name === 'and' ? allOf(...predicates) : anyOf(...predicates);
    }
    const number = numbers.find((one) => one === name);
    const field = number ? numberFilter(number, reading) : (fields[name] ?? idFilters[name]?.(reading.ids));
    if (!field)
      throw badInput(
        at,
        'is no field of the filter',
        [...Object.keys({ ...fields, ...idFilters }), ...numbers].join(', '),
      );
    return field(value as Operators, at);
  });
  return allOf(...parts);
}
