import { afterEach, expect, test } from 'vitest';
import { AccessLog } from '../../../src/access/log/access-log.ts';
import { entryOf } from '../../../src/access/log/entry-of.ts';
import { receiptOf } from '../../../src/access/log/receipt.ts';
import { writeEntries } from '../../../src/access/log/write-entries.ts';
import { administrator } from '../../../src/access/viewer.ts';
import { openDatabase } from '../../../src/postgres/client.ts';
import { type GraphqlAnswer, startApp } from '../../support/app.ts';
import { createTestDatabase } from '../../support/database.ts';
import { openProxy } from '../../support/tcp-proxy.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

/** A log whose connection is its own, and may fall silent while all others are as they were. */
async function setUp(most: number) {
  const told: string[] = [];
  const database = await createTestDatabase();
  cleanUp.push(database.close);
  const { hostname: host, port } = new URL(database.url);
  const proxy = await openProxy({ host, port: Number(port) });
  const through = new URL(database.url);
  through.port = String(proxy.port);
  const entries = openDatabase({ url: through.href, name: 'log', max: 1, silenceMs: 500, connectTimeoutMs: 500 });
  const tell = (_told: object, message: string) => void told.push(message);
  const log = new AccessLog({
    write: (batch) => writeEntries(entries.pool, batch),
    log: { error: tell, warn: tell },
    most,
  });
  cleanUp.push(proxy.close, entries.close, () => log.close());
  const app = await startApp({ accessLog: log });
  cleanUp.push(app.close);
  const written = async () => {
    const { rows } = await database.pool.query<{ name: string }>(
      'select operation_name as name from access_log order by id',
    );
    return rows.map(({ name }) => name);
  };
  return { app, log, proxy, told, database, written };
}

const timed = async (work: Promise<GraphqlAnswer>) => {
  const began = performance.now();
  const { data } = await work;
  return { data, ms: performance.now() - began };
};

test('while its database is silent questions are answered as ever; what no longer finds room is counted and told', async () => {
  const { app, log, proxy, told, written } = await setUp(5);
  await app.ask('query Before { accounts { name } }');
  await expect.poll(written).toEqual(['Before']);
  proxy.stall();
  for (let n = 0; n < 12; n++) {
    const { data, ms } = await timed(app.ask(`query Silent${n} { accounts { name } }`));
    expect(data).toEqual({ accounts: [{ name: 'default' }] });
    expect(ms).toBeLessThan(500);
  }
  expect(log.lostOf(administrator)).toBe(7);
  expect((await app.query('{ accessLogLost }')).accessLogLost).toBe(7);
  expect(log.lostOf({ ...administrator, accounts: [app.account.id] })).toBe(0);
  await expect.poll(() => told.some((line) => line === 'the access log could not be written')).toBe(true);
  expect(told.some((line) => line.startsWith('questions are not in the access log'))).toBe(true);
  proxy.resume();
  await expect
    .poll(async () => new Set(await written()), { timeout: 10_000 })
    .toEqual(new Set(['Before', 'Silent0', 'Silent1', 'Silent2', 'Silent3', 'Silent4']));
  // What waits still leaves no room for others.
  const asked = async () => {
    await app.ask('query After { accounts { name } }');
    return written();
  };
  await expect.poll(asked, { timeout: 10_000, interval: 300 }).toContain('After');
});

test('where its connections are refused, what waits is written once they are not', async () => {
  const { app, log, proxy, written } = await setUp(100);
  proxy.retarget({ host: '127.0.0.1', port: 1 });
  proxy.cut();
  for (let n = 0; n < 3; n++) await app.ask(`query Refused${n} { accounts { name } }`);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(await written()).toEqual([]);
  const { port } = new URL(app.database.url);
  proxy.retarget({ host: '127.0.0.1', port: Number(port) });
  await expect.poll(written, { timeout: 10_000 }).toEqual(['Refused0', 'Refused1', 'Refused2']);
  expect(log.lostOf(administrator)).toBe(0);
});

test('what waits at the end is written; what cannot be written then is counted', async () => {
  const { log, proxy, written } = await setUp(100);
  const entry = (name: string) => entryOf(administrator, 200, { ...receiptOf(null), operationName: name }, 'a request');
  log.note(entry('Last'));
  await log.close();
  expect(await written()).toEqual(['Last']);
  log.note(entry('TooLate'));
  expect(log.lostOf(administrator)).toBe(1);
  proxy.stall();
  const other = new AccessLog({
    write: () => new Promise(() => {}),
    log: { error: () => {}, warn: () => {} },
  });
  other.note(entry('Never'));
  await other.close();
  expect(other.lostOf(administrator)).toBe(1);
});

test('entries that the database will never take do not keep others from it', async () => {
  const { log, written } = await setUp(100);
  log.note({ ...entryOf(administrator, 200, receiptOf(null), 'a request'), operationName: 'Bad', rows: 1e12 });
  await expect.poll(() => log.lostOf(administrator)).toBe(1);
  log.note(entryOf(administrator, 200, { ...receiptOf(null), operationName: 'Good' }, 'a request'));
  await expect.poll(written).toEqual(['Good']);
});
