import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { agents, callGroups, campaigns, customers, virtualNumbers } from '../../src/participants/participants.table.ts';
import { nodeTypes as allTypes, type NodeType } from '../../src/query/global-id.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertAccount, insertCalls, insertRows } from '../support/factories.ts';
import { ids as codec, toGlobalId } from '../support/seals.ts';

/** Those that have a field of their own in Query; deliveries have not. */
const nodeTypes = allTypes.filter((type): type is Exclude<NodeType, 'WebhookEvent'> => type !== 'WebhookEvent');

let app: TestApp;
let abroad: Account;
/** An id of each type. */
let ids: Record<string, string>;

beforeAll(async () => {
  app = await startApp();
  const { db } = app.database;
  const accountId = app.account.id;
  abroad = await insertAccount(db, { name: 'abroad', region: 'US', timeZone: 'America/New_York' });
  const [agent] = await insertRows(db, agents, [
    {
      accountId,
      name: 'Asha',
      number: '+919800000001',
      email: 'asha@example.in',
      firstCallAt: '2026-01-01T00:00:00.000Z',
    },
  ]);
  const [campaign] = await insertRows(db, campaigns, [{ accountId, campaignCode: '7' }]);
  const [callGroup] = await insertRows(db, callGroups, [{ accountId, name: 'Sales' }]);
  const [virtualNumber] = await insertRows(db, virtualNumbers, [{ accountId, number: '+912240000001' }]);
  const [customer] = await insertRows(db, customers, [
    { accountId, number: '+919812345678' },
    { accountId, number: '+14155550100' },
    { accountId: abroad.id, number: '+14155550100' },
    { accountId: abroad.id, number: '+14155550199' },
    { accountId, number: null },
  ]);
  const [call] = await insertCalls(db, [
    aCall({ accountId, callSid: 'mine', agentId: agent?.id ?? null, customerId: customer?.id ?? null }),
    aCall({ accountId, callSid: 'both' }),
    aCall({ accountId: abroad.id, callSid: 'both' }),
    aCall({ accountId: abroad.id, callSid: 'theirs' }),
  ]);
  const rows = {
    Account: app.account,
    Agent: agent,
    Call: call,
    CallGroup: callGroup,
    Campaign: campaign,
    Customer: customer,
    VirtualNumber: virtualNumber,
  };
  ids = Object.fromEntries(nodeTypes.map((type) => [type, toGlobalId(type, rows[type]?.id ?? 0)]));
});
afterAll(() => app.close());

const own: Record<string, { field: string; shown: string; expected: object }> = {
  Account: {
    field: 'account',
    shown: 'name provider timeZone region isDemo',
    expected: { name: 'default', provider: 'callerdesk', timeZone: 'Asia/Kolkata', region: 'IN', isDemo: false },
  },
  Agent: {
    field: 'agent',
    shown: 'name number email firstCallAt lastCallAt account { region }',
    expected: {
      name: 'Asha',
      number: '+919800000001',
      email: 'asha@example.in',
      firstCallAt: '2026-01-01T00:00:00.000Z',
      lastCallAt: null,
      account: { region: 'IN' },
    },
  },
  Call: {
    field: 'call',
    shown: 'callSid agent { name } customer { number } campaign { id } account { name }',
    expected: {
      callSid: 'mine',
      agent: { name: 'Asha' },
      customer: { number: '+919812345678' },
      campaign: null,
      account: { name: 'default' },
    },
  },
  CallGroup: { field: 'callGroup', shown: 'name', expected: { name: 'Sales' } },
  Campaign: { field: 'campaign', shown: 'campaignCode name', expected: { campaignCode: '7', name: null } },
  Customer: { field: 'customer', shown: 'number name', expected: { number: '+919812345678', name: null } },
  VirtualNumber: { field: 'virtualNumber', shown: 'number name', expected: { number: '+912240000001', name: null } },
};

/** Ids that no column of accounts can hold. */
const beyond = [2 ** 31, Number.MAX_SAFE_INTEGER].map((id) => toGlobalId('Account', id));

