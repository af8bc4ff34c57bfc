import { afterAll, beforeAll, expect, test } from 'vitest';
import { views } from '../../../bench/dashboards/views.ts';
import { Budgets } from '../../../src/access/budgets.ts';
import { createKey } from '../../../src/access/keys/create-key.ts';
import { defaultLimits } from '../../../src/access/limits.ts';
import { administrator } from '../../../src/access/viewer.ts';
import { readConfig } from '../../../src/config.ts';
import { operationCounter } from '../../../src/graphql/limits/limit-operations.ts';
import { requestedCost } from '../../../src/graphql/limits/operation-cost.ts';
import { buildSchema } from '../../../src/graphql/schema.ts';
import { instantOf } from '../../../src/time/instant.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { theSampleCall } from '../../support/sample-call.ts';

// Twelve questions every five seconds from each of 20 screens that share one key are never refused, with the default budget.

const screens = 20;
const everyMs = 5000;
const { BUDGET_PER_MINUTE: budget } = readConfig({});
type Asked = { query: string; variables: Record<string, unknown> };

const metrics =
  'callCount answeredCount missedCount abandonedCount answerRate { value } serviceLevel { value } talkTime { average percentile(p: 90) } waitTime { average }';
const figures = (range: string, fields: string): Asked => ({
  query: `{ callMetrics(range: ${range}, timeZone: "Asia/Kolkata") { ${fields} } }`,
  variables: {},
});
/** A screen that asks for about as much as one can show: quarters of hours, every agent, lists beside. */
const fullScreen: readonly Asked[] = [
  figures('{ calendar: TODAY }', `totals { ${metrics} liveCount peakConcurrentCalls }`),
  figures('{ last: "P1D" }', `timeSeries(interval: QUARTER_HOUR) { start metrics { ${metrics} } }`),
  figures(
    '{ calendar: TODAY }',
    `breakdown(by: [AGENT], first: 50) { nodes { agent { name } metrics { ${metrics} } } other { callCount } }`,
  ),
  figures(
    '{ calendar: TODAY }',
    `breakdown(by: [CALL_GROUP], first: 20) { nodes { callGroup { name } metrics { ${metrics} } timeSeries(interval: HOUR) { start metrics { callCount } } } }`,
  ),
  figures('{ calendar: THIS_MONTH }', `timeSeries(interval: DAY) { start metrics { ${metrics} } }`),
  figures('{ calendar: THIS_MONTH }', `heatMap { dayOfWeek hourOfDay metrics { callCount missedCount } }`),
  figures(
    '{ calendar: THIS_MONTH }',
    `breakdown(by: [CAMPAIGN], first: 20) { nodes { campaign { name } metrics { ${metrics} } } }`,
  ),
  figures(
    '{ calendar: THIS_MONTH }',
    'totals { talkTime { histogram(bounds: [30, 60, 120, 300, 600]) { from to count } } }',
  ),
  figures('{ last: "P1Y" }', `timeSeries(interval: MONTH) { start metrics { ${metrics} } }`),
  { query: '{ liveCalls(first: 50) { nodes { id startedAt status customerNumber agent { name } } } }', variables: {} },
  {
    query: '{ calls(first: 50) { nodes { id startedAt outcome customerNumber agent { name } callGroup { name } } } }',
    variables: {},
  },
  { query: '{ agents(first: 100) { nodes { id name lastCallAt } } }', variables: {} },
];
const all: readonly (readonly Asked[])[] = [fullScreen, ...views.map(({ questions }) => questions)];

const count = operationCounter({
  schema: buildSchema(),
  limits: defaultLimits,
  defaults: { timeZone: 'Asia/Kolkata' },
});
function costOf({ query, variables }: Asked): number {
  const counted = count({ query, variables, operationName: undefined });
  if (!counted) throw new Error(`cannot be counted: ${query}`);
  return requestedCost(counted.cost);
}

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ access: { isOpen: false, adminToken: 'a-token-of-these-tests' }, budgetPerMinute: budget });
  await app.send(theSampleCall);
});
afterAll(() => app?.close());

test('an hour of any of them is within the budget, even if nothing of what was charged were ever given back', () => {
  for (const questions of all) {
    expect(questions).toHaveLength(12);
    const costs = questions.map(costOf);
    let now = 0;
    const budgets = new Budgets(() => now);
    let least = budget;
    for (; now < 3_600_000; now += everyMs) {
      // All screens at once is the worst that they can do.
      for (let screen = 0; screen < screens; screen++) {
        for (const cost of costs) budgets.charge('key wall', budget, cost).settle(cost);
      }
      least = Math.min(least, budgets.leftOf('key wall', budget).left);
    }
    expect(least).toBeGreaterThan(budget / 2);
  }
  const perMinute = screens * (60_000 / everyMs) * fullScreen.map(costOf).reduce((sum, cost) => sum + cost, 0);
  // Twice as many such screens have room, too.
  expect(perMinute).toBeLessThan(budget / 2);
  expect(perMinute).toBeGreaterThan(budget / 10);
});

test('over HTTP nobody is refused, refreshed one after the other without the five seconds between', async () => {
  const rights = {
    scopes: ['calls', 'metrics'] as const,
    accountIds: null,
    expiresAt: null,
    documentsOnly: false,
    budget: null,
  };
  const asked = { now: instantOf(Date.now()), path: [] };
  const { secret } = await createKey(app.database.pool, administrator, { ...rights, name: 'wall' }, asked);
  await expect.poll(async () => (await ask(secret, '{ __typename }', {})).status, { timeout: 5000 }).toBe(200);
  const statuses = new Map<number, number>();
  const errors = new Set<string>();
  for (let refresh = 0; refresh < 2; refresh++) {
    const ofAll = Array.from({ length: screens }, (_, n) => all[n % all.length] ?? []).flat();
    const told = await Promise.all(ofAll.map(({ query, variables }) => ask(secret, query, variables)));
    for (const { status, errors: of = [] } of told) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      for (const { message } of of) errors.add(message);
    }
  }
  expect([...errors]).toEqual([]);
  expect(Object.fromEntries(statuses)).toEqual({ 200: 2 * screens * 12 });
});

async function ask(key: string, query: string, variables: Record<string, unknown>) {
  const reply = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query, variables }),
  });
  return { status: reply.status, ...((await reply.json()) as { errors?: { message: string }[] }) };
}
