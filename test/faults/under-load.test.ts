import { readFile, realpath } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedServer } from '../../src/embedded-postgres/index.ts';
import { fillDataDir, makeFilledDataDir } from '../support/filled-data.ts';
import { makeDataDir, type Service, startService } from '../support/service.ts';
import { type Load, startLoad } from './load.ts';

const quiet = { info: () => {}, warn: () => {} };
let folder: Awaited<ReturnType<typeof makeDataDir>>;
let service: Service | undefined;
let load: Load | undefined;

beforeEach(async () => {
  folder = await makeDataDir();
  service = undefined;
  load = undefined;
});
afterEach(async () => {
  await load?.stop();
  await service?.stop('SIGKILL');
  await folder.remove();
});

const until = (enough: number) =>
  expect.poll(() => load?.acknowledged.size ?? 0, { timeout: 60_000, interval: 20 }).toBeGreaterThan(enough);

/** Everything that got 2xx is there exactly once, with its call; and nothing is half there. */
async function expectWhole(url: string, acknowledged: ReadonlySet<string>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const read = async (text: string) => (await client.query<{ sid: string }>(text)).rows.map(({ sid }) => sid);
    const events = await read("select call_sid as sid from webhook_events where state = 'RECORDED'");
    const calls = await read('select call_sid as sid from calls');
    expect(new Set(events).size).toBe(events.length);
    expect(new Set(calls)).toEqual(new Set(events));
    expect(calls.length).toBe(events.length);
    const kept = new Set(events);
    expect([...acknowledged].filter((sid) => !kept.has(sid))).toEqual([]);
    const { rows } = await client.query(`select count(*)::integer as count from calls
      where not exists (select from customers where id = customer_id)
      or not exists (select from agents where id = agent_id)`);
    expect(rows[0]).toEqual({ count: 0 });
    for (const table of ['webhook_events', 'calls', 'agents', 'customers']) {
      const ids = await client.query(
        `select count(*)::integer as all, count(distinct id)::integer as distinct from ${table}`,
      );
      expect(ids.rows[0]?.distinct, `ids of ${table}`).toBe(ids.rows[0]?.all);
    }
  } finally {
    await client.end();
  }
}

/** The service's own database, opened after it is gone. */
async function expectWholeAfterwards(acknowledged: ReadonlySet<string>): Promise<void> {
  const server = await startEmbeddedServer({ dataDir: folder.dataDir, log: quiet });
  try {
    await expectWhole(server.url, acknowledged);
  } finally {
    await server.stop();
  }
}

test('kill -9 of the service under load: what was acknowledged is there once it is started again, exactly once', async () => {
  await fillDataDir(folder.dataDir);
  service = await startService({ dataDir: folder.dataDir });
  load = startLoad(service.webhookUrl);
  await until(300);
  await service.stop('SIGKILL');
  await load.stop();
  const { acknowledged } = load;
  // A second start finds what the first left behind, and takes more.
  service = await startService({ dataDir: folder.dataDir });
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  expect((await service.stop()).code).toBe(0);
  await expectWholeAfterwards(acknowledged);
}, 120_000);

test('SIGTERM under load: it ends with 0, and what was acknowledged is there, exactly once', async () => {
  await fillDataDir(folder.dataDir);
  service = await startService({ dataDir: folder.dataDir });
  load = startLoad(service.webhookUrl);
  await until(300);
  expect((await service.stop('SIGTERM')).code).toBe(0);
  await load.stop();
  expect([...load.others.keys()].filter((status) => typeof status === 'number' && status !== 503)).toEqual([]);
  await expectWholeAfterwards(load.acknowledged);
}, 120_000);

/** An address that leads to a server on another port, which may change. */
async function startForwarder() {
  let port = 0;
  const open = new Set<Socket>();
  const forwarder = createServer((incoming) => {
    const outgoing = connect(port, '127.0.0.1');
    for (const socket of [incoming, outgoing]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        open.delete(socket);
        incoming.destroy();
        outgoing.destroy();
      });
    }
    incoming.pipe(outgoing).pipe(incoming);
  });
  await new Promise<void>((resolve) => forwarder.listen(0, '127.0.0.1', resolve));
  return {
    port: (forwarder.address() as AddressInfo).port,
    leadTo: (to: number) => {
      port = to;
    },
    close: () => {
      forwarder.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** SIGINT: it ends in order. SIGQUIT: at once, as in a crash; what was not on the disk by then is lost. */
test.each(['SIGINT', 'SIGQUIT'] as const)(
  'a PostgreSQL that goes by %s and comes back under load: 503 meanwhile, then 2xx by itself, nothing lost or doubled',
  async (signal) => {
    const other = await makeFilledDataDir();
    const forwarder = await startForwarder();
    let server = await startEmbeddedServer({ dataDir: other.dataDir, log: quiet });
    try {
      const address = new URL(server.url);
      forwarder.leadTo(Number(address.port));
      address.port = String(forwarder.port);
      service = await startService({ dataDir: folder.dataDir, env: { DATABASE_URL: address.href } });
      load = startLoad(service.webhookUrl);
      await until(300);
      const pid = await readFile(
        join(await realpath(join(other.dataDir, 'postgres')), 'data', 'postmaster.pid'),
        'utf8',
      );
      process.kill(Number.parseInt(pid, 10), signal);
      await server.ended;
      await server.stop();
      await expect.poll(() => load?.others.get(503) ?? 0, { timeout: 30_000 }).toBeGreaterThan(0);
      const before = load.acknowledged.size;
      server = await startEmbeddedServer({ dataDir: other.dataDir, log: quiet });
      forwarder.leadTo(Number(new URL(server.url).port));
      await until(before + 300);
      await load.stop();
      await expectWhole(server.url, load.acknowledged);
      expect((await service.stop()).code).toBe(0);
    } finally {
      await service?.stop('SIGKILL');
      forwarder.close();
      await server.stop();
      await other.remove();
    }
  },
  120_000,
);
