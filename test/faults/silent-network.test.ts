import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeDataDir, type Service, startService } from '../support/service.ts';
import { openProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const cleanUp: (() => Promise<unknown> | unknown)[] = [];
let database: TestDatabase;
let proxy: TcpProxy;

beforeEach(async () => {
  database = await createTestDatabase();
  cleanUp.push(database.close);
  const { hostname: host, port } = new URL(database.url);
  proxy = await openProxy({ host, port: Number(port) });
  cleanUp.push(proxy.close);
});

afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

const secret = 'a-secret-for-tests-0123456789';

async function start(isThrough: 'proxy' | 'nothing'): Promise<Service> {
  const { dataDir, remove } = await makeDataDir();
  cleanUp.push(remove);
  const url = new URL(database.url);
  if (isThrough === 'proxy') url.port = String(proxy.port);
  const service = await startService({ dataDir, env: { DATABASE_URL: url.href, WEBHOOK_SECRET: secret } });
  cleanUp.push(() => service.stop('SIGKILL'));
  return service;
}

let count = 0;

/** Sends a delivery; the answer's status, and how long it took. */
async function deliver({ webhookUrl }: Service): Promise<{ status: number; seconds: number }> {
  count += 1;
  const begun = performance.now();
  const body = JSON.stringify({ CallSid: `1672649960.${count}`, Status: 'ANSWER', SourceNumber: '9812345678' });
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(webhookUrl, { method: 'POST', headers, body });
  return { status, seconds: (performance.now() - begun) / 1000 };
}

const logLines = (service: Service) =>
  service
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { level: string; msg: string; pool?: string });

const silenceIn = (service: Service, pool: string) =>
  logLines(service).filter((line) => line.msg.startsWith('the database answers nothing') && line.pool === pool).length;

test('in silence every delivery is refused within 15 seconds, the log says why once, and work goes on afterwards', async () => {
  const service = await start('proxy');
  expect((await deliver(service)).status).toBe(200);
  proxy.stall();
  const sent: ReturnType<typeof deliver>[] = [];
  // Some when the silence begins, some while it is known, some long after.
  for (let i = 0; i < 60; i++) {
    sent.push(deliver(service));
    await sleep(500);
  }
  const refused = await Promise.all(sent);
  expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
  expect(Math.max(...refused.map(({ seconds }) => seconds))).toBeLessThan(15);
  expect(silenceIn(service, 'ingest')).toBe(1);
  expect(logLines(service).filter(({ level }) => level === 'error' || level === 'warn').length).toBeLessThan(40);

  const before = count;
  proxy.resume();
  await expect.poll(async () => (await deliver(service)).status, { timeout: 20_000 }).toBe(200);
  const all = await Promise.all(Array.from({ length: 40 }, () => deliver(service)));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  const { rows } = await database.pool.query('select count(*)::int as kept from webhook_events');
  expect(rows[0].kept).toBeGreaterThanOrEqual(count - before);
  const asked = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ calls(first: 1) { totalCount } }' }),
  });
  expect(((await asked.json()) as { data: { calls: { totalCount: number } } }).data.calls.totalCount).toBeGreaterThan(
    40,
  );
  expect(await service.stop()).toMatchObject({ code: 0 });
}, 120_000);

test.each([0, 1500])(
  'a service that is told to end in silence, %i ms after it began, ends within 15 seconds',
  async (afterMs) => {
    const service = await start('proxy');
    expect((await deliver(service)).status).toBe(200);
    proxy.stall();
    const underWay = Array.from({ length: 5 }, () => deliver(service).catch(() => ({ status: 0 })));
    await sleep(afterMs);
    const told = performance.now();
    const { code, stdout } = await service.stop('SIGTERM');
    expect((performance.now() - told) / 1000).toBeLessThan(15);
    if (code !== 0) expect(stdout).toContain('ending without having closed everything: ');
    expect([0, 1]).toContain(code);
    for (const { status } of await Promise.all(underWay)) expect([0, 503]).toContain(status);
  },
  90_000,
);

test('the account of a service that was lost within a transaction is free for the next one within 30 seconds', async () => {
  const lost = await start('proxy');
  expect((await deliver(lost)).status).toBe(200);
  let isLocked = false;
  const isHeld = new Promise<void>((resolve) => {
    proxy.onChunk(({ bytes, direction, connection }) => {
      if (direction === 'toServer' && bytes.includes('lock_account')) isLocked = true;
      else if (isLocked && direction === 'toClient') {
        connection.stall();
        resolve();
      }
    });
  });
  void deliver(lost).catch(() => {});
  await isHeld;
  // Its host is gone: nothing more comes from it, not even the end of its connections.
  proxy.stall();
  await lost.stop('SIGKILL');

  const next = await start('nothing');
  const begun = performance.now();
  await expect.poll(async () => (await deliver(next)).status, { timeout: 40_000 }).toBe(200);
  expect((performance.now() - begun) / 1000).toBeLessThan(30);
}, 120_000);
