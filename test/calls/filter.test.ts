import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import type { NewCall } from '../../src/calls/call.table.ts';
import { agents, callGroups, campaigns, customers } from '../../src/participants/participants.table.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertAccount, insertCalls, insertRows } from '../support/factories.ts';
import { toGlobalId } from '../support/seals.ts';

type Filter = Record<string, unknown>;

let app: TestApp;
let here: Account;
let abroad: Account;
const ids: Record<string, string> = {};

beforeAll(async () => {
  app = await startApp();
  const { db } = app.database;
  here = app.account;
  abroad = await insertAccount(db, { name: 'abroad', region: 'US', timeZone: 'America/New_York' });
  const [asha, ravi] = await insertRows(db, agents, [
    { accountId: here.id, name: 'Asha', number: '+919800000001' },
    { accountId: here.id, name: 'Ravi', number: '+919800000002' },
  ]);
  const [sales] = await insertRows(db, callGroups, [{ accountId: here.id, name: 'Sales 100%' }]);
  const [campaign] = await insertRows(db, campaigns, [{ accountId: here.id, campaignCode: '7' }]);
  const [customer, full, other] = await insertRows(db, customers, [
    { accountId: abroad.id, number: '+14155550100' },
    { accountId: here.id, number: '+919812345678' },
    { accountId: here.id, number: '+914155550100' },
  ]);
  const call = (callSid: string, told: Partial<NewCall>) => aCall({ accountId: here.id, callSid, ...told });
  const stored = await insertCalls(db, [
    call('full', {
      startedAt: '2026-01-01T10:00:00.000Z',
      endedAt: '2026-01-01T10:02:00.000Z',
      updatedAt: '2026-01-01T10:03:00.000Z',
      agentId: asha?.id ?? null,
      agentName: 'Asha Rao',
      agentNumber: '+919800000001',
      callGroupId: sales?.id ?? null,
      campaignId: campaign?.id ?? null,
      customerNumber: '+919812345678',
      customerId: full?.id ?? null,
      durationSeconds: 120,
      talkSeconds: 90,
      ringSeconds: 10,
      waitSeconds: 30,
      coins: '1.50',
      providerStatus: '100%_ok',
      errorCode: 'E1',
      recordingUrl: 'https://example.com/1.mp3',
    }),
    call('other', {
      startedAt: '2026-01-01T10:00:00.001Z',
      endedAt: '2026-01-01T10:00:05.000Z',
      updatedAt: '2026-01-02T00:00:00.000Z',
      direction: 'OUTBOUND',
      disposition: 'BUSY',
      outcome: 'MISSED',
      agentId: ravi?.id ?? null,
      agentName: 'éva ÉVA',
      agentNumber: '99xxxx34',
      customerNumber: '+914155550100',
      customerId: other?.id ?? null,
      durationSeconds: 5,
      talkSeconds: 0,
      coins: '0',
      providerStatus: '1000 ok',
    }),
    call('empty', { status: 'RINGING', direction: 'UNKNOWN', startedAt: '2026-01-01T10:00:01.000Z' }),
    aCall({
      accountId: abroad.id,
      callSid: 'abroad',
      startedAt: '2026-01-01T11:00:00.000Z',
      customerNumber: '+14155550100',
      customerId: customer?.id ?? null,
    }),
  ]);
  Object.assign(ids, {
    ...Object.fromEntries(stored.map(({ callSid, id }) => [callSid, toGlobalId('Call', id)])),
    here: toGlobalId('Account', here.id),
    thereToo: toGlobalId('Account', abroad.id),
    asha: toGlobalId('Agent', asha?.id ?? 0),
    ravi: toGlobalId('Agent', ravi?.id ?? 0),
    sales: toGlobalId('CallGroup', sales?.id ?? 0),
    campaign: toGlobalId('Campaign', campaign?.id ?? 0),
    customer: toGlobalId('Customer', customer?.id ?? 0),
  });
});
afterAll(() => app.close());

const query = `query ($filter: CallFilter) {
  calls(filter: $filter, orderBy: { direction: ASC }) { nodes { callSid } totalCount }
  callMetrics(range: { between: { from: "2025-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z" } }, filter: $filter) {
    totals { callCount }
  }
}`;

