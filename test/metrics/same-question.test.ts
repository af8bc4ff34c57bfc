import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administrator } from '../../src/access/viewer.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls } from '../support/factories.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const query = `query Asked($days: String!) { callMetrics(range: { last: $days }) { to totals { callCount } } }`;
type Answer = { callMetrics: { to: string; totals: { callCount: number } } };
const ask = async (days: string) => (await app.query<Answer>(query, { days })).callMetrics;
const started = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString();

/** Waits until so many statements of others wait for a lock. */
async function untilBlocked(client: pg.Client, count: number): Promise<void> {
  for (;;) {
    const { rows } = await client.query(
      "select count(*)::int as blocked from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (rows[0].blocked >= count) return;
    await sleep(10);
  }
}

test('of the same question asked many times at once all but the first are answered together, by calls as they are then', async () => {
  await insertCalls(app.database.db, [aCall({ accountId: app.account.id, startedAt: started(60) })]);
  const blocker = new pg.Client({ connectionString: app.database.url });
  const watcher = new pg.Client({ connectionString: app.database.url });
  await Promise.all([blocker.connect(), watcher.connect()]);
  let arrived = 0;
  const count = () => {
    arrived += 1;
  };
  try {
    await blocker.query('begin; lock table calls in access exclusive mode');
    app.takeStatements();
    const first = ask('P7D');
    await untilBlocked(watcher, 1);
    subscribe('http.server.request.start', count);
    const others = Array.from({ length: 20 }, () => ask('P7D'));
    while (arrived < 20) await sleep(5);
    const different = ask('P8D');
    await untilBlocked(watcher, 2);
    const askedBefore = new Date().toISOString();
    await blocker.query(`insert into calls (account_id, call_sid, direction, status, started_at, created_at, updated_at)
      select account_id, 'another', direction, status, started_at, created_at, updated_at from calls`);
    await blocker.query('commit');

    expect((await first).totals.callCount).toBe(1);
    const answers = await Promise.all(others);
    for (const { totals, to } of answers) {
      expect(totals.callCount).toBe(2);
      // The moment of the question is that of the computation, not that of the first who waited.
      expect(to >= askedBefore).toBe(true);
    }
    await different;
    const computed = app.takeStatements().filter((text) => text.includes('count(*)'));
    expect(computed).toHaveLength(3);
  } finally {
    unsubscribe('http.server.request.start', count);
    await Promise.all([blocker.end(), watcher.end()]);
  }
}, 30_000);

test('questions that fail give their places back: more of them than there are places hold up no other', async () => {
  const send = async (text: string, variables: Record<string, unknown> = {}) => {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: text, variables }),
      signal: AbortSignal.timeout(20_000),
    });
    return (await response.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] };
  };
  const failing = Array.from({ length: 30 }, (_, i) => [
    send(`{ callMetrics(range: { last: "P${i + 400}D" }) { timeSeries(interval: QUARTER_HOUR) { start } } }`),
    send(`{ callMetrics(range: { last: "P${i + 1}D" }, timeZone: "No/Where") { totals { callCount } } }`),
    send(`query Asked($days: String!) { callMetrics(range: { last: $days }) { to } }`, { days: `P${i}X` }),
    send(query, { days: i }),
  ]).flat();
  // Whoever asked does not wait for the answer.
  const leaving = new AbortController();
  const left = Array.from({ length: 20 }, (_, i) =>
    fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { days: `P${i + 50}D` } }),
      signal: leaving.signal,
    }).catch(() => 'left'),
  );
  await sleep(5);
  leaving.abort();
  await Promise.all(left);
  for (const { errors } of await Promise.all(failing)) expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  const answers = await Promise.all(Array.from({ length: 15 }, (_, i) => send(query, { days: `P${i + 100}D` })));
  for (const { errors, data } of answers) {
    expect(errors).toBeUndefined();
    expect(data).toBeTruthy();
  }
}, 60_000);

test('what one may see whom the service trusts is not shared with others', async () => {
  const other = await startApp({
    viewerOf: (sent) => (sent ? administrator : { ...administrator, scopes: ['metrics'] }),
  });
  try {
    const send = async (headers: Record<string, string>) => {
      const response = await fetch(`${other.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables: { days: 'P7D' } }),
      });
      return (await response.json()) as { extensions?: { plan?: unknown } };
    };
    const trusted = { authorization: 'an administrator' };
    const answers = await Promise.all(
      [trusted, {}, trusted, {}, trusted, {}].map((headers) => send(headers as Record<string, string>)),
    );
    expect(answers.map(({ extensions }) => extensions?.plan !== undefined)).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
  } finally {
    await other.close();
  }
});
