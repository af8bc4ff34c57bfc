import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administrator, type Viewer } from '../../src/access/viewer.ts';
import { agents } from '../../src/participants/participants.table.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls, insertRows } from '../support/factories.ts';

let app: TestApp;
let entries: () => Promise<Record<string, unknown>[]>;
/** More than a page of GraphQL has. */
const manyAgents = 620;

const viewers: Record<string, Viewer> = {
  all: administrator,
  masked: { ...administrator, name: 'masked', scopes: ['metrics'] },
  calls: { ...administrator, name: 'calls', scopes: ['calls'] },
  documents: { ...administrator, name: 'documents', documentsOnly: true },
};

beforeAll(async () => {
  app = await startApp({ viewerOf: (authorization) => viewers[authorization ?? 'all'] as Viewer });
  const { id: accountId } = app.account;
  const { db, pool } = app.database;
  const made = await insertRows(
    db,
    agents,
    Array.from({ length: manyAgents }, (_, i) => ({
      accountId,
      number: `+9198${String(10_000_000 + i)}`,
      name: i % 100 === 0 ? `=agent ${i}` : `agent ${i}, 98123 4567${i % 10}`,
    })),
  );
  await insertCalls(
    db,
    made.flatMap(({ id }, i) =>
      Array.from({ length: 1 + (i % 3) }, (_, n) =>
        aCall({
          accountId,
          agentId: id,
          startedAt: `2026-01-0${1 + ((i + n) % 5)}T${String(8 + (i % 9)).padStart(2, '0')}:00:00.000Z`,
          outcome: (i + n) % 4 === 0 ? 'MISSED' : 'ANSWERED',
          disposition: (i + n) % 4 === 0 ? 'NO_ANSWER' : 'ANSWERED',
          talkSeconds: (i + n) % 4 === 0 ? 0 : 10 + i,
          waitSeconds: 5 + (i % 40),
          coins: '1.5',
        }),
      ),
    ),
  );
  entries = async () =>
    (
      await pool.query(
        "select operation_name, status, code, rows from access_log where operation_name like 'export%' order by id desc limit 1",
      )
    ).rows;
});
afterAll(() => app.close());

const get = (path: string, who = 'all') =>
  fetch(`${app.url}/export/metrics${path}`, { headers: { authorization: who } });
const range = 'from=2026-01-01&to=2026-01-06';
const rowsOf = async (response: Response) => {
  expect(response.status, await response.clone().text()).toBe(200);
  return parse(await response.text(), { columns: true }) as Record<string, string>[];
};

test('the figures of a range are one row, a ratio four columns, a statistic its parts', async () => {
  const answer = await get(
    `.csv?${range}&metrics=callCount,answerRate,talkTime,coinsTotal,serviceLevel(withinSeconds:30)`,
  );
  const rows = await rowsOf(answer);
  const { callMetrics } = await app.query<{ callMetrics: { totals: Record<string, Record<string, unknown>> } }>(`{
    callMetrics(range: { between: { from: "2026-01-01T00:00:00+05:30", to: "2026-01-06T00:00:00+05:30" } }) { totals {
      callCount answerRate { value numerator denominator excluded }
      talkTime { count sum average min max p50: percentile(p: 50) p90: percentile(p: 90) p95: percentile(p: 95) }
      coinsTotal serviceLevel(withinSeconds: 30) { value numerator denominator excluded } } } }`);
  const { callCount, answerRate, talkTime, coinsTotal, serviceLevel } = callMetrics.totals;
  const flat = (name: string, of: Record<string, unknown> | undefined) =>
    Object.entries(of ?? {}).map(([key, value]) => [key === 'value' ? name : `${name}_${key}`, String(value)]);
  expect(rows).toEqual([
    {
      from: '2025-12-31T18:30:00.000Z',
      to: '2026-01-05T18:30:00.000Z',
      callCount: String(callCount),
      ...Object.fromEntries(flat('answerRate', answerRate)),
      ...Object.fromEntries(flat('talkTime', talkTime)),
      coinsTotal: String(coinsTotal),
      ...Object.fromEntries(flat('serviceLevel_withinSeconds_30', serviceLevel)),
    },
  ]);
  expect(Number(rows[0]?.callCount)).toBeGreaterThan(1000);
  await expect
    .poll(async () => (await entries())[0])
    .toMatchObject({ operation_name: 'export_metrics_csv', status: 200, code: null });
});

