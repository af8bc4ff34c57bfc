import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reader, type Viewer } from '../../src/access/viewer.ts';
import { calls } from '../../src/calls/call.table.ts';
import { type GraphqlAnswer, startApp, type TestApp } from '../support/app.ts';
import { aCall, insertAccount, insertCalls } from '../support/factories.ts';
import { toGlobalId } from '../support/seals.ts';

const hourMs = 3_600_000;
const metricsAlone: Viewer = { ...reader, name: 'metrics alone', scopes: ['metrics'] };

let app: TestApp;
let elsewhere: { id: number };
beforeAll(async () => {
  app = await startApp({
    timeZone: 'Asia/Kolkata',
    viewerOf: (authorization) => (authorization === 'metrics' ? metricsAlone : reader),
  });
  elsewhere = await insertAccount(app.database.db, { name: 'elsewhere', timeZone: 'Pacific/Auckland', region: 'NZ' });
});
afterAll(() => app.close());
beforeEach(() => app.database.db.execute(sql`truncate ${calls}`));

const callsAt = (moments: readonly string[], accountId = app.account.id) =>
  insertCalls(
    app.database.db,
    moments.map((startedAt, i) =>
      aCall({ accountId, callSid: `${accountId}-${i}`, startedAt: new Date(startedAt).toISOString() }),
    ),
  );

type Page = { nodes: { callSid: string }[]; totalCount: number; pageInfo: { endCursor: string | null } };
const list = async (args: string): Promise<string[]> =>
  (await app.query<{ calls: Page }>(`{ calls(${args}) { nodes { callSid } } }`)).calls.nodes.map(
    ({ callSid }) => callSid,
  );
const errorOf = async (query: string) => {
  const { errors } = (await app.ask(query)) as GraphqlAnswer;
  return errors?.[0];
};

describe('calls of a range', () => {
  test('start at its first instant or later, and before its end; a filter narrows them further', async () => {
    await callsAt(['2026-03-01T00:00:00Z', '2026-03-01T12:00:00Z', '2026-03-02T00:00:00Z', '2026-02-28T23:59:59.999Z']);
    const range = 'range: { between: { from: "2026-03-01T00:00:00Z", to: "2026-03-02T00:00:00Z" } }';
    const id = app.account.id;
    expect(await list(range)).toEqual([`${id}-1`, `${id}-0`]);
    expect(await list(`${range}, filter: { startedAt: { lt: "2026-03-01T06:00:00Z" } }`)).toEqual([`${id}-0`]);
    expect(await list(`${range}, filter: { or: [] }`)).toEqual([]);
    expect(await list('range: { between: { from: "2026-03-01T00:00:00Z", to: "2026-03-01T00:00:00Z" } }')).toEqual([]);
    expect(await list('range: null, timeZone: null')).toHaveLength(4);
  });

  test('are those of the local day: of the zone that is given, else of the one account that is asked about', async () => {
    const now = Date.now();
    const moments = Array.from({ length: 60 }, (_, i) => new Date(now - i * hourMs).toISOString());
    await callsAt(moments);
    await callsAt(moments, elsewhere.id);
    const dayIn = (timeZone: string, at: string) => new Date(at).toLocaleDateString('sv', { timeZone });
    const today = (timeZone: string) =>
      moments.filter((at) => dayIn(timeZone, at) === dayIn(timeZone, new Date(now).toISOString())).length;
    const count = async (args: string) => (await list(`first: 500, range: { calendar: TODAY }, ${args}`)).length;
    const own = `filter: { accountId: { eq: "${toGlobalId('Account', app.account.id)}" } }`;
    const other = `filter: { accountId: { eq: "${toGlobalId('Account', elsewhere.id)}" } }`;
    expect([
      await count('timeZone: "America/New_York"'),
      await count(own),
      await count(other),
      await count(`timeZone: "UTC", ${other}`),
      await count(''),
    ]).toEqual([
      2 * today('America/New_York'),
      today('Asia/Kolkata'),
      today('Pacific/Auckland'),
      today('UTC'),
      2 * today('Asia/Kolkata'),
    ]);
  });

  test('weeks begin where they are said to', async () => {
    const sunday = Date.parse('2026-03-01T12:00:00Z');
    expect(new Date(sunday).getUTCDay()).toBe(0);
    await callsAt([new Date(Date.now()).toISOString()]);
    for (let weekStartsOn = 1; weekStartsOn <= 7; weekStartsOn += 1) {
      const range = `range: { calendar: THIS_WEEK }, timeZone: "UTC", weekStartsOn: ${weekStartsOn}`;
      const query = `{ calls(${range}) { totalCount } callMetrics(${range}) { totals { callCount } } }`;
      expect(await app.query(query)).toEqual({ calls: { totalCount: 1 }, callMetrics: { totals: { callCount: 1 } } });
    }
  });

  test.each([
    ['timeZone', 'range: { last: "P1D" }, timeZone: "Mars"'],
    ['timeZone', 'timeZone: "asia/kolkata"'],
    ['weekStartsOn', 'range: { last: "P1D" }, weekStartsOn: 8'],
    ['weekStartsOn', 'weekStartsOn: 0'],
    ['range', 'range: { last: "yesterday" }'],
    ['range', 'range: { between: { from: "2026-03-02T00:00:00Z", to: "2026-03-01T00:00:00Z" } }'],
    ['range', 'range: { last: "P1D", calendar: TODAY }'],
  ])('with a wrong %s are refused: %s', async (argument, args) => {
    const error = await errorOf(`{ calls(${args}) { nodes { id } } }`);
    expect(error?.extensions).toMatchObject({
      code: expect.stringMatching(/BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED/),
    });
    if (error?.extensions.argument) expect((error.extensions.argument as string[])[0]).toBe(argument);
  });

  test('have cursors of their own, which a range that moves on keeps', async () => {
    const now = Date.now();
    await callsAt([1, 2, 3, 4, 5].map((i) => new Date(now - i * hourMs).toISOString()));
    const page = (args: string) => `{ calls(first: 2, ${args}) { nodes { callSid } pageInfo { endCursor } } }`;
    const { calls: first } = await app.query<{ calls: Page }>(page('range: { last: "P1D" }'));
    const after = `after: "${first.pageInfo.endCursor}"`;
    const { calls: second } = await app.query<{ calls: Page }>(page(`range: { last: "P1D" }, ${after}`));
    const id = app.account.id;
    expect([...first.nodes, ...second.nodes].map(({ callSid }) => callSid)).toEqual(
      [0, 1, 2, 3].map((i) => `${id}-${i}`),
    );
    for (const other of [
      '',
      'range: { last: "P2D" },',
      'range: { last: "P1D" }, timeZone: "UTC",',
      'range: { calendar: TODAY },',
    ]) {
      expect((await errorOf(page(`${other} ${after}`)))?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        argument: ['after'],
      });
    }
  });
});

