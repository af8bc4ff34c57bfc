import type { Account } from '../../../src/accounts/account.table.ts';
import type { Call } from '../../../src/calls/call.table.ts';
import {
  type Agent,
  agents,
  type CallGroup,
  type Campaign,
  type Customer,
  callGroups,
  campaigns,
  customers,
  type VirtualNumber,
  virtualNumbers,
} from '../../../src/participants/participants.table.ts';
import type { TestApp } from '../app.ts';
import { insertAccount, insertRows } from '../factories.ts';
import { toGlobalId } from '../seals.ts';

/** Everything that calls can name, and what decides where no account's settings do. */
export type World = {
  accounts: Account[];
  agents: Agent[];
  campaigns: Campaign[];
  callGroups: CallGroup[];
  virtualNumbers: VirtualNumber[];
  customers: Customer[];
  service: { timeZone: string; region: string };
};

export const serviceSettings = { timeZone: 'Asia/Kolkata', region: 'IN' };

// In UTF-16 the emoji sorts before the wide letters, by code point after them.
const numbers = ['+919812345678', '+14155550100', '+919812345679', '+447700900123'];
const names = ['Ravi', 'ravi', 'Éva 100%', 'éva_b', null, 'Жанна', '😀 desk', 'ＷＩＤＥ'];

/** Two accounts, of other zones and regions, each with a few of everything, names that differ in case alone among them. */
export async function makeWorld({ account, database: { db } }: TestApp): Promise<World> {
  const other = await insertAccount(db, { name: 'Zulu', timeZone: 'America/New_York', region: 'US' });
  const accounts = [account, other];
  const ofEach = <Row>(rows: (accountId: number) => Row[]) => accounts.flatMap(({ id }) => rows(id));
  return {
    accounts,
    agents: await insertRows(
      db,
      agents,
      ofEach((accountId) =>
        names.slice(2).map((name, i) => ({ accountId, name, number: numbers[i] ?? `+9198000000${10 + i}` })),
      ),
    ),
    campaigns: await insertRows(
      db,
      campaigns,
      ofEach((accountId) =>
        ['7', '70', 'a_b', 'A%'].map((campaignCode, i) => ({ accountId, campaignCode, name: names[i] })),
      ),
    ),
    callGroups: await insertRows(
      db,
      callGroups,
      ofEach((accountId) => names.filter((name) => name !== null).map((name) => ({ accountId, name }))),
    ),
    virtualNumbers: await insertRows(
      db,
      virtualNumbers,
      ofEach((accountId) => ['+912240000001', '+912240000002', '1800'].map((number) => ({ accountId, number }))),
    ),
    customers: await insertRows(
      db,
      customers,
      ofEach((accountId) => [...numbers, null].map((number, i) => ({ accountId, number, name: names[i + 2] }))),
    ),
    service: serviceSettings,
  };
}

/** What stands for an id in a random filter or question, before the rows have ids. */
export const idMarks = {
  Account: 'accounts',
  Agent: 'agents',
  Campaign: 'campaigns',
  CallGroup: 'callGroups',
  VirtualNumber: 'virtualNumbers',
  Customer: 'customers',
} as const;

/** Puts ids in the place of marks such as `#Agent:3` (the fourth agent; beyond the last one: a mark stays). */
export function fillInIds<Value>(value: Value, world: World, calls: readonly Call[]): Value {
  if (typeof value === 'string') {
    const [, type, index] = /^#(\w+):(\d+)$/.exec(value) ?? [];
    if (type === undefined) return value;
    const rows = type === 'Call' ? calls : world[idMarks[type as keyof typeof idMarks]];
    const row = rows[Number(index)];
    return (row ? toGlobalId(type as keyof typeof idMarks | 'Call', row.id) : value) as Value;
  }
  if (Array.isArray(value)) return value.map((item) => fillInIds(item, world, calls)) as Value;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillInIds(item, world, calls)])) as Value;
}