describe('by id', () => {
  test.each(nodeTypes)('a %s is found by its field, by node and by nodes', async (type) => {
    const { field, shown, expected } = own[type] as (typeof own)[string];
    const thing = { id: ids[type], ...expected };
    const data = await app.query(
      `query ($id: ID!) {
        one: ${field}(id: $id) { id ${shown} }
        node(id: $id) { __typename id ... on ${type} { ${shown} } }
        nodes(ids: [$id, $id]) { __typename ... on ${type} { id ${shown} } }
      }`,
      { id: ids[type] },
    );
    const node = { __typename: type, ...thing };
    expect(data).toEqual({ one: thing, node, nodes: [node, node] });
  });

  test('nodes come in the order asked for, of all types, null where an id names nothing', async () => {
    const asked = [...nodeTypes.map((type) => ids[type]), 'nonsense', ids.Call, toGlobalId('Agent', 999_999), ''];
    const { nodes } = await app.query<{ nodes: ({ id: string } | null)[] }>(
      'query ($asked: [ID!]!) { nodes(ids: $asked) { id } }',
      { asked },
    );
    expect(nodes.map((node) => node?.id ?? null)).toEqual([...asked.slice(0, 7), null, ids.Call, null, null]);
  });

  test('nodes of one type cost one statement', async () => {
    app.takeStatements();
    const asked = Array.from({ length: 250 }, (_, i) => toGlobalId('Agent', i + 1));
    const { nodes } = await app.query<{ nodes: unknown[] }>('query ($asked: [ID!]!) { nodes(ids: $asked) { id } }', {
      asked,
    });
    expect(nodes).toHaveLength(250);
    expect(app.takeStatements()).toHaveLength(1);
  });

  test('more than 250 nodes are refused', async () => {
    const { errors } = await app.ask('query ($asked: [ID!]!) { nodes(ids: $asked) { id } }', {
      asked: Array.from({ length: 251 }, () => 'x'),
    });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'BAD_USER_INPUT', argument: ['ids'], allowed: 'at most 250' },
    ]);
  });

  test('no nodes are an empty list', async () => {
    expect(await app.query('{ nodes(ids: []) { id } }')).toEqual({ nodes: [] });
  });

  test('what is unknown, malformed or of another type is null, without an error', async () => {
    for (const type of nodeTypes) {
      const { field } = own[type] as (typeof own)[string];
      const others = nodeTypes.filter((other) => other !== type).map((other) => ids[other]);
      const known = ids[type] ?? '';
      const wrong = [
        ...others,
        toGlobalId(type, 999_999),
        // As it would have been written before ids were enciphered, when there was no such row.
        Buffer.from(`${type}:${codec.rowIdOf(type, known)}`).toString('base64url'),
        Buffer.from(`${type}:0`).toString('base64url'),
        Buffer.from(`${type}:01`).toString('base64url'),
        Buffer.from(`${type}:9999999999999999999`).toString('base64url'),
        toGlobalId(type, 2 ** 31 - 1),
        toGlobalId(type, 2 ** 31),
        toGlobalId(type, Number.MAX_SAFE_INTEGER),
        Buffer.from(`${type}:1;`).toString('base64url'),
        `${type}:1`,
        `${known}=`,
        ` ${known}`,
        '',
        '1',
        '😀',
        '\u0000',
      ];
      const query = `query (${wrong.map((_, i) => `$i${i}: ID!`).join()}) {
        ${wrong.map((_, i) => `a${i}: ${field}(id: $i${i}) { id }`).join('\n')}
      }`;
      const variables = Object.fromEntries(wrong.map((id, i) => [`i${i}`, id]));
      const { data, errors } = await app.ask(query, variables);
      expect(errors).toBeUndefined();
      expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
    }
  });

  test('accounts are all there are, by name', async () => {
    const { accounts } = await app.query<{ accounts: { name: string }[] }>('{ accounts { name } }');
    expect(accounts.map(({ name }) => name)).toEqual(['abroad', 'default']);
  });
});

