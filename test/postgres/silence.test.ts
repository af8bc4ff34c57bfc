import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectedFailure } from '../../src/failures.ts';
import { type OpenDatabase, openDatabase, type PoolOptions } from '../../src/postgres/client.ts';
import { sendCopy } from '../../src/postgres/rows/copy-rows.ts';
import { inTransaction } from '../../src/postgres/statement.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { openProxy, type TcpProxy } from '../support/tcp-proxy.ts';

let direct: TestDatabase;
let proxy: TcpProxy;
let logged: [object, string][];
const opened: OpenDatabase[] = [];

beforeEach(async () => {
  direct = await createTestDatabase();
  const { hostname: host, port } = new URL(direct.url);
  proxy = await openProxy({ host, port: Number(port) });
  logged = [];
});

afterEach(async () => {
  for (const { close } of opened.splice(0)) await close();
  await proxy.close();
  await direct.close();
});

function open(options: Partial<PoolOptions> = {}): OpenDatabase {
  const through = new URL(direct.url);
  through.port = String(proxy.port);
  const log = {
    error: (told: object, message: string) => void logged.push([told, message]),
    info: (told: object, message: string) => void logged.push([told, message]),
  };
  const database = openDatabase({ url: through.href, name: 'silence', max: 3, silenceMs: 600, log, ...options });
  opened.push(database);
  return database;
}

/** The message CopyDone, without any data before it. */
const copyDone = Buffer.from([0x63, 0, 0, 0, 4]);

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no failure',
    (error) => expectedFailure(error)?.code ?? error,
  );
}

test('statements end when the network is silent, and work goes on over new connections when it is not', async () => {
  const { pool, db } = open({ connectTimeoutMs: 1000 });
  await pool.query('select 1');
  proxy.stall();
  const started = performance.now();
  const failures = await Promise.all(
    [pool.query('select 1'), db.execute(sql`select 2`), inTransaction(pool, (on) => on.query('select 3'))].map(
      failureOf,
    ),
  );
  expect(failures).toEqual(Array(3).fill('UNAVAILABLE'));
  expect(performance.now() - started).toBeLessThan(8000);
  // Those that wait for a connection end, too.
  expect(await Promise.all(Array.from({ length: 6 }, () => failureOf(pool.query('select 1'))))).toEqual(
    Array(6).fill('UNAVAILABLE'),
  );
  const before = proxy.connections().length;
  proxy.resume();
  await Promise.all(Array.from({ length: 3 }, () => pool.query('select pg_sleep(0.1)')));
  expect(before).toBeGreaterThan(0);
  expect(pool.totalCount).toBe(3);
  expect(pool.waitingCount).toBe(0);
});

test('silence is told of once, however many connections it takes, and so is its end', async () => {
  const { pool } = open();
  await Promise.all(Array.from({ length: 3 }, () => pool.query('select pg_sleep(0.05)')));
  proxy.stall();
  await Promise.all(Array.from({ length: 3 }, () => failureOf(pool.query('select 1'))));
  expect(logged).toEqual([
    [{ pool: 'silence', silentForMs: 600 }, 'the database answers nothing: its connections are given up'],
  ]);
  proxy.resume();
  await pool.query('select 1');
  await pool.query('select 1');
  expect(logged.slice(1)).toEqual([[{ pool: 'silence' }, 'the database answers again']]);
});

test('one connection that falls silent within a transaction takes no slot with it', async () => {
  const { pool } = open({ max: 1 });
  const work = inTransaction(pool, async (on) => {
    await on.query('create table kept (n integer)');
    for (const connection of proxy.connections()) connection.stall();
    await on.query('insert into kept values (1)');
  });
  expect(await failureOf(work)).toBe('UNAVAILABLE');
  expect((await pool.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
});

test('a commit that was carried out and not answered is a failure', async () => {
  const { pool } = open({ max: 1 });
  await direct.pool.query('create table kept (n integer)');
  let isCommitted = false;
  proxy.onChunk(({ bytes, direction, connection }) => {
    if (direction === 'toClient' && bytes.includes('COMMIT')) {
      isCommitted = true;
      connection.stall();
    }
  });
  expect(await failureOf(inTransaction(pool, (on) => on.query('insert into kept values (1)')))).toBe('UNAVAILABLE');
  expect(isCommitted).toBe(true);
  expect((await direct.pool.query('select n from kept')).rows).toEqual([{ n: 1 }]);
});

test('statements sent together have their time each: what waits its turn is not cut', async () => {
  const { pool } = open({ silenceMs: 1500 });
  const client = await pool.connect();
  const slow = Array.from({ length: 5 }, () => client.query('select pg_sleep(0.6)'));
  await Promise.all(slow);
  client.release();
});

test('an answer that has come while the process stood still is no silence', async () => {
  const { pool } = open({ url: direct.url }); // the proxy would stand still, too
  const client = await pool.connect();
  const answer = client.query('select 1 as n');
  // Sent at the end of this turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500);
  expect((await answer).rows).toEqual([{ n: 1 }]);
  client.release();
});

test('a pool closes soon while the database is silent, also with a transaction under way', async () => {
  const { pool, close } = open({ silenceMs: 60_000 });
  await Promise.all(Array.from({ length: 2 }, () => pool.query('select pg_sleep(0.05)')));
  const client = await pool.connect();
  await client.query('begin');
  proxy.stall();
  const stuck = failureOf(client.query('select 1').finally(() => client.release()));
  opened.length = 0;
  const started = performance.now();
  await close();
  expect(await stuck).toBe('UNAVAILABLE');
  expect(performance.now() - started).toBeLessThan(5000);
});

test.each(['a statement', 'a copy'])(
  'a session that may only read fails once with %s, and is not used again',
  async (kind) => {
    const name = new URL(direct.url).pathname.slice(1);
    await direct.pool.query('create table written (n integer)');
    await direct.pool.query(`alter database ${name} set default_transaction_read_only = on`);
    const { pool } = open({ max: 1 });
    await pool.query('select 1');
    await direct.pool.query(`alter database ${name} reset default_transaction_read_only`);
    const write = () =>
      inTransaction(pool, async (on) => {
        if (kind === 'a copy') await sendCopy(on, { text: 'copy written from stdin', data: copyDone });
        else await on.query('insert into written values (1)');
      });
    expect(await failureOf(write())).toBe('UNAVAILABLE');
    await write();
    await write();
  },
);

test('sessions have the ends that free an account of a service that is lost', async () => {
  const { pool } = open({ statementTimeoutMs: 10_000 });
  const names = ['idle_in_transaction_session_timeout', 'statement_timeout', 'client_connection_check_interval'];
  const client = await pool.connect();
  const shown = await Promise.all(names.map(async (name) => (await client.query(`show ${name}`)).rows[0][name]));
  client.release();
  expect(shown).toEqual(['25s', '10s', '5s']);
});

test('a server ends a transaction of a client that was lost, and its locks with it', async () => {
  const { pool } = open({ max: 1, idleInTransactionMs: 1000 });
  const client = await pool.connect();
  await client.query('begin');
  await client.query('select pg_advisory_xact_lock(1, 2)');
  proxy.stall();
  const other = new pg.Client({ connectionString: direct.url });
  await other.connect();
  await other.query("set lock_timeout = '20s'");
  await other.query('select pg_advisory_lock(1, 2)');
  await other.end();
  client.release(true);
});