type Answer = {
  calls: { nodes: { callSid: string }[]; totalCount: number };
  callMetrics: { totals: { callCount: number } };
};

/** The calls that a filter matches, by CallSid; lists, counts and figures must agree on them. */
async function matching(filter?: Filter | null): Promise<string[]> {
  const answer = await app.query<Answer>(query, filter === undefined ? {} : { filter });
  const sids = answer.calls.nodes.map(({ callSid }) => callSid);
  expect(answer.calls.totalCount).toBe(sids.length);
  expect(answer.callMetrics.totals.callCount).toBe(sids.length);
  return sids;
}

const all = ['full', 'other', 'empty', 'abroad'];
const without = (...sids: string[]) => all.filter((sid) => !sids.includes(sid));
/** Written as @name in the tables below. */
const withIds = (filter: Filter): Filter =>
  JSON.parse(JSON.stringify(filter).replace(/"@(\w+)"/g, (_match, name: string) => JSON.stringify(ids[name])));

describe('text', () => {
  test.each<[Filter, string[]]>([
    [{ callSid: { eq: 'full' } }, ['full']],
    [{ callSid: { eq: 'Full' } }, []],
    [{ callSid: { ne: 'full' } }, without('full')],
    [{ callSid: { in: ['full', 'abroad', 'nobody'] } }, ['full', 'abroad']],
    [{ callSid: { in: [] } }, []],
    [{ callSid: { notIn: ['full', 'nobody'] } }, without('full')],
    [{ callSid: { notIn: [] } }, all],
    [{ callSid: { startsWith: 'f' } }, ['full']],
    [{ callSid: { startsWith: 'F' } }, []],
    [{ callSid: { startsWith: '' } }, all],
    [{ callSid: { contains: 'THE' } }, ['other']],
    [{ callSid: {} }, all],
    [{ agentName: { eq: 'Asha Rao' } }, ['full']],
    [{ agentName: { ne: 'Asha Rao' } }, without('full')],
    [{ agentName: { notIn: ['Asha Rao'] } }, without('full')],
    [{ agentName: { in: ['Asha Rao', 'éva ÉVA'] } }, ['full', 'other']],
    [{ agentName: { startsWith: '' } }, ['full', 'other']],
    [{ agentName: { contains: '' } }, ['full', 'other']],
    [{ agentName: { contains: 'éVA é' } }, ['other']],
    [{ agentName: { isNull: true } }, ['empty', 'abroad']],
    [{ agentName: { isNull: false } }, ['full', 'other']],
    [{ providerStatus: { startsWith: '100%' } }, ['full']],
    [{ providerStatus: { contains: '%' } }, ['full']],
    [{ providerStatus: { contains: '_' } }, ['full']],
    [{ providerStatus: { contains: '\\' } }, []],
    [{ errorCode: { eq: 'E1' } }, ['full']],
    [{ errorCode: { ne: 'E1' } }, without('full')],
    [{ callGroupName: { eq: 'Sales 100%' } }, ['full']],
    [{ callGroupName: { ne: 'Sales 100%' } }, without('full')],
    [{ callGroupName: { in: ['Sales 100%', 'x'] } }, ['full']],
    [{ callGroupName: { in: [] } }, []],
    [{ callGroupName: { notIn: [] } }, all],
    [{ callGroupName: { contains: 'SALES' } }, ['full']],
    [{ callGroupName: { startsWith: 'Sales 1' } }, ['full']],
    [{ callGroupName: { isNull: true } }, without('full')],
    [{ callGroupName: { isNull: false } }, ['full']],
    [{ campaignCode: { eq: '7' } }, ['full']],
    [{ campaignCode: { notIn: ['7'] } }, without('full')],
    [{ campaignCode: { isNull: false } }, ['full']],
  ])('%j matches %j', async (filter, expected) => {
    expect(await matching(filter)).toEqual(expected);
  });
});

