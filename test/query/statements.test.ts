import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agents, callGroups, campaigns, customers, virtualNumbers } from '../../src/participants/participants.table.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls, insertRows } from '../support/factories.ts';

let app: TestApp;
const count = 60;

beforeAll(async () => {
  app = await startApp();
  const { db } = app.database;
  const accountId = app.account.id;
  const many = <Row>(row: (i: number) => Row) => Array.from({ length: count }, (_, i) => row(i));
  const [agentRows, campaignRows, groupRows, numberRows, customerRows] = [
    await insertRows(
      db,
      agents,
      many((i) => ({ accountId, name: `agent ${i}`, number: `${i}` })),
    ),
    await insertRows(
      db,
      campaigns,
      many((i) => ({ accountId, campaignCode: `${i}` })),
    ),
    await insertRows(
      db,
      callGroups,
      many((i) => ({ accountId, name: `group ${i}` })),
    ),
    await insertRows(
      db,
      virtualNumbers,
      many((i) => ({ accountId, number: `${i}` })),
    ),
    await insertRows(
      db,
      customers,
      many((i) => ({ accountId, number: `${i}` })),
    ),
  ];
  await insertCalls(
    db,
    many((i) =>
      aCall({
        accountId,
        agentId: agentRows[i]?.id ?? null,
        campaignId: campaignRows[i]?.id ?? null,
        callGroupId: groupRows[i]?.id ?? null,
        virtualNumberId: numberRows[i]?.id ?? null,
        customerId: customerRows[i]?.id ?? null,
      }),
    ),
  );
});
afterAll(() => app.close());

/** How many statements a query costs. */
async function statementsOf<Data>(query: string): Promise<{ data: Data; statements: number }> {
  app.takeStatements();
  const data = await app.query<Data>(query);
  return { data, statements: app.takeStatements().length };
}

const relatives =
  'agent { name } campaign { campaignCode } callGroup { name } virtualNumber { number } customer { number }';

describe('what a page costs does not grow with its rows', () => {
  test('fifty calls with all that took part are one statement', async () => {
    type Answer = { calls: { nodes: Record<string, object | null>[] } };
    const { data, statements } = await statementsOf<Answer>(`{ calls(first: 50) { nodes { id ${relatives} } } }`);
    expect(data.calls.nodes).toHaveLength(50);
    for (const call of data.calls.nodes) expect(Object.values(call)).not.toContain(null);
    expect(statements).toBe(1);
  });

  test('the same in edges, in nodes and under other names is one too, and one more with the accounts of those', async () => {
    const { statements } = await statementsOf(`{
      calls(first: 50) {
        nodes { id account { name } ${relatives} }
        edges { cursor node { ${relatives} } }
        again: nodes { agent { account { name } } customer { id } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`);
    expect(statements).toBe(1 + 1);
  });

  test('a page, its count and whether that is exact are two', async () => {
    const { statements } = await statementsOf(
      '{ calls(first: 50) { nodes { id } totalCount totalCountIsExact pageInfo { hasNextPage } } }',
    );
    expect(statements).toBe(2);
  });

  test.each(['agents', 'campaigns', 'callGroups', 'virtualNumbers', 'customers'])(
    '%s with their accounts are two, or one more where some have no name',
    async (field) => {
      const { data, statements } = await statementsOf<Record<string, { nodes: object[] }>>(
        `{ ${field}(first: 50) { nodes { id name account { name } firstCallAt } } }`,
      );
      const nodes = data[field]?.nodes as { name: string | null }[];
      expect(nodes).toHaveLength(50);
      expect(statements).toBe(nodes.some(({ name }) => name === null) ? 3 : 2);
    },
  );
});

describe('figures of one kind are computed together', () => {
  const range = 'range: { between: { from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" } }';
  const figures = `callCount answerRate { value excluded } serviceLevel { value } strict: serviceLevel(rule: ANSWERED_ONLY) { value }
    talkTime { average p90: percentile(p: 90) histogram(bounds: [10, 60]) { count } } waitTime { max } coinsTotal uniqueCustomerCount`;

  test('all totals are one statement, besides that for the accounts', async () => {
    const { statements } = await statementsOf(`{ callMetrics(${range}) { totals { ${figures} } } }`);
    expect(statements).toBeLessThanOrEqual(2);
  });

  test('all buckets of a series are one, however many', async () => {
    const { statements } = await statementsOf(
      `{ callMetrics(${range}) { timeSeries(interval: HOUR) { label metrics { ${figures} } } } }`,
    );
    expect(statements).toBeLessThanOrEqual(2);
  });

  test('fifty groups by three keys are as many as one group', async () => {
    const groups = (
      first: number,
    ) => `{ callMetrics(${range}) { breakdown(by: [AGENT, CAMPAIGN, CALL_GROUP], first: ${first}) {
      nodes { agent { name } campaign { campaignCode } callGroup { name } metrics { ${figures} } }
      other { ${figures} }
      totalCount
    } } }`;
    const one = await statementsOf(groups(1));
    const fifty = await statementsOf(groups(50));
    expect(fifty.statements).toBe(one.statements);
    // Accounts; keys, three names of keys, figures; agents, campaigns, groups.
    expect(fifty.statements).toBeLessThanOrEqual(1 + 5 + 3);
  });
});
