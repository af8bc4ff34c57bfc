import Fastify from 'fastify';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkAnswering } from '../../src/doors/health/check-answering.ts';
import { checkWriting } from '../../src/doors/health/check-writing.ts';
import { healthRoute } from '../../src/doors/health/health.route.ts';
import { RecentOutcomes } from '../../src/doors/health/recent-outcomes.ts';
import { openDatabase } from '../../src/postgres/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { openProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { lookAt, notReady, ready } from './probe.ts';

const cleanUp: (() => unknown)[] = [];
let database: TestDatabase;
let proxy: TcpProxy;
let url: string;
/** Connections of questions. */
let pool: pg.Pool;
const outcomes = new RecentOutcomes();

beforeEach(async () => {
  database = await createTestDatabase();
  const { hostname: host, port } = new URL(database.url);
  proxy = await openProxy({ host, port: Number(port || 5432) });
  const proxied = new URL(database.url);
  proxied.host = `127.0.0.1:${proxy.port}`;
  await open(proxied.href);
});
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
  await proxy.close();
  await database.close();
});

async function open(databaseUrl: string): Promise<void> {
  const opened = openDatabase({ url: databaseUrl, name: 'tests', max: 2, statementTimeoutMs: 2_000 });
  pool = opened.pool;
  const writing = checkWriting(databaseUrl, outcomes);
  const answering = checkAnswering(databaseUrl, [pool]);
  const app = Fastify();
  await healthRoute(app, { webhook: writing.whyNot, graphql: answering.whyNot, tellsWhy: () => true });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  cleanUp.push(async () => {
    await app.close();
    proxy.cut();
    await Promise.all([writing.close(), answering.close(), opened.close()]);
  });
}

/** Statements on the database, as its owner. */
async function run(...statements: string[]): Promise<void> {
  const client = await database.pool.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    client.release();
  }
}

const nameOf = ({ url }: TestDatabase) => new URL(url).pathname.slice(1);

describe('it is ready', () => {
  test('with a sound database; probing leaves nothing there, in no table and not on the disk', async () => {
    expect(await lookAt(url)).toEqual({ webhook: ready, graphql: ready, both: ready });
    const size = async () => {
      await run('checkpoint');
      const { rows } = await database.pool.query(
        `select (select count(*) from pg_class where relname not like 'call_analytics_room%') as classes, sum(pg_total_relation_size(oid)) as bytes from pg_class
          where relname = 'call_analytics_room' or relname in ('webhook_events', 'calls', 'pg_class', 'pg_attribute')`,
      );
      return rows[0];
    };
    const before = await size();
    for (let n = 0; n < 3; n++) expect((await lookAt(url)).both).toEqual(ready);
    expect(await size()).toEqual(before);
    for (const table of ['webhook_events', 'calls', 'agents', 'webhook_arrivals']) {
      expect((await database.pool.query(`select from ${table}`)).rowCount).toBe(0);
    }
  });

  test('where its role may make no temporary tables', async () => {
    const role = `health_${nameOf(database)}`;
    await run(
      `create role ${role} login password 'of-a-test'`,
      `revoke temporary on database ${nameOf(database)} from public`,
      `grant usage on schema public, drizzle to ${role}`,
      `grant select, insert, update, delete on all tables in schema public to ${role}`,
      `grant select on all tables in schema drizzle to ${role}`,
    );
    cleanUp.push(() => run(`drop owned by ${role}`, `drop role ${role}`));
    const other = new URL(database.url);
    other.username = role;
    other.password = 'of-a-test';
    await open(other.href);
    expect(await lookAt(url)).toEqual({ webhook: ready, graphql: ready, both: ready });
    await run(`revoke insert on webhook_events from ${role}`);
    const lacking = notReady('tables or rights missing');
    expect(await lookAt(url)).toEqual({ webhook: lacking, graphql: ready, both: lacking });
    await run(`revoke select on accounts from ${role}`);
    expect((await lookAt(url)).graphql).toEqual(lacking);
  });

  test('while all connections of questions are at work, and while others hold an account’s lock', async () => {
    const holder = await database.pool.connect();
    await holder.query('begin; select pg_advisory_xact_lock(1)');
    const busy = [pool.query('select pg_sleep(1.8)'), pool.query('select pg_sleep(1.8)'), pool.query('select 1')];
    expect(await lookAt(url)).toEqual({ webhook: ready, graphql: ready, both: ready });
    await Promise.all(busy);
    await holder.query('rollback');
    holder.release();
  });

  test('HEAD is answered as GET is, without a body, and one probe serves all of a second', async () => {
    const statements: string[] = [];
    proxy.onChunk(({ bytes, direction }) => direction === 'toServer' && statements.push(bytes.toString('latin1')));
    const begun = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => fetch(`${url}/readyz/webhook`, { method: 'HEAD' })),
    );
    if (performance.now() - begun < 900) {
      expect(statements.filter((text) => text.includes('call-analytics health'))).toHaveLength(1);
    }
    for (const answer of answers) expect([answer.status, await answer.text()]).toEqual([200, '']);
    await run('drop table agents cascade');
    const { webhook } = await lookAt(url);
    expect(webhook.status).toBe(503);
    expect((await fetch(`${url}/readyz`, { method: 'HEAD' })).status).toBe(503);
  });
});