describe('numbers and decimals', () => {
  test.each<[Filter, string[]]>([
    [{ durationSeconds: { eq: 120 } }, ['full']],
    [{ durationSeconds: { ne: 120 } }, without('full')],
    [{ durationSeconds: { in: [5, 6] } }, ['other']],
    [{ durationSeconds: { in: [] } }, []],
    [{ durationSeconds: { notIn: [5] } }, without('other')],
    [{ durationSeconds: { notIn: [] } }, all],
    [{ durationSeconds: { gt: 5 } }, ['full']],
    [{ durationSeconds: { gte: 5 } }, ['full', 'other']],
    [{ durationSeconds: { lt: 120 } }, ['other']],
    [{ durationSeconds: { lte: 120 } }, ['full', 'other']],
    [{ durationSeconds: { isNull: true } }, ['empty', 'abroad']],
    [{ durationSeconds: { gt: -2147483648, lt: 2147483647 } }, ['full', 'other']],
    [{ talkSeconds: { eq: 0 } }, ['other']],
    [{ ringSeconds: { gte: 10, lte: 10 } }, ['full']],
    [{ waitSeconds: { lt: 31 } }, ['full']],
    [{ coins: { eq: '1.5' } }, ['full']],
    [{ coins: { eq: '1.5000' } }, ['full']],
    [{ coins: { eq: '-0' } }, ['other']],
    [{ coins: { gt: '1.499999999999999999999999' } }, ['full']],
    [{ coins: { gte: '0' } }, ['full', 'other']],
    [{ coins: { lt: '1.5' } }, ['other']],
    [{ coins: { lte: '1.5' } }, ['full', 'other']],
    [{ coins: { isNull: true } }, ['empty', 'abroad']],
  ])('%j matches %j', async (filter, expected) => {
    expect(await matching(filter)).toEqual(expected);
  });
});

describe('instants', () => {
  test.each<[Filter, string[]]>([
    [{ startedAt: { gte: '2026-01-01T10:00:00.001Z' } }, without('full')],
    [{ startedAt: { gt: '2026-01-01T10:00:00.001Z' } }, ['empty', 'abroad']],
    [{ startedAt: { lt: '2026-01-01T10:00:00.001Z' } }, ['full']],
    [{ startedAt: { lte: '2026-01-01T10:00:00.001Z' } }, ['full', 'other']],
    [{ startedAt: { lte: '2026-01-01T15:30:00.00100000+05:30' } }, ['full', 'other']],
    [{ startedAt: { gte: '2026-01-01T10:00:00Z', lt: '2026-01-01T10:00:01Z' } }, ['full', 'other']],
    [{ startedAt: { isNull: true } }, []],
    [{ endedAt: { isNull: true } }, ['empty', 'abroad']],
    [{ endedAt: { lt: '9999-12-31T23:59:59.999Z' } }, ['full', 'other']],
    [{ updatedAt: { gte: '2026-01-02T00:00:00Z' } }, ['other']],
  ])('%j matches %j', async (filter, expected) => {
    expect(await matching(filter)).toEqual(expected);
  });
});

describe('words', () => {
  test.each<[Filter, string[]]>([
    [{ direction: { eq: 'OUTBOUND' } }, ['other']],
    [{ direction: { ne: 'OUTBOUND' } }, without('other')],
    [{ direction: { in: ['OUTBOUND', 'UNKNOWN'] } }, ['other', 'empty']],
    [{ direction: { in: [] } }, []],
    [{ direction: { notIn: ['OUTBOUND'] } }, without('other')],
    [{ direction: { notIn: [] } }, all],
    [{ status: { eq: 'RINGING' } }, ['empty']],
    [{ disposition: { eq: 'BUSY' } }, ['other']],
    [{ disposition: { ne: 'BUSY' } }, without('other')],
    [{ disposition: { notIn: ['ANSWERED', 'BUSY'] } }, ['empty']],
    [{ disposition: { isNull: true } }, ['empty']],
    [{ outcome: { in: ['MISSED'] } }, ['other']],
    [{ outcome: { ne: 'MISSED' } }, without('other')],
    [{ outcome: { isNull: false } }, without('empty')],
    [{ hasRecording: true }, ['full']],
    [{ hasRecording: false }, without('full')],
  ])('%j matches %j', async (filter, expected) => {
    expect(await matching(filter)).toEqual(expected);
  });
});

