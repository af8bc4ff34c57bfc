import { AppError, type ArgumentPath, badInput } from '../../errors.ts';
import type { CallFilter } from '../../graphql/generated/inputs.ts';
import { agents, callGroups, campaigns, customers } from '../../participants/participants.table.ts';
import { allOf, anyOf, type Condition, everything, isNotTrue } from '../../query/condition.ts';
import { type NodeType, rowIdOf } from '../../query/global-id.ts';
import {
  dateTimeFilter,
  decimalFilter,
  enumFilter,
  type FieldFilter,
  idFilter,
  intFilter,
  type NumberOwner,
  namedTextFilter,
  nameFilter,
  type Operators,
  phoneNumberFilter,
  presenceFilter,
  stringFilter,
} from '../../query/operators.ts';
import { maxListLength, refuseNull } from '../../query/read-value.ts';
import { calls } from '../call.table.ts';

/** and, or and not may nest this deep. */
export const maxFilterDepth = 5;
/** A filter may have so many conditions, lists of values counted once. */
export const maxConditions = 1000;

const idOf = (type: NodeType) => (text: string) => rowIdOf(type, text);

const fields: Record<string, FieldFilter> = {
  id: idFilter(calls.id, idOf('Call'), 'id'),
  callSid: stringFilter(calls.callSid),
  accountId: idFilter(calls.accountId, idOf('Account'), 'accountId'),
  startedAt: dateTimeFilter(calls.startedAt, 'startedAt'),
  endedAt: dateTimeFilter(calls.endedAt, 'endedAt'),
  updatedAt: dateTimeFilter(calls.updatedAt),
  direction: enumFilter(calls.direction, 'call_direction', 'direction'),
  status: enumFilter(calls.status, 'call_status', 'status'),
  disposition: enumFilter(calls.disposition, 'call_disposition', 'disposition'),
  outcome: enumFilter(calls.outcome, 'call_outcome', 'outcome'),
  agentId: idFilter(calls.agentId, idOf('Agent'), 'agentId'),
  campaignId: idFilter(calls.campaignId, idOf('Campaign'), 'campaignId'),
  callGroupId: idFilter(calls.callGroupId, idOf('CallGroup'), 'callGroupId'),
  virtualNumberId: idFilter(calls.virtualNumberId, idOf('VirtualNumber'), 'virtualNumberId'),
  customerId: idFilter(calls.customerId, idOf('Customer'), 'customerId'),
  agentName: nameFilter(calls.agentName),
  callGroupName: namedTextFilter({ accountId: calls.accountId, id: calls.callGroupId }, callGroups, callGroups.name),
  campaignCode: namedTextFilter(
    { accountId: calls.accountId, id: calls.campaignId },
    campaigns,
    campaigns.campaignCode,
  ),
  durationSeconds: intFilter(calls.durationSeconds, 'durationSeconds'),
  talkSeconds: intFilter(calls.talkSeconds, 'talkSeconds'),
  ringSeconds: intFilter(calls.ringSeconds, 'ringSeconds'),
  waitSeconds: intFilter(calls.waitSeconds, 'waitSeconds'),
  coins: decimalFilter(calls.coins, 'coins'),
  providerStatus: stringFilter(calls.providerStatus),
  errorCode: stringFilter(calls.errorCode),
};
const customerOfNumber: NumberOwner = { id: calls.customerId, table: customers, number: customers.number };
const agentOfNumber: NumberOwner = { id: calls.agentId, table: agents, number: agents.number };
const numbers: Record<string, (region: string) => FieldFilter> = {
  customerNumber: (region) => phoneNumberFilter(calls.customerNumber, region, customerOfNumber),
  agentNumber: (region) => phoneNumberFilter(calls.agentNumber, region, agentOfNumber),
};
const hasRecording = presenceFilter(calls.recordingUrl, 'hasRecording');

/**
 * The one meaning of "filtered": the condition on calls that a CallFilter stands for.
 * `region` is where numbers without a country code are read. Throws BAD_USER_INPUT with the argument's path.
 */
export function callCondition(
  filter: CallFilter | null | undefined,
  { region, path = ['filter'] }: { region: string; path?: ArgumentPath },
): Condition {
  if (!filter) return everything;
  const size = countConditions(filter);
  if (size > maxConditions) {
    throw new AppError(
      'TOO_EXPENSIVE',
      `${path.join('.')} has ${size} conditions. Allowed: at most ${maxConditions}. Use in and notIn instead of or, or ask several questions.`,
      { estimate: size, allowed: maxConditions },
    );
  }
  return conditionOf(filter, region, path, 0);
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

function conditionOf(filter: CallFilter, region: string, path: ArgumentPath, depth: number): Condition {
  const parts = Object.entries(filter).map(([name, value]) => {
    const at = [...path, name];
    refuseNull(value, at, 'a value');
    if (name === 'hasRecording') return hasRecording(value);
    if (name === 'and' || name === 'or' || name === 'not') {
      if (depth === maxFilterDepth) throw badInput(at, 'nests too deep', `and, or, not at most ${maxFilterDepth} deep`);
      if (name === 'not') return isNotTrue(conditionOf(value as CallFilter, region, at, depth + 1));
      const list = value as CallFilter[];
      if (list.length > maxListLength) {
        throw badInput(at, `has ${list.length} values`, `at most ${maxListLength}`);
      }
      const conditions = list.map((item, i) => conditionOf(item, region, [...at, i], depth + 1));
      return name === 'and' ? allOf(conditions) : anyOf(conditions);
    }
    const field = fields[name] ?? numbers[name]?.(region);
    if (!field) throw badInput(at, 'is no field of the filter', Object.keys(fields).join(', '));
    return field(value as Operators, at);
  });
  return allOf(parts);
}
