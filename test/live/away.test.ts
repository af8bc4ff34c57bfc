import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, expect, inject, test } from 'vitest';
import { lockForWriting } from '../../src/calls/write/lock-for-writing.ts';
import { ChangeNotifier } from '../../src/live/change-notifier.ts';
import type { LiveEvent } from '../../src/live/watcher.ts';
import { openDatabase } from '../../src/postgres/client.ts';
import { migrateDatabase } from '../../src/postgres/start/migrate.ts';
import { inTransaction } from '../../src/postgres/statement.ts';
import { instantOf } from '../../src/time/instant.ts';
import { PostgresServer } from '../faults/rig/postgres.ts';
import { allowConnections, createTestDatabase } from '../support/database.ts';
import { insertAccount } from '../support/factories.ts';
import { openProxy } from '../support/tcp-proxy.ts';
import { type Complaints, openFeed, watch } from './world.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Makes a call, or changes it, as writers do; tried until the database takes it. */
async function write(pool: pg.Pool, account: number, sid: string, clock = () => instantOf(Date.now())): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await inTransaction(pool, async (on) => {
        const now = await lockForWriting(on, account, clock);
        await on.query(
          `insert into calls (account_id, call_sid, direction, status, started_at, created_at, updated_at, talk_seconds)
           values ($1, $2, 'INBOUND', 'COMPLETED', $3, $3, $3, 0)
           on conflict (call_sid, account_id) do update set updated_at = $3, talk_seconds = calls.talk_seconds + 1`,
          [account, sid, now],
        );
      });
      return;
    } catch (error) {
      if (tries > 200) throw error;
      await sleep(25);
    }
  }
}

const told = (came: readonly LiveEvent[]) =>
  came.map(({ kind, call }) => `${kind} ${call?.callSid} ${call?.talkSeconds}`);
const soon = { timeout: 20_000, interval: 20 };

async function open(url: string, feedUrl = url) {
  const database = openDatabase({ url, name: 'writer', max: 3 });
  ends.push(database.close);
  const account = await insertAccount(database.db, { name: `account ${Math.random()}` });
  const complaints: Complaints = { warnings: [] };
  const feed = openFeed(feedUrl, complaints);
  ends.push(() => feed.stop());
  const notifier = new ChangeNotifier(url, { error: () => {}, warn: () => {} });
  ends.push(() => notifier.close());
  return { ...database, account: account.id, feed, complaints, notifier };
}

test('while Postgres is killed and comes back, and the listening connection is ended, watchers stay and miss nothing', {
  timeout: 60_000,
}, async () => {
  const server = await PostgresServer.make();
  ends.push(() => server.remove());
  await migrateDatabase(server.url(), { info: () => {}, warn: () => {} } as never);
  const { pool, account, feed, complaints, notifier } = await open(server.url());
  const watched = await watch(feed);
  await write(pool, account, 'before');
  await expect.poll(() => told(watched.came), soon).toEqual(['MATCHES before 0']);

  const listeners = "select pid from pg_stat_activity where application_name = 'live wake-ups'";
  await expect.poll(() => server.run(listeners), soon).toHaveLength(1);
  const [first] = await server.run<{ pid: number }>(listeners);
  await server.run(`select pg_terminate_backend(${first?.pid})`);
  await write(pool, account, 'unheard');
  await expect.poll(() => told(watched.came), soon).toContain('MATCHES unheard 0');
  await expect.poll(async () => (await server.run<{ pid: number }>(listeners))[0]?.pid, soon).not.toBe(undefined);

  const since = watched.token();
  await server.kill();
  const writing = Promise.all([write(pool, account, 'before'), write(pool, account, 'after')]);
  notifier.changed(account);
  await sleep(300);
  await expect(watch(feed, { viewer: { name: 'n', accounts: [999], scopes: ['calls'] } })).rejects.toMatchObject({
    code: expect.any(String),
  });
  await server.start();
  await writing;
  const all = ['MATCHES before 0', 'MATCHES unheard 0', 'MATCHES before 1', 'MATCHES after 0'];
  await expect.poll(() => told(watched.came).sort(), soon).toEqual([...all].sort());
  expect(watched.error()).toBe(null);
  expect(complaints.warnings.length).toBeGreaterThan(0);

  const again = await watch(feed, { since });
  await expect.poll(() => told(again.came).sort(), soon).toEqual(['MATCHES after 0', 'MATCHES before 1']);
  await expect.poll(() => server.run(listeners), soon).toHaveLength(1);
});

test('a network that falls silent is noticed, and nothing of that time is missed', { timeout: 60_000 }, async () => {
  const database = await createTestDatabase();
  ends.push(database.close);
  const url = new URL(database.url);
  const proxy = await openProxy({ host: url.hostname, port: Number(url.port) });
  ends.push(proxy.close);
  const through = new URL(database.url);
  through.hostname = '127.0.0.1';
  through.port = String(proxy.port);
  const { pool, account, feed, complaints } = await open(database.url, through.href);
  const watched = await watch(feed);
  await write(pool, account, 'one');
  await expect.poll(() => told(watched.came), soon).toEqual(['MATCHES one 0']);
  // The connections there are fall silent for ever; new ones are as good as before.
  for (const connection of proxy.connections()) connection.stall();
  await write(pool, account, 'two');
  await write(pool, account, 'one');
  await expect.poll(() => told(watched.came), soon).toEqual(['MATCHES one 0', 'MATCHES two 0', 'MATCHES one 1']);
  expect(complaints.warnings).toContainEqual(
    expect.objectContaining({ failure: expect.objectContaining({ code: 'ETIMEDOUT' }) }),
  );
});

test('a server that lacks what was committed last, with its clock behind, is gone on with: what it commits is told', {
  timeout: 60_000,
}, async () => {
  const database = await createTestDatabase();
  const { url } = database;
  const name = new URL(url).pathname.slice(1);
  const run = async (...statements: string[]) => {
    const client = new pg.Client({ connectionString: inject('serverUrl') });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  ends.push(database.close, () => run(`drop database if exists ${name}_lost with (force)`));
  const { pool, account, feed } = await open(url);
  await write(pool, account, 'kept');
  const watched = await watch(feed);
  await allowConnections(url, false);
  await run(`create database ${name}_standby template ${name}`);
  await allowConnections(url, true);
  await write(pool, account, 'lost');
  await expect.poll(() => told(watched.came), soon).toEqual(['MATCHES lost 0']);
  const since = watched.token();

  await allowConnections(url, false);
  await run(`alter database ${name} rename to ${name}_lost`, `alter database ${name}_standby rename to ${name}`);
  await write(pool, account, 'new', () => instantOf(Date.now() - 20_000));
  await write(pool, account, 'kept', () => instantOf(Date.now() - 20_000));
  const now = ['MATCHES kept 1', 'MATCHES new 0'];
  await expect.poll(() => told(watched.came).slice(1).sort(), soon).toEqual(now);
  const again = await watch(feed, { since });
  await expect.poll(() => told(again.came).sort(), soon).toEqual(now);
});
