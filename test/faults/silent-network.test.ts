import { setTimeout as sleep } from 'node:timers/promises';
import { type TestContext, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { makeDataDir, type Service, startService } from '../support/service.ts';
import { openProxy } from '../support/tcp-proxy.ts';

const secret = 'a-secret-for-tests-0123456789';

/** A database behind a network of its own, and services with either. */
async function setUp(onTestFinished: TestContext['onTestFinished']) {
  const database = await createTestDatabase();
  onTestFinished(database.close);
  const { hostname: host, port } = new URL(database.url);
  const proxy = await openProxy({ host, port: Number(port) });
  onTestFinished(proxy.close);
  const start = async (isThrough: 'proxy' | 'nothing'): Promise<Service> => {
    const { dataDir, remove } = await makeDataDir();
    onTestFinished(remove);
    const url = new URL(database.url);
    if (isThrough === 'proxy') url.port = String(proxy.port);
    const service = await startService({ dataDir, env: { DATABASE_URL: url.href, WEBHOOK_SECRET: secret } });
    onTestFinished(async () => void (await service.stop('SIGKILL')));
    return service;
  };
  return { database, proxy, start };
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

// All of them wait most of the time.
test.concurrent('in silence every delivery is refused within 15 seconds, the log says why once, and work goes on afterwards', async ({
  expect,
  onTestFinished,
}) => {
  const { database, proxy, start } = await setUp(onTestFinished);
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

  proxy.resume();
  let since = 0;
  const deliverAgain = () => {
    since += 1;
    return deliver(service);
  };
  await expect.poll(async () => (await deliverAgain()).status, { timeout: 20_000 }).toBe(200);
  const all = await Promise.all(Array.from({ length: 40 }, deliverAgain));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  const { rows } = await database.pool.query('select count(*)::int as kept from webhook_events');
  expect(rows[0].kept).toBeGreaterThanOrEqual(since);
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

test.concurrent.for([0, 1500])(
  'a service that is told to end in silence, %i ms after it began, ends within 15 seconds',
  { timeout: 90_000 },
  async (afterMs, { expect, onTestFinished }) => {
    const { proxy, start } = await setUp(onTestFinished);
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
);

test.concurrent('the account of a service that was lost within a transaction is free for the next one within 30 seconds', async ({
  expect,
  onTestFinished,
}) => {
  const { proxy, start } = await setUp(onTestFinished);
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