describe('ids; what names nothing, or something else, matches nothing', () => {
  test.each<[Filter, string[]]>([
    [{ id: { eq: '@full' } }, ['full']],
    [{ id: { ne: '@full' } }, without('full')],
    [{ id: { in: ['@full', '@empty', '@asha', 'nonsense'] } }, ['full', 'empty']],
    [{ id: { in: [] } }, []],
    [{ id: { notIn: ['@full', '@asha'] } }, without('full')],
    [{ id: { eq: '@asha' } }, []],
    [{ id: { ne: '@asha' } }, all],
    [{ id: { eq: '' } }, []],
    [{ id: { eq: 'Call:1' } }, []],
    [{ id: { isNull: false } }, all],
    [{ accountId: { eq: '@thereToo' } }, ['abroad']],
    [{ accountId: { ne: '@thereToo' } }, without('abroad')],
    [{ accountId: { in: ['@here', '@thereToo'] } }, all],
    [{ accountId: { notIn: ['@here', '@thereToo'] } }, []],
    [{ agentId: { eq: '@asha' } }, ['full']],
    [{ agentId: { ne: '@asha' } }, without('full')],
    [{ agentId: { notIn: ['@asha', '@ravi'] } }, ['empty', 'abroad']],
    [{ agentId: { isNull: true } }, ['empty', 'abroad']],
    [{ agentId: { eq: '@sales' } }, []],
    [{ callGroupId: { eq: '@sales' } }, ['full']],
    [{ campaignId: { in: ['@campaign'] } }, ['full']],
    [{ virtualNumberId: { isNull: true } }, all],
    [{ customerId: { isNull: false } }, without('empty')],
    [{ customerId: { eq: '@customer' } }, ['abroad']],
  ])('%j matches %j', async (filter, expected) => {
    expect(await matching(withIds(filter))).toEqual(expected);
  });

  test('a number may be given for an id', async () => {
    const answer = await app.query<{ calls: { nodes: unknown[] } }>(
      '{ calls(filter: { id: { eq: 5 } }) { nodes { id } } }',
    );
    expect(answer.calls.nodes).toEqual([]);
  });
});

describe('phone numbers are found in any spelling, read where the filter says', () => {
  test.each<[Filter, string[]]>([
    [{ customerNumber: { eq: '+919812345678' } }, ['full']],
    [{ customerNumber: { eq: '98123 45678' } }, ['full']],
    [{ customerNumber: { eq: '098123-45678' } }, ['full']],
    [{ customerNumber: { eq: '+91 (98123) 45678' } }, ['full']],
    [{ customerNumber: { in: ['98123 45678', '+1 415 555 0100'] } }, ['full', 'abroad']],
    [{ customerNumber: { in: [] } }, []],
    [{ customerNumber: { eq: 'anonymous' } }, []],
    [{ customerNumber: { eq: '' } }, []],
    // Two accounts: the service's region, unless the top level names one.
    [{ customerNumber: { eq: '(415) 555-0100' } }, ['other']],
    [{ accountId: { eq: '@thereToo' }, customerNumber: { eq: '(415) 555-0100' } }, ['abroad']],
    [{ accountId: { in: ['@thereToo', '@thereToo'] }, customerNumber: { eq: '(415) 555-0100' } }, ['abroad']],
    [{ accountId: { in: ['@thereToo', '@here'] }, customerNumber: { eq: '(415) 555-0100' } }, ['other']],
    [{ and: [{ accountId: { eq: '@thereToo' } }], customerNumber: { eq: '(415) 555-0100' } }, []],
    [{ accountId: { in: ['@thereToo'] }, not: { customerNumber: { eq: '(415) 555-0100' } } }, []],
    [{ accountId: { eq: '@here' }, customerNumber: { eq: '(415) 555-0100' } }, ['other']],
    [{ customerNumber: { startsWith: '9198' } }, ['full']],
    [{ customerNumber: { startsWith: '+91 98' } }, ['full']],
    [{ customerNumber: { startsWith: '98' } }, []],
    [{ customerNumber: { startsWith: '' } }, without('empty')],
    [{ customerNumber: { endsWith: '0100' } }, ['other', 'abroad']],
    [{ customerNumber: { endsWith: '919812345678' } }, ['full']],
    [{ customerNumber: { endsWith: '0919812345678' } }, []],
    [{ customerNumber: { isNull: true } }, ['empty']],
    [{ agentNumber: { eq: '99xxxx34' } }, ['other']],
    [{ agentNumber: { startsWith: '99' } }, ['other']],
    [{ agentNumber: { endsWith: '34' } }, ['other']],
    [{ not: { agentNumber: { startsWith: '99' } } }, without('other')],
  ])('%j matches %j', async (filter, expected) => {
    expect(await matching(withIds(filter))).toEqual(expected);
  });
});

