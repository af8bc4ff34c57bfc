import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agents, callGroups, campaigns, customers, virtualNumbers } from '../../src/participants/participants.table.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls, insertRows } from '../support/factories.ts';
import { toGlobalId } from '../support/seals.ts';

let app: TestApp;
let agentId: number;

const times = { firstCallAt: '2026-01-02T03:04:05.000Z', lastCallAt: '2026-01-03T00:00:00.120Z' };

beforeAll(async () => {
  app = await startApp();
  const { db } = app.database;
  const accountId = app.account.id;
  const [agent, nameless] = await insertRows(db, agents, [
    { accountId, name: 'Asha "A"', number: '+919876543210', email: 'asha@example.com', ...times },
    { accountId, email: 'nameless@example.com' },
  ]);
  const [campaign] = await insertRows(db, campaigns, [{ accountId, campaignCode: '77', name: 'Diwali', ...times }]);
  const [group] = await insertRows(db, callGroups, [{ accountId, name: 'Sales', ...times }]);
  const [number] = await insertRows(db, virtualNumbers, [{ accountId, number: '+911204567890', ...times }]);
  const [customer] = await insertRows(db, customers, [{ accountId, number: '+918800000001', name: 'ü', ...times }]);
  agentId = Number(agent?.id);
  await insertCalls(db, [
    aCall({
      accountId,
      agentId,
      campaignId: campaign?.id ?? null,
      callGroupId: group?.id ?? null,
      virtualNumberId: number?.id ?? null,
      customerId: customer?.id ?? null,
    }),
    aCall({ accountId, agentId: nameless?.id ?? null }),
    aCall({ accountId }),
  ]);
});
afterAll(() => app.close());

const shared = ['id', 'name', 'firstCallAt', 'lastCallAt', 'account { id name }'];
const below = {
  account: ['id', 'name', 'provider', 'timeZone', 'region', 'createdAt'],
  agent: [...shared, 'number', 'email', 'calls(first: 1) { nodes { callSid agent { email } } }'],
  campaign: [...shared, 'campaignCode'],
  callGroup: shared,
  virtualNumber: [...shared, 'number'],
  customer: [...shared, 'number'],
};
type Call = { id: string } & Record<keyof typeof below, Record<string, unknown> | null>;

/** What one call is asked for, whose relatives are read by id. */
const oneByOne = async (calls: { id: string }[], fields: string) => {
  const read = calls.map(({ id }) => app.query<{ call: Call }>(`{ call(id: "${id}") { id ${fields} } }`));
  return (await Promise.all(read)).map(({ call }) => call);
};

describe('whom a page of calls names', () => {
  test('is the same as of one call: whatever is asked of them, whole and alone', async () => {
    const whole = Object.entries(below).map(([field, fields]) => `${field} { ${fields.join(' ')} }`);
    const alone = Object.entries(below).flatMap(([field, fields]) => fields.map((one) => `${field} { ${one} }`));
    for (const fields of [whole.join(' '), ...alone]) {
      const { calls } = await app.query<{ calls: { nodes: Call[] } }>(`{ calls { nodes { id ${fields} } } }`);
      expect(calls.nodes).toHaveLength(3);
      expect(calls.nodes).toEqual(await oneByOne(calls.nodes, fields));
    }
  });

  test('is asked by aliases, in fragments, in edges, by type and not at all', async () => {
    const fields = `who: agent { ...Named mail: email } agent { ... on Node { id } } 
      campaign { __typename ... on Campaign { campaignCode } } customer @skip(if: true) { number }`;
    const fragment = 'fragment Named on Agent { title: name account { name } }';
    type Answer = { calls: { edges: { node: Call }[]; nodes: Call[] } };
    const { calls } =
      await app.query<Answer>(`{ calls { edges { node { id ${fields} } } nodes { callGroup { name } } } }
      ${fragment}`);
    const nodes = calls.edges.map(({ node }) => node);
    const ids = nodes.map(({ id }) => `"${id}"`).join();
    const named = await app.query<{ nodes: Call[] }>(
      `{ nodes(ids: [${ids}]) { id ... on Call { ${fields} } } } ${fragment}`,
    );
    expect(nodes).toEqual(named.nodes);
    expect(calls.nodes.map(({ callGroup }) => callGroup?.name)).toContain('Sales');
  });

  test('is what it is called now', async () => {
    const id = toGlobalId('Agent', agentId);
    const query = `{ calls(filter: { agentId: { eq: "${id}" } }) { nodes { agent { name } } } }`;
    for (const name of ['Asha B', 'Asha "C"', 'Asha']) {
      await app.query('mutation ($id: ID!, $name: String!) { updateAgent(id: $id, name: $name) { name } }', {
        id,
        name,
      });
      expect(await app.query(query)).toEqual({ calls: { nodes: [{ agent: { name } }] } });
    }
  });

  test('is nobody where it is gone', async () => {
    await app.database.db.insert(agents).values({ accountId: app.account.id, email: 'gone@example.com' });
    const gone = 999_999;
    await insertCalls(app.database.db, [aCall({ accountId: app.account.id, agentId: gone, callSid: 'of-nobody' })]);
    expect(
      await app.query('{ calls(filter: { callSid: { eq: "of-nobody" } }) { nodes { agent { id name } } } }'),
    ).toEqual({
      calls: { nodes: [{ agent: null }] },
    });
  });
});