describe('it is not ready, and is again by itself,', () => {
  test('where a table is missing', async () => {
    await run('alter table calls rename to elsewhere');
    const missing = notReady('tables or rights missing');
    expect(await lookAt(url)).toEqual({ webhook: missing, graphql: missing, both: missing });
    await run('alter table elsewhere rename to calls');
    expect((await lookAt(url)).both).toEqual(ready);
  });

  test('where a column is missing that only figures need', async () => {
    await run('alter table call_chunks drop column coins_code');
    const missing = notReady('tables or rights missing');
    expect(await lookAt(url)).toEqual({ webhook: ready, graphql: missing, both: missing });
  });

  test('where a migration is missing', async () => {
    await run(
      'create table kept as select * from drizzle.__drizzle_migrations',
      'delete from drizzle.__drizzle_migrations',
    );
    expect((await lookAt(url)).webhook).toEqual(notReady('migrations missing'));
    await run('insert into drizzle.__drizzle_migrations select * from kept');
    expect((await lookAt(url)).both).toEqual(ready);
  });

  test('on a server that only reads; questions are still answered', async () => {
    await run(`alter database ${nameOf(database)} set default_transaction_read_only = on`);
    proxy.cut();
    const readOnly = notReady('database read-only');
    expect(await lookAt(url)).toEqual({ webhook: readOnly, graphql: ready, both: readOnly });
    await run(
      'set default_transaction_read_only = off',
      `alter database ${nameOf(database)} reset default_transaction_read_only`,
      'reset default_transaction_read_only',
    );
    expect((await lookAt(url)).both).toEqual(ready);
  });

  test('while the network is silent: told in time, on old connections and on new ones', async () => {
    expect((await lookAt(url)).both).toEqual(ready);
    proxy.stall();
    const silent = notReady('database silent');
    expect(await lookAt(url)).toEqual({ webhook: silent, graphql: silent, both: silent });
    expect(await lookAt(url)).toEqual({ webhook: silent, graphql: silent, both: silent });
    proxy.cut();
    proxy.resume();
    await expect.poll(async () => (await lookAt(url)).both, { timeout: 20_000 }).toEqual(ready);
  });

  test('while the database cannot be reached', async () => {
    const port = new URL(database.url).port;
    proxy.retarget({ host: '127.0.0.1', port: 1 });
    proxy.cut();
    const away = notReady('database unreachable');
    expect(await lookAt(url)).toEqual({ webhook: away, graphql: away, both: away });
    proxy.retarget({ host: '127.0.0.1', port: Number(port) });
    await expect.poll(async () => (await lookAt(url)).both, { timeout: 20_000 }).toEqual(ready);
  });

  test('while a table is held so that nobody gets at it', async () => {
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('begin; lock table webhook_events in access exclusive mode');
    const silent = notReady('database silent');
    expect(await lookAt(url)).toEqual({ webhook: silent, graphql: silent, both: silent });
    await holder.end();
    expect((await lookAt(url)).both).toEqual(ready);
  });
});
