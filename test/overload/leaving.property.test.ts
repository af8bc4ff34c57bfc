import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { theSampleCall } from '../support/sample-call.ts';
import { type Asked, askFrom } from './client.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ admission: { queue: 1000, operationMs: 60_000 } });
  for (let i = 0; i < 5; i++) expect(await app.send({ ...theSampleCall, CallSid: `1672649960.${i}` })).toBe(200);
  // Reading calls takes its time, in the database, and can be told.
  await app.database.db.execute(sql`alter table calls rename to kept_calls`);
  await app.database.db.execute(
    sql`create view calls as select kept_calls.* from kept_calls, (select pg_sleep(0.15)) as waited`,
  );
});
afterAll(() => app?.close());

const range = 'range: { between: { from: "2023-01-01T00:00:00Z", to: "2023-02-01T00:00:00Z" } }';
const kinds: readonly ((n: number) => string)[] = [
  (n) => `{ callMetrics(${range}) { a${n}: totals { callCount } } }`,
  (n) =>
    `{ a${n}: callMetrics(${range}) { totals { callCount } timeSeries(interval: DAY) { metrics { callCount } } } }`,
  (n) => `{ a${n}: calls { totalCount } }`,
  (n) => `{ a${n}: calls { nodes { id } } }`,
  (n) => `{ a${n}: calls { nodes { id } } accounts { id } }`,
];

const running = async () => {
  const { rows } = await app.database.db.execute<{ count: number }>(
    sql`select count(*)::integer as count from pg_stat_activity
      where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid() and backend_type = 'client backend'`,
  );
  return rows[0]?.count;
};

test('clients that leave at random moments end their own questions and nobody else’s', async () => {
  let seed = 11;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const stayed: Asked[] = [];
  for (let i = 0; i < 160; i++) {
    const asked = askFrom(app.url, (kinds[random(kinds.length)] as (n: number) => string)(random(4)));
    if (random(3) === 0) stayed.push(asked);
    else void sleep(random(600)).then(asked.leave);
    await sleep(random(20));
  }
  for (const { reply } of stayed) {
    const { status, data, errors } = await reply;
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
    expect(JSON.stringify(data)).toMatch(/"(callCount|totalCount)":5|"id":/);
  }
  expect(stayed.length).toBeGreaterThan(20);
  await expect.poll(running, { timeout: 5000 }).toBe(0);
  // What they leave free is free: all places and connections are to be had.
  const after = Array.from({ length: 30 }, (_, i) =>
    askFrom(app.url, (kinds[i % 5] as (n: number) => string)(100 + i)),
  );
  for (const { reply } of after) expect(await reply).toMatchObject({ status: 200, data: expect.anything() });
  expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
}, 60_000);

test('a statement that nobody waits for any more is gone within a second; others who ask the same have their answer', async () => {
  await app.database.db.execute(
    sql`create or replace view calls as select kept_calls.* from kept_calls, (select pg_sleep(3)) as waited`,
  );
  const [figures, list] = [kinds[0]?.(900) as string, kinds[3]?.(900) as string];
  const alone = [askFrom(app.url, figures), askFrom(app.url, list)];
  await expect.poll(running, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
  for (const { leave } of alone) leave();
  const left = performance.now();
  await expect.poll(running, { timeout: 10_000, interval: 20 }).toBe(0);
  expect(performance.now() - left).toBeLessThan(2000);

  const leader = askFrom(app.url, figures);
  await expect.poll(running, { timeout: 10_000 }).toBeGreaterThanOrEqual(1);
  // These wait for the next computing: one of them leads it.
  const [next, follower, staying] = [askFrom(app.url, figures), askFrom(app.url, figures), askFrom(app.url, figures)];
  await sleep(200);
  next.leave();
  await leader.reply;
  await sleep(200);
  follower.leave();
  expect(await staying.reply).toMatchObject({ status: 200, data: { callMetrics: { a900: { callCount: 5 } } } });
  await expect.poll(running, { timeout: 10_000 }).toBe(0);
}, 60_000);

test('a client that closes its half of the connection, or several questions of one connection, end like others', async () => {
  const { connect } = await import('node:net');
  const { hostname, port } = new URL(app.url);
  const asking = (query: string) => {
    const body = JSON.stringify({ query });
    return `POST /graphql HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  };
  for (const end of ['end', 'destroy', 'resetAndDestroy'] as const) {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    socket.on('error', () => {});
    socket.write(asking(kinds[3]?.(901) as string) + asking(kinds[0]?.(902) as string));
    await expect.poll(running, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    socket[end]();
    await expect.poll(running, { timeout: 2000, interval: 20 }).toBe(0);
    socket.destroy();
  }
}, 60_000);