describe('calls behind figures', () => {
  const range = 'range: { between: { from: "2026-03-01T00:00:00Z", to: "2026-03-03T00:00:00Z" } }, timeZone: "UTC"';
  const page = 'calls(first: 1) { nodes { callSid } pageInfo { endCursor } totalCount }';
  type Report = { calls: Page; timeSeries: { calls: Page }[]; compare: { calls: Page } };

  test('have cursors of their own: of the report, of its comparison, and of each bucket', async () => {
    await callsAt([
      '2026-03-01T00:00:00Z',
      '2026-03-01T01:00:00Z',
      '2026-03-02T00:00:00Z',
      '2026-03-02T02:00:00Z',
      '2026-02-27T00:00:00Z',
    ]);
    const { callMetrics } = await app.query<{ callMetrics: Report }>(
      `{ callMetrics(${range}) { ${page} timeSeries(interval: DAY) { ${page} } compare(to: PREVIOUS_PERIOD) { ${page} } } }`,
    );
    const [firstDay, secondDay] = callMetrics.timeSeries;
    const pages = [callMetrics, firstDay, secondDay, callMetrics.compare].map((of) => of?.calls);
    expect(pages.map((of) => of?.totalCount)).toEqual([4, 2, 2, 1]);
    const asked = [
      (cursor: string) => `calls(first: 1, after: "${cursor}") { nodes { callSid } }`,
      (cursor: string) => `timeSeries(interval: DAY) { calls(first: 1, after: "${cursor}") { nodes { callSid } } }`,
      (cursor: string) => `compare(to: PREVIOUS_PERIOD) { calls(first: 1, after: "${cursor}") { nodes { callSid } } }`,
    ];
    const taken = await Promise.all(
      pages.map(async (of) =>
        Promise.all(
          asked.map(async (ask) => {
            const { errors } = await app.ask(`{ callMetrics(${range}) { ${ask(of?.pageInfo.endCursor ?? '')} } }`);
            return (errors ?? []).map(({ path, extensions }) => [path?.[2], extensions.argument]);
          }),
        ),
      ),
    );
    const refused = [[undefined, ['after']]];
    const inComparison = [['calls', ['after']]];
    // Of the days one takes a cursor of its own, and the other does not.
    expect(taken).toEqual([
      [
        [],
        [
          [0, ['after']],
          [1, ['after']],
        ],
        inComparison,
      ],
      [refused, [[1, ['after']]], inComparison],
      [refused, [[0, ['after']]], inComparison],
      [
        refused,
        [
          [0, ['after']],
          [1, ['after']],
        ],
        [],
      ],
    ]);
  });

  test('are not for a key that opens figures alone', async () => {
    await callsAt(['2026-03-01T00:00:00Z']);
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'metrics' },
      body: JSON.stringify({
        query: `{ calls(${range}) { totalCount } callMetrics(${range}) { totals { callCount } calls { totalCount } timeSeries(interval: DAY) { calls { totalCount } } } }`,
      }),
    });
    const { data, errors } = (await response.json()) as GraphqlAnswer;
    expect(data).toEqual({
      calls: null,
      callMetrics: { totals: { callCount: 1 }, calls: null, timeSeries: [{ calls: null }, { calls: null }] },
    });
    expect(errors?.map(({ extensions }) => [extensions.code, extensions.missing])).toEqual(
      Array.from({ length: 4 }, () => ['FORBIDDEN', ['calls']]),
    );
  });

  test('count as rows before anything is read', async () => {
    const error = await errorOf(
      `{ callMetrics(range: { last: "P1Y" }) { timeSeries(interval: DAY) { calls(first: 500) { nodes { id } } } } }`,
    );
    expect(error?.extensions).toMatchObject({ code: 'TOO_EXPENSIVE', limit: 'LIMIT_ROWS' });
  });
});