test("the calls of one customer are filtered by numbers read in the region of the customer's account", async () => {
  const answer = await app.query(
    `query ($id: ID!, $filter: CallFilter) { customer(id: $id) { calls(filter: $filter) { nodes { callSid } } } }`,
    { id: ids.customer, filter: { customerNumber: { in: ['(415) 555-0100'] } } },
  );
  expect(answer).toEqual({ customer: { calls: { nodes: [{ callSid: 'abroad' }] } } });
});

describe('logic', () => {
  test.each<[Filter, string[]]>([
    [{}, all],
    [{ and: [] }, all],
    [{ or: [] }, []],
    [{ and: [{}] }, all],
    [{ or: [{}] }, all],
    [{ not: {} }, []],
    [{ not: { or: [] } }, all],
    [{ not: { and: [] } }, []],
    [{ and: [{ callSid: { ne: 'full' } }, { callSid: { ne: 'other' } }] }, ['empty', 'abroad']],
    [{ or: [{ callSid: { eq: 'full' } }, { callSid: { eq: 'other' } }] }, ['full', 'other']],
    [
      { callSid: { in: ['full', 'other'] }, or: [{ direction: { eq: 'OUTBOUND' } }, { status: { eq: 'RINGING' } }] },
      ['other'],
    ],
    // A missing value is false, and `not` turns that round.
    [{ talkSeconds: { gt: 0 } }, ['full']],
    [{ not: { talkSeconds: { gt: 0 } } }, without('full')],
    [{ not: { not: { talkSeconds: { gt: 0 } } } }, ['full']],
    [{ not: { talkSeconds: { ne: 90 } } }, ['full']],
    [{ not: { agentName: { notIn: ['Asha Rao'] } } }, ['full']],
    [{ not: { agentName: { contains: 'a' } } }, ['empty', 'abroad']],
    [{ not: { talkSeconds: { gt: 0 }, direction: { eq: 'INBOUND' } } }, without('full')],
    [{ not: { or: [{ talkSeconds: { gt: 0 } }, { coins: { eq: '0' } }] } }, ['empty', 'abroad']],
    [{ not: { callGroupName: { eq: 'Sales 100%' } } }, without('full')],
    [{ not: { not: { not: { not: { not: { callSid: { eq: 'full' } } } } } } }, without('full')],
  ])('%j matches %j', async (filter, expected) => {
    expect(await matching(filter)).toEqual(expected);
  });

  test('no filter, null and an unset variable all match everything', async () => {
    expect(await matching()).toEqual(all);
    expect(await matching(null)).toEqual(all);
    const inline = await app.query<Answer>(
      '{ calls(filter: null, orderBy: { direction: ASC }) { nodes { callSid } } }',
    );
    expect(inline.calls.nodes.map(({ callSid }) => callSid)).toEqual(all);
  });

  test('an operator whose variable is not set is left out', async () => {
    const answer = await app.query<Answer>(
      'query ($sid: String) { calls(filter: { callSid: { eq: $sid } }, orderBy: { direction: ASC }) { nodes { callSid } } }',
    );
    expect(answer.calls.nodes.map(({ callSid }) => callSid)).toEqual(all);
  });
});

const deep = (depth: number): Filter => (depth === 0 ? {} : { not: deep(depth - 1) });
const many = <Value>(length: number, value: Value): Value[] => Array.from({ length }, () => value);

