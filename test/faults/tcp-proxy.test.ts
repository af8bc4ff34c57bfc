import { Socket } from 'node:net';
import pg from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { openProxy, type TcpProxy } from '../support/tcp-proxy.ts';

let proxy: TcpProxy;

beforeEach(async () => {
  const { hostname: host, port } = new URL(inject('serverUrl'));
  proxy = await openProxy({ host, port: Number(port) });
});

afterEach(async () => {
  await proxy.close();
});

async function connect(settings: pg.ClientConfig = {}): Promise<pg.Client> {
  const url = new URL(inject('serverUrl'));
  url.port = String(proxy.port);
  const client = new pg.Client({ connectionString: url.href, ...settings });
  client.on('error', () => {});
  await client.connect();
  return client;
}

const isSettled = (promise: Promise<unknown>, ms: number) =>
  Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, ms, false))]);

test('what is held back by silence arrives afterwards, in its order and whole', async () => {
  const client = await connect();
  const large = 'x'.repeat(9_000_000);
  expect((await client.query('select $1::text as t', [large])).rows[0].t).toBe(large);
  proxy.stall();
  const answer = client.query('select $1::text as t', [large]);
  const next = client.query('select 2 as n');
  expect(await isSettled(answer, 200)).toBe(false);
  proxy.resume();
  expect((await answer).rows[0].t).toBe(large);
  expect((await next).rows[0].n).toBe(2);
});

test('a connection made during silence is accepted and served afterwards', async () => {
  proxy.stall();
  const client = connect();
  expect(await isSettled(client, 200)).toBe(false);
  expect(proxy.connections()).toHaveLength(1);
  proxy.resume();
  expect((await (await client).query('select 1 as n')).rows[0].n).toBe(1);
});

test('a hook stalls one connection at the answer to a statement, which the server has carried out', async () => {
  const client = await connect();
  const other = await connect();
  await client.query('create temporary table seen (n integer)');
  let isSent = false;
  proxy.onChunk(({ bytes, direction, connection }) => {
    if (bytes.includes('insert into seen')) isSent = true;
    else if (isSent && direction === 'toClient' && connection.id === 1) connection.stall();
  });
  const insert = client.query('insert into seen values (1)');
  expect(await isSettled(insert, 300)).toBe(false);
  expect((await other.query('select 1 as n')).rows[0].n).toBe(1);
  proxy.onChunk(null);
  proxy.connections()[0]?.resume();
  await insert;
});

test('a cut breaks connections, and new ones go to the new target', async () => {
  const client = await connect();
  const broken = client.query('select pg_sleep(60)').catch((error: Error) => error);
  proxy.cut();
  expect(await broken).toBeInstanceOf(Error);
  expect(proxy.connections()).toEqual([]);
  proxy.retarget({ host: '127.0.0.1', port: 1 });
  await expect(connect()).rejects.toThrow();
  const { hostname: host, port } = new URL(inject('serverUrl'));
  proxy.retarget({ host, port: Number(port) });
  expect((await (await connect()).query('select 1 as n')).rows[0].n).toBe(1);
});

test('a side that goes away during silence is missed by the other only afterwards', async () => {
  const socket = new Socket();
  const client = await connect({ stream: () => socket });
  const { pid } = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0] ?? { pid: 0 };
  const watch = new pg.Client({ connectionString: inject('serverUrl') });
  await watch.connect();
  const lives = async () => (await watch.query('select 1 from pg_stat_activity where pid = $1', [pid])).rowCount === 1;
  proxy.stall();
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await lives()).toBe(true);
  proxy.resume();
  await expect.poll(lives, { timeout: 10_000 }).toBe(false);
  await watch.end();
});
