import type { Call } from '../../../src/calls/call.table.ts';
import type { CallFilter } from '../../../src/graphql/generated/inputs.ts';
import type { NodeType } from '../../../src/query/global-id.ts';
import { toGlobalId } from '../seals.ts';
import { readDecimal } from './decimal.ts';
import { readSpelling } from './spellings.ts';
import type { World } from './world.ts';

type Given = Readonly<Record<string, unknown>>;
/** Whether the operators of one field hold for a row's value. */
type Predicate<Value> = (operators: Given, value: Value | null) => boolean;

/** Each operator by its name: what it says of a value that is there. The negative ones are told by the positive ones. */
type Meanings<Value> = Record<string, (value: Value, given: never) => boolean>;

const opposites: Record<string, string> = { ne: 'eq', notIn: 'in' };

/** All operators given must hold; a missing value fails each but ne and notIn. */
function every<Value>(meanings: Meanings<Value>): Predicate<Value> {
  const holds = (name: string, given: unknown, value: Value | null): boolean => {
    if (name === 'isNull') return (value === null) === given;
    const opposite = opposites[name];
    if (opposite !== undefined) return !holds(opposite, given, value);
    const meaning = meanings[name];
    if (!meaning) throw new Error(`unknown operator ${name}`);
    return value !== null && meaning(value, given as never);
  };
  return (operators, value) => Object.entries(operators).every(([name, given]) => holds(name, given, value));
}

function equality<Value>(same: (value: Value, given: string) => boolean): Meanings<Value> {
  return {
    eq: (value, given: string) => same(value, given),
    in: (value, given: string[]) => given.some((item) => same(value, item)),
  };
}

function order<Value>(compare: (value: Value, given: string) => number): Meanings<Value> {
  return {
    gt: (value, given: string) => compare(value, given) > 0,
    gte: (value, given: string) => compare(value, given) >= 0,
    lt: (value, given: string) => compare(value, given) < 0,
    lte: (value, given: string) => compare(value, given) <= 0,
  };
}

/** Lower case letter by letter: what "without case" means for searching. */
const fold = (text: string) => [...text].map((letter) => letter.toLowerCase()).join('');
const digitsOf = (text: string) => [...text].filter((letter) => letter >= '0' && letter <= '9').join('');
const exactly = (value: string | number, given: unknown) => value === given;

const word = every<string>(equality(exactly));
const text = every<string>({
  ...equality(exactly),
  startsWith: (value, given: string) => value.slice(0, given.length) === given,
  contains: (value, given: string) => fold(value).split(fold(given)).length > 1 || given === '',
});
const whole = every<number>({ ...equality(exactly), ...order((value, given) => value - Number(given)) });
const compareDecimals = (value: string, given: string) => {
  const difference = readDecimal(value) - readDecimal(given);
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
};
const decimal = every<string>({
  ...equality((value, given) => compareDecimals(value, given) === 0),
  ...order(compareDecimals),
});
const instant = every<string>(order((value, given) => Date.parse(value) - Date.parse(given)));
const phone = (region: string) =>
  every<string>({
    ...equality((value, given) => readSpelling(given, region).includes(value)),
    startsWith: (value, given: string) => digitsOf(value).startsWith(digitsOf(given)),
    endsWith: (value, given: string) => digitsOf(value).endsWith(digitsOf(given)),
  });

/** The fields of participants' and calls' filters, by what kind they are. */
export const tests = { word, text, whole, decimal, instant, phone };

/** An id field: ids are only ever equal or not. */
export function idOf(type: NodeType, id: number | null): string | null {
  return id === null ? null : toGlobalId(type, id);
}

/** The region in which a filter's numbers are read that have no country code. */
export function regionOf(
  { accounts, service }: World,
  filter: Pick<CallFilter, 'accountId'> | null | undefined,
): string {
  return namedAccount({ accounts }, filter)?.region ?? service.region;
}

/** The one account that a filter's top level names. */
export function namedAccount(
  { accounts }: Pick<World, 'accounts'>,
  filter: Pick<CallFilter, 'accountId'> | null | undefined,
) {
  const { eq, in: several } = filter?.accountId ?? {};
  const named = eq ?? (several?.length === 1 ? several[0] : undefined);
  return accounts.find(({ id }) => toGlobalId('Account', id) === named) ?? null;
}

/** Whether a filter matches a call. Two-valued: a missing value is false, and `not` makes it true. */
export function matchesCall(
  filter: CallFilter | null | undefined,
  call: Call,
  world: World,
  region = regionOf(world, filter),
): boolean {
  const inner = (part: CallFilter) => matchesCall(part, call, world, region);
  const named = <Row extends { id: number }>(rows: Row[], id: number | null) => rows.find((row) => row.id === id);
  const fields: Record<string, (given: Given) => boolean> = {
    id: (given) => word(given, idOf('Call', call.id)),
    callSid: (given) => text(given, call.callSid),
    accountId: (given) => word(given, idOf('Account', call.accountId)),
    startedAt: (given) => instant(given, call.startedAt),
    endedAt: (given) => instant(given, call.endedAt),
    updatedAt: (given) => instant(given, call.updatedAt),
    direction: (given) => word(given, call.direction),
    status: (given) => word(given, call.status),
    disposition: (given) => word(given, call.disposition),
    outcome: (given) => word(given, call.outcome),
    agentId: (given) => word(given, idOf('Agent', call.agentId)),
    campaignId: (given) => word(given, idOf('Campaign', call.campaignId)),
    callGroupId: (given) => word(given, idOf('CallGroup', call.callGroupId)),
    virtualNumberId: (given) => word(given, idOf('VirtualNumber', call.virtualNumberId)),
    customerId: (given) => word(given, idOf('Customer', call.customerId)),
    agentName: (given) => text(given, call.agentName),
    callGroupName: (given) => text(given, named(world.callGroups, call.callGroupId)?.name ?? null),
    campaignCode: (given) => text(given, named(world.campaigns, call.campaignId)?.campaignCode ?? null),
    customerNumber: (given) => phone(region)(given, call.customerNumber),
    agentNumber: (given) => phone(region)(given, call.agentNumber),
    durationSeconds: (given) => whole(given, call.durationSeconds),
    talkSeconds: (given) => whole(given, call.talkSeconds),
    ringSeconds: (given) => whole(given, call.ringSeconds),
    waitSeconds: (given) => whole(given, call.waitSeconds),
    coins: (given) => decimal(given, call.coins),
    providerStatus: (given) => text(given, call.providerStatus),
    errorCode: (given) => text(given, call.errorCode),
  };
  return Object.entries(filter ?? {}).every(([name, given]) => {
    if (name === 'and') return (given as CallFilter[]).every(inner);
    if (name === 'or') return (given as CallFilter[]).some(inner);
    if (name === 'not') return !inner(given as CallFilter);
    if (name === 'hasRecording') return (call.recordingUrl !== null) === given;
    const field = fields[name];
    if (!field) throw new Error(`unknown field ${name}`);
    return field(given as Given);
  });
}
