import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { startTimeOf } from '../../src/process-identity.ts';
import { allowConnections, createEmptyDatabase } from '../support/database.ts';
import { makeDataDir, runService, type Service, startService } from '../support/service.ts';
import { removeDataDir } from '../support/temporary-server.ts';

const isRoot = process.getuid?.() === 0;
const sampleSid = '1672649960.9601';
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

describe('on its own database', { timeout: 180_000 }, () => {
  test('it starts on an empty folder, is ready and tells a person where it is', async () => {
    const { dataDir } = await newDataDir();
    const service = await start({ dataDir });

    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    const { code, stdout, stderr } = await service.stop();
    expect(code).toBe(0);
    expect(stderr).toContain(`GraphQL      ${service.url}/graphql`);
    expect(stderr).toContain(`Playground   ${service.url}/graphql`);
    expect(stderr).toContain(`Webhook      ${service.webhookUrl}\n`);
    const logged = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(logged).toContainEqual(expect.objectContaining({ msg: 'listening', address: service.url }));
    expect(stdout).not.toContain(service.webhookUrl);
  });

  test('the printed curl line sends a call that can then be asked for', async () => {
    const { dataDir } = await newDataDir();
    const service = await start({ dataDir });
    const line =
      service
        .output()
        .split('\n')
        .find((text) => text.trim().startsWith('curl ')) ?? '';

    expect(await outputOf('/bin/sh', ['-c', line.trim()])).toBe('success');
    expect(await hasSampleCall(service)).toBe(true);
  });

  test('calls and the made webhook secret outlive a restart', async () => {
    const { dataDir } = await newDataDir();
    const first = await start({ dataDir });
    await sendSampleCall(first);
    expect((await first.stop()).code).toBe(0);

    const second = await start({ dataDir });
    expect(await hasSampleCall(second)).toBe(true);
    expect(new URL(second.webhookUrl).pathname).toBe(new URL(first.webhookUrl).pathname);
    expect(statSync(join(dataDir, 'webhook-secret')).mode & 0o777).toBe(0o600);
  });

  test('killed hard, it starts again with all calls, and its old database server is gone', async () => {
    const { dataDir } = await newDataDir();
    const first = await start({ dataDir });
    await sendSampleCall(first);
    const orphan = databasePid(dataDir);
    await first.stop('SIGKILL');
    expect(isRunning(orphan)).toBe(true);

    const second = await start({ dataDir });
    expect(await hasSampleCall(second)).toBe(true);
    expect(isRunning(orphan)).toBe(false);
  });

  test('killed hard together with its database server, it starts again with all calls', async () => {
    const { dataDir } = await newDataDir();
    const first = await start({ dataDir });
    await sendSampleCall(first);
    const killed = first.stop('SIGKILL');
    process.kill(databasePid(dataDir), 'SIGKILL');
    await killed;

    const second = await start({ dataDir });
    expect(await hasSampleCall(second)).toBe(true);
  });

  test('a second start on the same folder is refused in one line that names the first, which goes on', async () => {
    const { dataDir } = await newDataDir();
    const first = await start({ dataDir });
    const server = databasePid(dataDir);

    const second = await runService({ dataDir });
    expect(second.code).toBe(1);
    expect(second.stdout).toBe('');
    expect(second.stderr).toMatch(new RegExp(`^The data folder \\S+ is in use: process ${first.pid} .*DATA_DIR.*\n$`));
    await sendSampleCall(first);
    expect(await hasSampleCall(first)).toBe(true);
    expect(databasePid(dataDir)).toBe(server);
  });

  test('of many starts at once on one empty folder, one comes up', async () => {
    const { dataDir } = await newDataDir();
    const starts = await Promise.allSettled(Array.from({ length: 4 }, () => start({ dataDir })));
    expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const refused of starts) {
      if (refused.status === 'rejected') expect(String(refused.reason)).toContain('is in use');
    }
  });

  test('a stale postmaster.pid with the pid of a process that is no database is dealt with', async () => {
    const { dataDir } = await newDataDir();
    await (await start({ dataDir })).stop();
    const data = join(dataDir, 'postgres', 'data');
    const { uid, gid } = statSync(data);
    // The worst case: a process of the database's own user, which PostgreSQL takes for its server.
    const bystander = spawn('sleep', ['600'], { uid, gid, cwd: '/', stdio: 'ignore' });
    cleanUp.push(() => bystander.kill());
    writeFileSync(
      join(data, 'postmaster.pid'),
      `${bystander.pid}\n${data}\n1700000000\n5432\n\n127.0.0.1\n\nready   \n`,
    );

    const service = await start({ dataDir });
    expect(databasePid(dataDir)).not.toBe(bystander.pid);
    expect((await service.stop()).code).toBe(0);
    expect(bystander.exitCode).toBeNull();
  });

  test('SIGTERM: what is in flight is finished, nothing new is taken, it exits with 0 and no database server is left', async () => {
    const { dataDir } = await newDataDir();
    const service = await start({ dataDir });
    const server = databasePid(dataDir);
    const delivery = await beginDelivery(service, JSON.stringify(sampleCall));

    const begun = Date.now();
    const ended = service.stop();
    await untilRefused(service);
    expect(await delivery.finish()).toMatch(/HTTP\/1\.1 200 [\s\S]*success$/);
    expect((await ended).code).toBe(0);
    expect(Date.now() - begun).toBeLessThan(20_000);
    expect(isRunning(server)).toBe(false);

    expect(await hasSampleCall(await start({ dataDir }))).toBe(true);
  });

  test('Ctrl-C that arrives twice at once, as npm passes it on, still ends it in order', async () => {
    const { dataDir } = await newDataDir();
    const service = await start({ dataDir });
    const server = databasePid(dataDir);
    process.kill(service.pid, 'SIGINT');
    expect((await service.stop('SIGINT')).code).toBe(0);
    expect(isRunning(server)).toBe(false);
  });

  test('told a second time, it ends at once with 1, and its database server ends too', async () => {
    const { dataDir } = await newDataDir();
    const service = await start({ dataDir });
    const server = databasePid(dataDir);
    await beginDelivery(service, JSON.stringify(sampleCall));
    const ended = service.stop();
    await untilRefused(service);
    await sleep(1_200);
    expect((await service.stop()).code).toBe(1);
    await ended;
    while (isRunning(server)) await sleep(20);
  });

  test('told to end while it starts, it exits with 0 and leaves nothing running', async () => {
    const { dataDir } = await newDataDir();
    const folder = join(dataDir, 'postgres');
    const starting = runService({ dataDir, endWhen: () => hasEntry(folder, /^data\./) });
    const { code, stderr } = await starting;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(hasEntry(join(folder, 'data'), /^postmaster\.pid$/)).toBe(false);
    expect(hasEntry(folder, /^service\.lock/)).toBe(false);
  });

  test('when its database server dies, it says so and ends with 1, for a supervisor to start it again', async () => {
    const { dataDir } = await newDataDir();
    const first = await start({ dataDir });
    await sendSampleCall(first);
    process.kill(databasePid(dataDir), 'SIGKILL');
    const { code, stdout } = await first.ended;
    expect(code).toBe(1);
    expect(stdout).toContain('the embedded PostgreSQL ended by itself');

    expect(await hasSampleCall(await start({ dataDir }))).toBe(true);
  });

  test('a port that is taken: one line, exit code 1, nothing left running', async () => {
    const { dataDir } = await newDataDir();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    cleanUp.push(() => taken.close());
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;

    const { code, stderr } = await runService({ dataDir, env: { PORT: String(port) } });
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^Cannot listen on HOST 127\\.0\\.0\\.1, PORT ${port}: .*\n$`));
    expect(hasEntry(join(dataDir, 'postgres', 'data'), /^postmaster\.pid$/)).toBe(false);
  });

  test('a folder removed and made anew has new data', async () => {
    const { dataDir } = await newDataDir();
    const first = await start({ dataDir });
    await sendSampleCall(first);
    await first.stop();
    await removeDataDir(dataDir);

    expect(await hasSampleCall(await start({ dataDir }))).toBe(false);
  });

  test.skipIf(!isRoot)(
    'root in a folder that nobody else may enter: the data is kept elsewhere, and found again',
    async () => {
      const closed = mkdtempSync(join(tmpdir(), 'call-analytics-closed-'));
      chmodSync(closed, 0o700);
      cleanUp.push(() => rmSync(closed, { recursive: true, force: true }));
      const dataDir = join(closed, 'data');
      cleanUp.push(() => removeDataDir(dataDir));

      const first = await start({ dataDir });
      await sendSampleCall(first);
      expect((await first.stop()).code).toBe(0);
      expect(lstatSync(join(dataDir, 'postgres')).isSymbolicLink()).toBe(true);
      expect(await hasSampleCall(await start({ dataDir }))).toBe(true);

      const otherDir = join(closed, 'other');
      cleanUp.push(() => removeDataDir(otherDir));
      expect(await hasSampleCall(await start({ dataDir: otherDir }))).toBe(false);
    },
  );
});

describe('settings', { timeout: 60_000 }, () => {
  test.each([
    ['PORT', '70000', /^The setting PORT is "70000"\. Allowed: a whole number from 0 .*\n$/],
    [
      'WEBHOOK_SECRET',
      'too-short',
      /^The setting WEBHOOK_SECRET is \(9 characters, not shown\)\. Allowed: 16 to 128 .*\n$/,
    ],
    ['REGION', 'India', /^The setting REGION is "India"\. Allowed: .*\n$/],
  ])('a wrong %s: one line that says what is allowed, exit code 1, and nothing is made', async (name, value, line) => {
    const { dataDir } = await newDataDir();
    const { code, stdout, stderr } = await runService({ dataDir, cwd: tmpdir(), env: { [name]: value } });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(line);
    expect(hasEntry(dataDir, /./)).toBe(false);
  });

  test('a time zone that the database does not know is refused likewise, and the database is stopped', async () => {
    const { dataDir } = await newDataDir();
    const { code, stderr } = await runService({ dataDir, env: { TIME_ZONE: 'Asia/Atlantis' } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The setting TIME_ZONE is "Asia\/Atlantis"\. Allowed: .*\n$/);
    expect(hasEntry(join(dataDir, 'postgres', 'data'), /^postmaster\.pid$/)).toBe(false);
  });

  test('a database that cannot be reached: one line without the URL, exit code 1', async () => {
    const { dataDir } = await newDataDir();
    const env = { DATABASE_URL: 'postgres://someone:hunter2@127.0.0.1:1/calls' };
    const { code, stderr } = await runService({ dataDir, env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The database of DATABASE_URL cannot be reached: .*ECONNREFUSED.*\n$/);
    expect(stderr).not.toContain('hunter2');
  });

  test('a file .env in the current folder adds settings, and the environment wins over it', async () => {
    const { dataDir } = await newDataDir();
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, '.env'), 'REGION=Nowhere\nPORT=1\n');
    const { stderr } = await runService({ dataDir, env: { PORT: '0' } });
    expect(stderr).toContain('The setting REGION is "Nowhere"');
  });
});

describe('on a database of its own choice', { timeout: 120_000 }, () => {
  test('several instances that start at once on one empty database all come up, and no server is started', async () => {
    const { url, drop } = await createEmptyDatabase();
    cleanUp.push(drop);
    const { dataDir } = await newDataDir();
    const env = { DATABASE_URL: url };
    const services = await Promise.all([1, 2, 3].map(() => start({ dataDir, env })));

    await sendSampleCall(services[0] as Service);
    for (const service of services) expect(await hasSampleCall(service)).toBe(true);
    // One secret for all of them, although each found none.
    expect(new Set(services.map(({ webhookUrl }) => new URL(webhookUrl).pathname)).size).toBe(1);
    expect(hasEntry(dataDir, /postgres/)).toBe(false);
  });

  test('while its database cannot be reached it is alive and not ready, and is ready again by itself', async () => {
    const { url, drop } = await createEmptyDatabase();
    cleanUp.push(drop);
    const { dataDir } = await newDataDir();
    const service = await start({ dataDir, env: { DATABASE_URL: url } });
    const statusOf = async (path: string) => (await fetch(service.url + path)).status;

    await allowConnections(url, false);
    const both = async () => [await statusOf('/healthz'), await statusOf('/readyz')];
    await expect.poll(both, { timeout: 15_000 }).toEqual([200, 503]); // what was found out a second ago still counts
    await allowConnections(url, true);
    await expect.poll(both, { timeout: 15_000 }).toEqual([200, 200]);
    expect(await hasSampleCall(service)).toBe(false);
    expect((await service.stop()).code).toBe(0);
  });
});

const sampleCall = {
  CallSid: sampleSid,
  SourceNumber: '9812345678',
  DestinationNumber: '08062861230',
  DialWhomNumber: '9281234567',
  Direction: 'IVR',
  Status: 'ANSWER',
  StartTime: '2023-01-02 14:29:20',
  EndTime: '2023-01-02 14:30:20',
  CallDuration: '60',
  TalkDuration: '40',
};

async function newDataDir(): Promise<{ dataDir: string }> {
  const { dataDir, remove } = await makeDataDir();
  cleanUp.push(remove);
  return { dataDir };
}

async function start(options: Parameters<typeof startService>[0]): Promise<Service> {
  const service = await startService(options);
  cleanUp.push(() => service.stop());
  return service;
}

async function sendSampleCall(service: Service): Promise<void> {
  const answer = await fetch(service.webhookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(sampleCall),
  });
  expect([answer.status, await answer.text()]).toEqual([200, 'success']);
}

async function hasSampleCall(service: Service): Promise<boolean> {
  const answer = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ callBySid(callSid: "${sampleSid}") { callSid } }` }),
  });
  const { data, errors } = (await answer.json()) as { data?: { callBySid: object | null }; errors?: unknown };
  expect(errors).toBeUndefined();
  return data?.callBySid != null;
}