describe('a call by the id its provider gave', () => {
  const query =
    'query ($sid: String!, $accountId: ID) { call: callBySid(callSid: $sid, accountId: $accountId) { callSid account { name } } }';
  const there = () => toGlobalId('Account', abroad.id);

  test.each([
    ['mine', 'default'],
    ['theirs', 'abroad'],
  ])('%s is found in whatever account it is', async (sid, name) => {
    expect(await app.query(query, { sid })).toEqual({ call: { callSid: sid, account: { name } } });
    expect(await app.query(query, { sid, accountId: null })).toEqual({ call: { callSid: sid, account: { name } } });
  });

  test('where several accounts have it, the account must be named', async () => {
    const { data, errors } = await app.ask(query, { sid: 'both' });
    expect(data).toEqual({ call: null });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'BAD_USER_INPUT', argument: ['accountId'], allowed: expect.any(String) },
    ]);
    expect(await app.query(query, { sid: 'both', accountId: there() })).toEqual({
      call: { callSid: 'both', account: { name: 'abroad' } },
    });
    expect(await app.query(query, { sid: 'both', accountId: ids.Account })).toEqual({
      call: { callSid: 'both', account: { name: 'default' } },
    });
  });

  test('is null where there is none', async () => {
    for (const sid of ['nobody', 'MINE', ' mine', '', '%', 'a\u0000', '\ud800']) {
      expect(await app.query(query, { sid })).toEqual({ call: null });
    }
    for (const accountId of [there(), 'nonsense', ids.Agent, '', ...beyond]) {
      expect(await app.query(query, { sid: 'mine', accountId })).toEqual({ call: null });
    }
  });
});

describe('a customer by number', () => {
  const query =
    'query ($number: PhoneNumber!, $accountId: ID) { customer: customerByNumber(number: $number, accountId: $accountId) { number account { name } } }';

  test.each(['+919812345678', '98123 45678', '098123-45678', '+91 (98123) 45678', '0091 98123 45678'])(
    '%s is found',
    async (number) => {
      const customer = { number: '+919812345678', account: { name: 'default' } };
      expect(await app.query(query, { number })).toEqual({ customer });
      expect(await app.query(query, { number, accountId: ids.Account })).toEqual({ customer });
    },
  );

  test("is read in the region of the account that is named, else in the service's", async () => {
    const accountId = toGlobalId('Account', abroad.id);
    const found = { customer: { number: '+14155550199', account: { name: 'abroad' } } };
    expect(await app.query(query, { number: '(415) 555-0199', accountId })).toEqual(found);
    expect(await app.query(query, { number: '(415) 555-0199' })).toEqual({ customer: null });
    expect(await app.query(query, { number: '+1 (415) 555-0199' })).toEqual(found);
  });

  test('where several accounts have one, the account must be named', async () => {
    const number = '+1 415 555 0100';
    const { data, errors } = await app.ask(query, { number });
    expect(data).toEqual({ customer: null });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'BAD_USER_INPUT', argument: ['accountId'], allowed: expect.any(String) },
    ]);
    for (const [accountId, name] of [
      [ids.Account, 'default'],
      [toGlobalId('Account', abroad.id), 'abroad'],
    ]) {
      expect(await app.query(query, { number, accountId })).toEqual({
        customer: { number: '+14155550100', account: { name } },
      });
    }
  });

  test('is null where there is none', async () => {
    for (const number of ['+919812345670', 'anonymous', '', '0', '99xxxx', 'nonsense', '+']) {
      expect(await app.query(query, { number })).toEqual({ customer: null });
    }
    for (const accountId of ['nonsense', ids.Agent, '', toGlobalId('Account', 99), ...beyond]) {
      expect(await app.query(query, { number: '+919812345678', accountId })).toEqual({ customer: null });
    }
  });

  test.each([5, true, ['1'], { number: '1' }, '\ud800', 'a\u0000'])('%j is no number', async (number) => {
    const { errors } = await app.ask(query, { number });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'BAD_USER_INPUT', argument: ['number'], allowed: expect.any(String) },
    ]);
  });
});
