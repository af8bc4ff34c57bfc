import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, expect, inject, test } from 'vitest';
import { refuseSharedSessions } from '../../src/postgres/start/check-pooler.ts';
import { StartupError } from '../../src/startup-error.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { makeDataDir, runService, startService } from '../support/service.ts';

const cleanUp: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function connect(url = inject('serverUrl')): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  cleanUp.push(() => client.end());
  return client;
}

const refused = /pooler.*shares sessions.*pool_mode = session/;

test('two connections with sessions of their own are taken', async () => {
  await refuseSharedSessions(await connect(), await connect());
});

test('two connections that share a session are refused', async () => {
  const client = await connect();
  await expect(refuseSharedSessions(client, client)).rejects.toThrow(refused);
});

test('a connection whose session changes is refused', async () => {
  const [one, other, second] = [await connect(), await connect(), await connect()];
  let asked = 0;
  // As a pooler does it that hands out sessions in turn.
  const first = { query: (text: string) => (asked++ < 2 ? one : other).query(text) } as unknown as pg.Client;
  await expect(refuseSharedSessions(first, second)).rejects.toThrow(StartupError);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const program = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'].find(
  (path) => spawnSync(path, ['--version']).status === 0,
);

/** A pgbouncer in front of a database; its URL. */
async function startPgbouncer(mode: string): Promise<string> {
  const { url, drop } = await createEmptyDatabase();
  cleanUp.push(drop);
  const { hostname, port, pathname, username, password } = new URL(url);
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'));
  cleanUp.push(() => rm(folder, { recursive: true }));
  const listen = await freePort();
  const name = pathname.slice(1);
  const login = `host=${hostname} port=${port} user=${username} password=${decodeURIComponent(password)}`;
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    `[databases]\n${name} = ${login} dbname=${name}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${listen}
auth_type = any\npool_mode = ${mode}\ndefault_pool_size = 60\nmax_client_conn = 200\nunix_socket_dir =\n`,
    { mode: 0o644 },
  );
  spawnSync('chmod', ['755', folder]);
  const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(program ?? '', [...asUser, join(folder, 'pgbouncer.ini')], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  cleanUp.push(() => {
    child.kill('SIGINT');
    child.kill('SIGTERM');
    return ended;
  });
  const through = `postgres://${username}@127.0.0.1:${listen}/${name}`;
  await expect
    .poll(
      () =>
        connect(through).then(
          () => true,
          () => false,
        ),
      { timeout: 20_000 },
    )
    .toBe(true);
  return through;
}

test.skipIf(!program).each(['transaction', 'statement'])(
  'a start against a pgbouncer with pool_mode = %s ends with one clear line',
  async (mode) => {
    const url = await startPgbouncer(mode);
    const { dataDir, remove } = await makeDataDir();
    cleanUp.push(remove);
    const { code, stderr } = await runService({ dataDir, env: { DATABASE_URL: url } });
    expect(code).toBe(1);
    expect(stderr.trimEnd()).toMatch(refused);
    expect(stderr.trimEnd()).not.toContain('\n');
  },
  60_000,
);

test.skipIf(!program)(
  'the service works behind a pgbouncer with pool_mode = session',
  async () => {
    const url = await startPgbouncer('session');
    const { dataDir, remove } = await makeDataDir();
    cleanUp.push(remove);
    const service = await startService({ dataDir, env: { DATABASE_URL: url } });
    cleanUp.push(() => service.stop('SIGKILL'));
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ CallSid: '1672649960.1', Status: 'ANSWER', SourceNumber: '9812345678' });
    expect((await fetch(service.webhookUrl, { method: 'POST', headers, body })).status).toBe(200);
    const query = '{ calls(first: 5) { totalCount } }';
    const answer = await fetch(`${service.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    expect(await answer.json()).toMatchObject({ data: { calls: { totalCount: 1 } } });
    expect(await service.stop()).toMatchObject({ code: 0 });
  },
  60_000,
);