describe('what cannot be is refused, and the path tells where', () => {
  test.each<[Filter, (string | number)[]]>([
    [{ callSid: null }, ['callSid']],
    [{ callSid: { eq: null } }, ['callSid', 'eq']],
    [{ callSid: { in: null } }, ['callSid', 'in']],
    [{ callSid: { in: ['a', null] } }, ['callSid', 'in', 1]],
    [{ callSid: { isNull: null } }, ['callSid', 'isNull']],
    [{ hasRecording: null }, ['hasRecording']],
    [{ and: null }, ['and']],
    [{ and: [null] }, ['and', 0]],
    [{ or: [{}, { not: { talkSeconds: { gt: null } } }] }, ['or', 1, 'not', 'talkSeconds', 'gt']],
    [{ not: null }, ['not']],
    [{ startedAt: { gte: 'yesterday' } }, ['startedAt', 'gte']],
    [{ startedAt: { gte: '2026-02-30T00:00:00Z' } }, ['startedAt', 'gte']],
    [{ startedAt: { gte: '2026-01-01T00:00:00' } }, ['startedAt', 'gte']],
    [{ startedAt: { gte: '2026-01-01T00:00:00.0001Z' } }, ['startedAt', 'gte']],
    [{ startedAt: { gte: 1767225600 } }, ['startedAt', 'gte']],
    [{ startedAt: { gte: { now: true } } }, ['startedAt', 'gte']],
    [{ coins: { eq: '1e3' } }, ['coins', 'eq']],
    [{ coins: { eq: 'NaN' } }, ['coins', 'eq']],
    [{ coins: { gt: 1.5 } }, ['coins', 'gt']],
    [{ coins: { gt: '' } }, ['coins', 'gt']],
    [{ talkSeconds: { gt: 2 ** 31 } }, ['talkSeconds', 'gt']],
    [{ talkSeconds: { gt: 1.5 } }, ['talkSeconds', 'gt']],
    [{ direction: { eq: 'SIDEWAYS' } }, ['direction', 'eq']],
    [{ direction: { in: ['INBOUND', 'SIDEWAYS'] } }, ['direction', 'in', 1]],
    [{ customerNumber: { eq: 98123 } }, ['customerNumber', 'eq']],
    [{ customerNumber: { startsWith: '98x' } }, ['customerNumber', 'startsWith']],
    [{ agentName: { contains: 'a\u0000b' } }, ['agentName', 'contains']],
    [{ agentName: { eq: '\ud800' } }, ['agentName', 'eq']],
    [{ callSid: { in: many(251, 'a') } }, ['callSid', 'in']],
    [{ id: { notIn: many(251, 'a') } }, ['id', 'notIn']],
    [{ customerNumber: { in: many(251, '1') } }, ['customerNumber', 'in']],
    [{ or: many(251, {}) }, ['or']],
    [deep(6), ['not', 'not', 'not', 'not', 'not', 'not']],
    [{ and: [{ or: [deep(4)] }] }, ['and', 0, 'or', 0, 'not', 'not', 'not', 'not']],
  ])('%j', async (filter, path) => {
    const { errors, data } = await app.ask('query ($filter: CallFilter) { calls(filter: $filter) { nodes { id } } }', {
      filter,
    });
    expect(data?.calls ?? null).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: ['filter', ...path],
      allowed: expect.any(String),
    });
  });

  test.each<[Filter]>([
    [{ callSid: { in: many(250, 'a') } }],
    [{ or: many(250, { callSid: { eq: 'a' } }) }],
    [deep(5)],
    [{ and: [{ or: [deep(3)] }] }],
  ])('up to the limits it is taken: %#', async (filter) => {
    expect(await matching(filter)).toBeInstanceOf(Array);
  });

  test('of more than a thousand conditions is refused before it reaches the database', async () => {
    const callSid = { eq: 'a', ne: 'b', startsWith: 'a', contains: 'a', isNull: false };
    const filter = { or: many(250, { callSid }) };
    const { errors } = await app.ask('query ($filter: CallFilter) { calls(filter: $filter) { nodes { id } } }', {
      filter,
    });
    expect(errors?.[0]?.extensions).toEqual({ code: 'TOO_EXPENSIVE', estimate: 1250, allowed: 1000 });
  });
});