/** Sends the head and a part of the body of a delivery; `finish` sends the rest and tells the whole answer. */
async function beginDelivery({ webhookUrl }: Service, body: string) {
  const { hostname, port, pathname, host } = new URL(webhookUrl);
  const socket = connect(Number(port), hostname);
  let answer = '';
  const begun = new Promise((resolve) => socket.once('data', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.write(
    `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nexpect: 100-continue\r\n\r\n`,
  );
  await begun; // 100 Continue
  socket.write(body.slice(0, 20));
  return {
    finish: async () => {
      socket.write(body.slice(20));
      await closed;
      return answer;
    },
  };
}

async function untilRefused({ url }: Service): Promise<void> {
  const { hostname, port } = new URL(url);
  for (let refused = false; !refused; await sleep(20)) {
    refused = await new Promise((resolve) => {
      const socket = connect(Number(port), hostname);
      socket.once('error', () => resolve(true)).once('connect', () => resolve(!socket.destroy()));
    });
  }
}

function databasePid(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10);
}

function isRunning(pid: number): boolean {
  return startTimeOf(pid) !== null;
}

function hasEntry(folder: string, name: RegExp): boolean {
  try {
    return readdirSync(folder).some((entry) => name.test(entry));
  } catch {
    return false;
  }
}

async function outputOf(command: string, args: string[]): Promise<string> {
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  for await (const chunk of child.stdout ?? []) text += chunk;
  return text;
}
