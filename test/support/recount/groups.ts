import type { Call } from '../../../src/calls/call.table.ts';
import type { CallDimension, CallMetric } from '../../../src/graphql/generated/inputs.ts';
import { compareValues } from './compare.ts';
import { readDecimal } from './decimal.ts';
import { clockAt } from './local-time.ts';
import { idOf } from './match.ts';
import { type Figures, recountFigures } from './metrics.ts';
import type { World } from './world.ts';

/** A group: what it is called in the answer, and its calls. */
export type ExpectedGroup = { keys: GroupKeys; calls: Call[] };
export type GroupKeys = ReturnType<typeof keysOf>;

type Key = { id: number | string | null; text: string | number | null };

/** The groups of calls, in order. */
export function groupsInOrder(
  calls: readonly Call[],
  by: readonly CallDimension[],
  { metric, direction }: { metric: CallMetric; direction: 'ASC' | 'DESC' },
  world: World,
  zone: string,
): ExpectedGroup[] {
  const groups = new Map<string, { calls: Call[]; keys: Key[] }>();
  for (const call of calls) {
    const keys = by.map((dimension) => keyOf(dimension, call, world, zone));
    const name = JSON.stringify(keys.map(({ id }) => id));
    const group = groups.get(name) ?? { calls: [], keys };
    group.calls.push(call);
    groups.set(name, group);
  }
  const sign = direction === 'ASC' ? 1 : -1;
  const measured = [...groups.values()].map((group) => ({ ...group, value: figureOf(metric, group.calls) }));
  measured.sort((a, b) => {
    if (a.value === null || b.value === null) {
      if (a.value !== b.value) return a.value === null ? 1 : -1;
    } else if (a.value !== b.value) return a.value < b.value ? -sign : sign;
    for (const [i, key] of a.keys.entries()) {
      const order = compareKeys(key, b.keys[i] as Key);
      if (order !== 0) return order;
    }
    return 0;
  });
  return measured.map((group) => ({ calls: group.calls, keys: keysOf(by, group.calls[0] as Call, zone) }));
}

/** By text; what has none after what has; the missing key last of all; equal texts by id. */
function compareKeys(a: Key, b: Key): number {
  if (a.id === null || b.id === null) return Number(a.id === null) - Number(b.id === null);
  if (a.text === null || b.text === null) {
    if (a.text !== b.text) return a.text === null ? 1 : -1;
  } else if (a.text !== b.text) return compareValues(a.text, b.text);
  return compareValues(a.id, b.id);
}

function keyOf(dimension: CallDimension, call: Call, world: World, zone: string): Key {
  const named = <Row extends { id: number }>(
    rows: Row[],
    id: number | null,
    textOf: (row: Row) => string | null,
  ): Key => {
    const row = rows.find((candidate) => candidate.id === id);
    return { id, text: row ? textOf(row) : null };
  };
  const byName = (row: { name: string | null }) => row.name?.toLowerCase() ?? null;
  switch (dimension) {
    case 'ACCOUNT':
      return named(world.accounts, call.accountId, byName);
    case 'AGENT':
      return named(world.agents, call.agentId, byName);
    case 'CAMPAIGN':
      return named(world.campaigns, call.campaignId, byName);
    case 'CALL_GROUP':
      return named(world.callGroups, call.callGroupId, byName);
    case 'VIRTUAL_NUMBER':
      return named(world.virtualNumbers, call.virtualNumberId, ({ number }) => number);
    case 'CUSTOMER':
      return named(world.customers, call.customerId, byName);
    case 'DIRECTION':
      return { id: call.direction, text: call.direction };
    case 'DISPOSITION':
      return { id: call.disposition, text: call.disposition };
    case 'HOUR_OF_DAY': {
      const { hourOfDay } = clockAt(zone, call.startedAt);
      return { id: hourOfDay, text: hourOfDay };
    }
    case 'DAY_OF_WEEK': {
      const { dayOfWeek } = clockAt(zone, call.startedAt);
      return { id: dayOfWeek, text: dayOfWeek };
    }
    default:
      throw new Error(`no recount by ${dimension satisfies never}`);
  }
}

/** What the answer shows of a group's keys: those it was asked by, and null for all others. */
function keysOf(by: readonly CallDimension[], call: Call, zone: string) {
  const { hourOfDay, dayOfWeek } = clockAt(zone, call.startedAt);
  const row = (dimension: CallDimension, id: string | null) => (by.includes(dimension) && id !== null ? { id } : null);
  return {
    account: row('ACCOUNT', idOf('Account', call.accountId)),
    agent: row('AGENT', idOf('Agent', call.agentId)),
    campaign: row('CAMPAIGN', idOf('Campaign', call.campaignId)),
    callGroup: row('CALL_GROUP', idOf('CallGroup', call.callGroupId)),
    virtualNumber: row('VIRTUAL_NUMBER', idOf('VirtualNumber', call.virtualNumberId)),
    customer: row('CUSTOMER', idOf('Customer', call.customerId)),
    direction: by.includes('DIRECTION') ? call.direction : null,
    disposition: by.includes('DISPOSITION') ? call.disposition : null,
    hourOfDay: by.includes('HOUR_OF_DAY') ? hourOfDay : null,
    dayOfWeek: by.includes('DAY_OF_WEEK') ? dayOfWeek : null,
  };
}

/** What groups are ordered by: a number, or an exact decimal as a whole number. */
function figureOf(metric: CallMetric, calls: readonly Call[]): number | bigint | null {
  const figures = recountFigures(calls, { within: 20, short: 5, p: 50, bounds: [] });
  const values: Record<CallMetric, (figures: Figures) => number | bigint | null> = {
    CALL_COUNT: ({ callCount }) => callCount,
    ANSWERED_COUNT: ({ answeredCount }) => answeredCount,
    MISSED_COUNT: ({ missedCount }) => missedCount,
    ABANDONED_COUNT: ({ abandonedCount }) => abandonedCount,
    ANSWER_RATE: ({ answerRate }) => answerRate.value,
    ABANDON_RATE: ({ abandonRate }) => abandonRate.value,
    TALK_SECONDS_TOTAL: ({ talkTime }) => talkTime.sum,
    TALK_SECONDS_AVERAGE: ({ talkTime }) => talkTime.average,
    WAIT_SECONDS_AVERAGE: ({ waitTime }) => waitTime.average,
    SPEED_OF_ANSWER_AVERAGE: ({ speedOfAnswer }) => speedOfAnswer.average,
    COINS_TOTAL: ({ coinsTotal }) => readDecimal(coinsTotal),
  };
  return values[metric](figures);
}
