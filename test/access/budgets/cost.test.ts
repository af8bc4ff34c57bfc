import { readdirSync, readFileSync } from 'node:fs';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectFile } from '../../../src/project-file.ts';
import { type GraphqlAnswer, startApp, type TestApp } from '../../support/app.ts';
import { aCall, insertCalls } from '../../support/factories.ts';
import { askOrSubscribe } from '../../support/first-answer.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ budgetPerMinute: 1_000_000 });
  const days = Array.from({ length: 20 }, (_, n) => `2026-03-${String(1 + n).padStart(2, '0')}T10:00:00.000Z`);
  await insertCalls(
    app.database.db,
    days.map((startedAt, n) =>
      aCall({
        accountId: app.account.id,
        startedAt,
        callSid: `c-${n}`,
        durationSeconds: n,
        talkSeconds: n,
        waitSeconds: n,
      }),
    ),
  );
});
afterAll(() => app?.close());

const costOf = ({ extensions }: GraphqlAnswer) => extensions?.cost;
const range = 'range: { between: { from: "2026-03-01T00:00:00Z", to: "2026-03-21T00:00:00Z" } }, timeZone: "UTC"';

describe('a question says what it could have cost, and what it did', () => {
  test.each<[what: string, query: string, requested: number, actual: number]>([
    ['a page that is full', '{ calls(first: 15) { nodes { id callSid agent { id } } } }', 15, 15],
    ['a page that is not', '{ calls(first: 500) { nodes { id } } }', 500, 20],
    ['nodes and edges', '{ calls(first: 10) { nodes { id } edges { cursor node { id } } } }', 20, 20],
    ['a count alone', '{ calls { totalCount } }', 1, 1],
    ['a page of none', '{ agents(first: 30) { nodes { id } } }', 30, 1],
    ['nothing but its type', '{ __typename }', 1, 1],
    ['a row', '{ callBySid(callSid: "c-1") { id agent { name } } }', 1, 1],
    ['two figures', `{ callMetrics(${range}) { totals { callCount missedCount } } }`, 2, 2],
    ['parts of a figure', `{ callMetrics(${range}) { totals { answerRate { value numerator } } } }`, 2, 2],
    [
      'a series',
      `{ callMetrics(${range}) { timeSeries(interval: DAY) { start metrics { callCount missedCount } } } }`,
      40,
      40,
    ],
    ['buckets alone', `{ callMetrics(${range}) { timeSeries(interval: DAY) { start end } } }`, 20, 20],
    ['a heat map', `{ callMetrics(${range}) { heatMap { dayOfWeek metrics { callCount } } } }`, 168, 168],
    [
      'groups, of which there are fewer than a page',
      `{ callMetrics(${range}) { breakdown(by: [DISPOSITION], first: 10) { nodes { disposition metrics { callCount } } other { callCount } } } }`,
      11,
      1,
    ],
    [
      'edges of groups',
      `{ callMetrics(${range}) { breakdown(by: [DISPOSITION], first: 10) { edges { cursor node { metrics { callCount missedCount } } } } } }`,
      20,
      2,
    ],
    [
      'a histogram',
      `{ callMetrics(${range}) { totals { talkTime { histogram(bounds: [5, 10]) { from to count } } } } }`,
      9,
      9,
    ],
    [
      'what is skipped',
      '{ calls(first: 10) { nodes { id } totalCount @skip(if: true) } agents @skip(if: true) { nodes { id } } }',
      10,
      10,
    ],
    [
      'a fragment',
      'query Q { calls(first: 5) { ...P } } fragment P on CallConnection { nodes { ... on Call { id } } }',
      5,
      5,
    ],
  ])('%s', async (_what, query, requested, actual) => {
    const answer = await app.ask(query);
    expect(answer.errors).toBeUndefined();
    expect(costOf(answer)).toEqual({ requested, actual, limit: 1_000_000 });
  });

  test('introspection costs what it has of objects', async () => {
    const cost = costOf(await app.ask(getIntrospectionQuery()));
    expect(cost?.requested).toBeGreaterThan(1000);
    expect(cost?.actual).toBeLessThanOrEqual(cost?.requested ?? 0);
    expect(cost?.actual).toBeGreaterThan((cost?.requested ?? 0) * 0.9);
    expect(costOf(await app.ask('{ __type(name: "Call") { fields { name type { name } } } }'))?.actual).toBeGreaterThan(
      50,
    );
  });

  test('no example of the documents costs more than was requested, however often it is asked', async () => {
    const folder = projectFile('docs', 'queries');
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.graphql'))) {
      const query = readFileSync(`${folder}/${file}`, 'utf8');
      const asked = await Promise.all(
        [1, 2, 3].map(() => askOrSubscribe(app, query, { since: new Date().toISOString() })),
      );
      const [first, ...others] = asked.map(costOf);
      expect(first?.actual, file).toBeGreaterThan(0);
      expect(first?.actual, file).toBeLessThanOrEqual(first?.requested ?? 0);
      for (const other of others) expect(other, file).toEqual(first);
    }
  });

  test('it counts what is answered, not what was looked at for it', async () => {
    const one = costOf(await app.ask('{ calls(first: 3, filter: { callSid: { in: ["c-7"] } }) { nodes { id } } }'));
    const none = costOf(
      await app.ask('{ calls(first: 3, filter: { durationSeconds: { gt: 1000 } }) { nodes { id } } }'),
    );
    expect([one, none].map((cost) => [cost?.requested, cost?.actual])).toEqual([
      [3, 1],
      [3, 1],
    ]);
  });

  test('a mutation costs what it could, also where it is refused', async () => {
    const answer = await app.ask('mutation { updateAgent(id: "x", name: "A") { id } }');
    expect(answer.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect(costOf(answer)).toMatchObject({ requested: 1, actual: 1 });
  });

  test('so do refusals, where it is known: before any work it is nothing', async () => {
    const tooMany = await app.ask(
      `{ ${Array.from({ length: 29 }, (_, n) => `a${n}: agents(first: 500) { nodes { calls(first: 500) { nodes { id } } } }`).join(' ')} }`,
    );
    expect(tooMany).toMatchObject({ status: 400, errors: [{ extensions: { code: 'TOO_EXPENSIVE' } }] });
    expect(costOf(tooMany)).toEqual({ requested: 29 * (500 + 250_000), actual: 0, limit: 1_000_000 });
    expect(costOf(await app.ask('{ calls { nope } }'))).toEqual({ requested: 1, actual: 1, limit: 1_000_000 });
    expect(costOf(await app.ask('{ calls {'))).toEqual({ requested: 1, actual: 1, limit: 1_000_000 });
  });
});