test('a row for each stretch, for each group, and for each stretch of each group', async () => {
  const days = await rowsOf(await get(`.csv?${range}&interval=DAY&metrics=callCount&times=local`));
  expect(days.map(({ label }) => label)).toEqual([
    '2026-01-01',
    '2026-01-02',
    '2026-01-03',
    '2026-01-04',
    '2026-01-05',
  ]);
  expect(days[0]).toMatchObject({ start: '2026-01-01 00:00:00', end: '2026-01-02 00:00:00', isPartial: 'false' });
  const total = days.reduce((sum, { callCount }) => sum + Number(callCount), 0);

  const groups = await rowsOf(await get(`.csv?${range}&by=AGENT&metrics=callCount`));
  expect(groups).toHaveLength(manyAgents);
  expect(new Set(groups.map(({ agentId }) => agentId)).size).toBe(manyAgents);
  expect(groups.reduce((sum, { callCount }) => sum + Number(callCount), 0)).toBe(total);
  expect(groups.filter(({ agentName }) => agentName?.startsWith("'=agent"))).toHaveLength(7);

  const both = await rowsOf(await get(`.csv?${range}&by=AGENT&interval=DAY&metrics=callCount`));
  expect(both).toHaveLength(manyAgents * 5);
  expect(both.reduce((sum, { callCount }) => sum + Number(callCount), 0)).toBe(total);

  const list = (await (
    await get(`.json?${range}&by=DAY_OF_WEEK,DIRECTION&metrics=callCount,answerRate`)
  ).json()) as object[];
  expect(list.length).toBeGreaterThan(3);
  expect(Object.keys(list[0] as object)).toEqual([
    'dayOfWeek',
    'direction',
    'callCount',
    'answerRate',
    'answerRate_numerator',
    'answerRate_denominator',
    'answerRate_excluded',
  ]);
});

test('what a key may not see is masked, and what it may not ask is refused', async () => {
  const [row] = await rowsOf(await get(`.csv?${range}&by=AGENT&metrics=callCount`, 'masked'));
  expect(row?.agentNumber).toMatch(/^\+91 98•+\d{3}$/);
  const groups = await rowsOf(await get(`.csv?${range}&by=AGENT&metrics=callCount`, 'masked'));
  expect(groups.filter(({ agentName }) => /\d{5} \d{5}/.test(agentName ?? ''))).toEqual([]);
  for (const who of ['calls', 'documents']) {
    const refused = await get(`.csv?${range}&metrics=callCount`, who);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await refused.json()).toMatchObject({ code: 'FORBIDDEN', status: 403 });
  }
});

const refused: [path: string, says: RegExp][] = [
  ['.csv', /from.*range/s],
  [`.csv?${range}&metrics=callCounts`, /callCounts.*is no metric.*callCount/s],
  [`.csv?${range}&metrics=constructor`, /is no metric/],
  [`.csv?${range}&metrics=serviceLevel(within:30)`, /withinSeconds:a whole number/],
  [`.csv?${range}&metrics=serviceLevel(rule:BEST)`, /ANSWERED_ONLY/],
  [`.csv?${range}&metrics=serviceLevel(withinSeconds:-5)`, /withinSeconds/],
  [`.csv?${range}&metrics=callCount,callCount`, /twice/],
  [`.csv?${range}&metrics=callCount){x}`, /is no metric/],
  [`.csv?${range}&interval=FORTNIGHT`, /"FORTNIGHT".*QUARTER_HOUR, HOUR/s],
  [`.csv?${range}&by=SHOE`, /"SHOE" is unknown.*AGENT/s],
  [`.csv?${range}&by=AGENT,CAMPAIGN,DIRECTION,ACCOUNT`, /1 to 3/],
  ['.csv?from=1990-01-01&to=2026-01-01&interval=HOUR', /interval/],
  [`.csv?${range}&timeZone=Nowhere`, /timeZone/],
  [`.csv?${range}&columns=id`, /one of calls/],
  [`.parquet?${range}`, /csv, json/],
  [`.csv?${range}&agentNumber=9812345678`, /POST/],
];

test.each(refused)('/export/metrics%s is refused', async (path, says) => {
  const answer = await get(path);
  expect(answer.status).toBe(400);
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect((await answer.json()) as object).toMatchObject({
    detail: expect.stringMatching(says),
    requestId: expect.any(String),
  });
});
