import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { defaultLimits } from '../../src/access/limits.ts';
import { administrator } from '../../src/access/viewer.ts';
import { ensureDefaultAccount } from '../../src/accounts/accounts.ts';
import { Cancellation } from '../../src/cancellation.ts';
import type { Question } from '../../src/graphql/server/answers.ts';
import { projectFile } from '../../src/project-file.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { answerOnThread } from '../../src/workers/answer-on-thread.ts';
import { createTestDatabase } from '../support/database.ts';
import { aCall, insertCalls } from '../support/factories.ts';
import { testKeys } from '../support/seals.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

const question = (query: string): Question => ({
  requestId: 'a-request',
  viewer: administrator,
  isForeign: false,
  refused: [[1, 7]],
  accessLogLost: 0,
  chargedTo: 'a test',
  method: 'POST',
  search: '',
  headers: { 'content-type': 'application/json' },
  body: { query },
});

async function start(file: string, threads = 1) {
  const { url, db, pool, close } = await createTestDatabase();
  cleanUp.push(close);
  await ensureDefaultAccount(db, { timeZone: 'Asia/Kolkata', region: 'IN' });
  const lines: string[] = [];
  const restarts: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  const service = {
    timeZone: 'Asia/Kolkata',
    region: 'IN',
    liveAgeLimitHours: 4,
    limits: defaultLimits,
    budgetPerMinute: 1_000_000,
  };
  const settings = { databaseUrl: url, service, keys: testKeys, cacheBytes: 1_000_000 };
  const answers = await answerOnThread({ settings, logging: { level: 'silent' } }, log, {
    file: projectFile(file),
    providers,
    heapMb: 256,
    threads,
    onRestart: () => restarts.push(file),
  });
  cleanUp.push(answers.stop);
  return { ...answers, lines, restarts, pool, db };
}

test('a thread answers what it is asked, many at once, each its own', async () => {
  const { answer } = await start('dist/workers/answering-thread.js');
  const texts = await Promise.all(
    Array.from(
      { length: 20 },
      async (_, i) => (await answer(question(`{ webhookHealth { a${i}: refusedSinceStart } }`))).text,
    ),
  );
  expect(texts.map((text) => JSON.parse(text).data)).toEqual(
    Array.from({ length: 20 }, (_, i) => ({ webhookHealth: { [`a${i}`]: 7 } })),
  );
  const wrong = await answer(question('{ nothing }'));
  expect(wrong).toMatchObject({ status: 400, headers: { 'content-type': 'application/json; charset=utf-8' } });
  expect(JSON.parse(wrong.text).errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
});

test('a question at which a thread fails takes no other along', async () => {
  const { answer, lines } = await start('dist/workers/answering-thread.js');
  const odd = { ...question('{ webhookHealth { refusedSinceStart } }'), headers: null as never };
  const [failed, other] = await Promise.allSettled([
    answer(odd),
    answer(question('{ webhookHealth { refusedSinceStart } }')),
  ]);
  expect(failed.status).toBe('rejected');
  expect(other).toMatchObject({ status: 'fulfilled', value: { status: 200 } });
  expect(lines).toEqual([]);
});

test('a thread that breaks off is started again; who waits for it, or comes meanwhile, is told to try again', async () => {
  const { answer, lines, restarts } = await start('test/workers/breaking-thread.mjs');
  expect((await answer(question('{ first }'))).text).toBe('first');
  const broken = await Promise.all([answer(question('{ second }')), answer(question('{ third }'))]);
  const meanwhile = await answer(question('{ fourth }'));
  for (const { status, headers, text } of [...broken, meanwhile]) {
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('2');
    expect(JSON.parse(text).errors[0].extensions.code).toBe('UNAVAILABLE');
  }
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ thread: 'answering', failure: { kind: 'Error' } });
  expect(lines.join()).not.toContain('9812345678');
  await expect.poll(async () => (await answer(question('{ again }'))).text, { timeout: 20_000 }).toBe('first');
  expect(restarts).toHaveLength(1);
});

test('a thread tells of itself: its connections, its event loop, its errors and where figures came from', async () => {
  const { answer, measure } = await start('dist/workers/answering-thread.js');
  const figures = 'callMetrics(range: { last: "P1D" }) { totals { callCount } }';
  expect((await answer(question(`{ ${figures} }`))).status).toBe(200);
  // A machine that is busy may not have told in time.
  await expect.poll(measure, { timeout: 20_000 }).not.toBeNull();
  const told = await measure();
  expect(Object.keys(told?.pools ?? {})).toEqual(['queries', 'snapshots', 'lists', 'writes', 'cancels']);
  expect(told?.sources).toEqual({ 'packed calls': 0, calls: 1 });
  expect(told?.databaseErrors).toEqual({});
  expect(told?.delay.max).toBeGreaterThanOrEqual(told?.delay.p50 ?? Number.NaN);
});

test('one that is down tells nothing', async () => {
  const { answer, measure } = await start('test/workers/breaking-thread.mjs');
  await Promise.all([answer(question('{ first }')), answer(question('{ second }'))]);
  expect(await measure()).toBeNull();
});

test('two threads give equal answers, each by itself and both at once', async () => {
  const { answer, whyNot, db } = await start('dist/workers/answering-thread.js', 2);
  const account = await ensureDefaultAccount(db, { timeZone: 'Asia/Kolkata', region: 'IN' });
  const rows = Array.from({ length: 60 }, (_, i) =>
    aCall({ accountId: account.id, startedAt: new Date(Date.UTC(2026, 0, 1, i % 24)).toISOString(), talkSeconds: i }),
  );
  await insertCalls(db, rows);
  await expect.poll(whyNot, { timeout: 20_000 }).toEqual([]);
  const range = 'range: { between: { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" } }';
  const queries = [
    '{ calls(first: 20) { totalCount nodes { id callSid startedAt talkSeconds } pageInfo { endCursor } } }',
    `{ callMetrics(${range}) { totals { callCount talkTime { sum average } } timeSeries(interval: HOUR) { metrics { callCount } } } }`,
    '{ accounts { id name timeZone } }',
    '{ nothing }',
  ];
  for (const query of queries) {
    // Of questions that are open at once each goes to the thread that has fewer.
    const told = await Promise.all(Array.from({ length: 6 }, () => answer(question(query))));
    expect(told[0]?.text).toMatch(/^\{"(data|errors)":/);
    expect(new Set(told.map(({ status, text }) => `${status} ${text}`)).size, query).toBe(1);
  }
  const { data } = JSON.parse((await answer(question(queries[0] ?? ''))).text);
  expect(data.calls.totalCount).toBe(60);
});

test('a question that is given up ends its statement in Postgres, over the border', async () => {
  const { answer, pool } = await start('dist/workers/answering-thread.js');
  const blocker = await pool.connect();
  cleanUp.push(async () => blocker.release());
  await blocker.query('begin; lock table calls in access exclusive mode');
  const underWay = async () => {
    const found = await pool.query(
      "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return found.rows[0].count as number;
  };
  const cancellation = new Cancellation();
  const asked = answer(question('{ calls { nodes { id } } }'), { cancellation });
  await expect.poll(underWay, { timeout: 20_000 }).toBe(1);
  cancellation.cancel();
  await asked.catch(() => {});
  await expect.poll(underWay, { timeout: 5_000 }).toBe(0);
  await blocker.query('rollback');
});
