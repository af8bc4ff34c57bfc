import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { type Asked, askFrom } from './client.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

const range = 'range: { between: { from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" } }';
const figures = (n: number | string) => `{ callMetrics(${range}) { a${n}: totals { callCount } } }`;
const list = (n: number | string) => `{ a${n}: calls { nodes { id } } }`;

/** A service whose questions all wait, for as long as the calls are locked. */
async function stuck(admission: { queue: number; operationMs: number }) {
  const app = await startApp({ admission });
  const holder = new pg.Client({ connectionString: app.database.url });
  await holder.connect();
  await holder.query('begin; lock table calls in access exclusive mode');
  cleanUp.push(app.close, () => holder.end());
  return { app, ask: (query: string, address?: string) => askFrom(app.url, query, address ? { address } : {}), holder };
}

const waiting = async (app: TestApp) => {
  const { rows } = await app.database.db.execute<{ count: number }>(
    sql`select count(*)::integer as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows[0]?.count;
};

async function expectOverloaded({ reply }: Asked) {
  const { status, headers, data, errors } = await reply;
  expect(status).toBe(503);
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  expect(headers['content-type']).toMatch(/^application\/json/);
  expect(data).toBeUndefined();
  expect(errors).toHaveLength(1);
  expect(errors?.[0]?.extensions.code).toBe('OVERLOADED');
  return errors?.[0]?.message;
}

const expectAnswered = async (asked: readonly Asked[]) => {
  for (const { reply } of asked) expect(await reply).toMatchObject({ status: 200, data: expect.anything() });
};

test('what is asked beyond the queue is refused at once; equal questions that share an answer count once', async () => {
  const { app, ask, holder } = await stuck({ queue: 8, operationMs: 60_000 });
  const letIn = Array.from({ length: 8 }, (_, i) => ask(figures(i), `127.0.0.${1 + (i % 4)}`));
  // All of them have come in, if not to the database.
  await expect.poll(() => waiting(app)).toBeGreaterThan(2);
  expect(await expectOverloaded(ask(figures('other'), '127.0.0.9'))).toMatch(/8 questions/);
  await expectOverloaded(ask(list('other'), '127.0.0.9'));
  const equal = Array.from({ length: 60 }, (_, i) => ask(figures(i % 8), `127.0.0.${1 + (i % 4)}`));
  await expectOverloaded(ask(figures('another'), '127.0.0.9'));
  await holder.query('rollback');
  await expectAnswered([...letIn, ...equal]);
  await expectAnswered(Array.from({ length: 4 }, (_, i) => ask(figures(`after${i}`))));
});

test('equal questions that share no answer count each', async () => {
  const { app, ask, holder } = await stuck({ queue: 10, operationMs: 60_000 });
  const two = [ask(list('same')), ask(list('same'))];
  await expect.poll(() => waiting(app)).toBe(2);
  const more = Array.from({ length: 30 }, (_, i) => ask(list('same'), `127.0.0.${2 + i}`));
  const statuses: number[] = [];
  const all = [...two, ...more].map(async ({ reply }) => statuses.push((await reply).status));
  await expect.poll(() => statuses.length).toBe(22);
  expect(new Set(statuses)).toEqual(new Set([503]));
  await holder.query('rollback');
  await Promise.all(all);
  expect(statuses.filter((status) => status === 200)).toHaveLength(10);
});

test('one address has half of the queue at most, whatever it says of itself', async () => {
  const { app, ask, holder } = await stuck({ queue: 12, operationMs: 60_000 });
  const own = Array.from({ length: 6 }, (_, i) => ask(list(i), '127.0.0.7'));
  await expect.poll(() => waiting(app)).toBe(6);
  expect(await expectOverloaded(ask(list('more'), '127.0.0.7'))).toMatch(/6 questions of this key or address/);
  const others = Array.from({ length: 6 }, (_, i) => ask(list(`other${i}`), '127.0.0.8'));
  await expect.poll(() => waiting(app)).toBeGreaterThan(7);
  await expectOverloaded(ask(list('third'), '127.0.0.9'));
  // Who leaves makes room for others.
  own[0]?.leave();
  others[0]?.leave();
  await expect
    .poll(async () => (await ask('{ accounts { id } }', '127.0.0.9').reply).status, { timeout: 10_000 })
    .toBe(200);
  await holder.query('rollback');
  await expectAnswered([...own.slice(1), ...others.slice(1)]);
});

test('a question ends after its time, wherever it is, and nothing of it is left', async () => {
  const { app, ask, holder } = await stuck({ queue: 40, operationMs: 700 });
  const began = performance.now();
  // More than there are places and connections: some wait in the queue.
  const asked = Array.from({ length: 18 }, (_, i) => ask(i % 2 ? figures(i) : list(i)));
  for (const { reply } of asked) {
    const { status, data, errors } = await reply;
    expect({ status, data }).toEqual({ status: 200, data: undefined });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'TIMEOUT', allowed: '0.7 s' }]);
  }
  expect(performance.now() - began).toBeGreaterThanOrEqual(690);
  await expect.poll(() => waiting(app), { timeout: 10_000 }).toBe(0);
  await holder.query('rollback');
  await expectAnswered([ask(figures('after')), ask(list('after'))]);
  expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});
