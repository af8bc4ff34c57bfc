import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findSuperuser, startEmbeddedServer } from '../../src/embedded-postgres/index.ts';
import { projectFile } from '../../src/project-file.ts';
import { type Load, startLoad } from '../faults/load.ts';
import { fillDataDir } from '../support/filled-data.ts';
import { type Ended, makeDataDir, runService, type Service, startService } from '../support/service.ts';
import { makeBackupFile } from './make-backup-file.ts';

const quiet = { info: () => {}, warn: () => {} };
type Folder = Awaited<ReturnType<typeof makeDataDir>>;
let folder: Folder;
let restored: Folder;
let outside: string;
let file: string;
let load: Load | undefined;
let services: Service[];

beforeEach(async () => {
  [folder, restored] = [await makeDataDir(), await makeDataDir()];
  outside = await mkdtemp(join(tmpdir(), 'call-analytics-backups-'));
  file = join(outside, 'calls.backup');
  services = [];
  load = undefined;
});
afterEach(async () => {
  await load?.stop();
  for (const service of services) await service.stop('SIGKILL');
  for (const one of [folder, restored]) await one.remove();
  await rm(outside, { recursive: true });
});

/** A service on a database that is there already. */
async function startUsed(): Promise<Service> {
  await fillDataDir(folder.dataDir);
  return start(folder.dataDir);
}

async function start(dataDir: string): Promise<Service> {
  const service = await startService({ dataDir, cwd: outside });
  services.push(service);
  return service;
}

const run = (command: string, dataDir: string, args: string[], endWhen?: () => boolean): Promise<Ended> =>
  runService({
    dataDir,
    cwd: outside,
    program: projectFile(`dist/cli/${command}.js`),
    args,
    ...(endWhen && { endWhen }),
  });
const backup = (...args: string[]) => run('backup', folder.dataDir, [file, ...args]);
const restore = (from = file) => run('restore', restored.dataDir, [from]);

async function expectRefusal(ended: Promise<Ended>, why: RegExp): Promise<void> {
  const { code, stdout, stderr } = await ended;
  expect(stderr).toMatch(why);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stdout).toBe('');
  expect(code).toBe(1);
}

/** Whatever is in a folder and below it. */
const filesIn = (path: string) => readdir(path, { recursive: true }).catch(() => []);

async function sidsIn(url: string): Promise<{ events: string[]; calls: string[] }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const read = async (text: string) => (await client.query<{ sid: string }>(text)).rows.map(({ sid }) => sid);
    return {
      events: await read("select call_sid as sid from webhook_events where state = 'RECORDED'"),
      calls: await read('select call_sid as sid from calls'),
    };
  } finally {
    await client.end();
  }
}

describe('a backup', { timeout: 300_000 }, () => {
  test('taken under load and restored holds everything that was acknowledged before it began, whole', async () => {
    const service = await startUsed();
    load = startLoad(service.webhookUrl);
    const acknowledged = load.acknowledged;
    await expect.poll(() => acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(300);

    const before = [...acknowledged];
    const modes = new Set<string>();
    const made = backup();
    let isMade = false;
    void made.then(() => {
      isMade = true;
    });
    for (; !isMade; await sleep(1)) {
      for (const name of await readdir(outside)) {
        const found = await stat(join(outside, name)).catch(() => null);
        if (found) modes.add((found.mode & 0o777).toString(8));
      }
    }
    expect(await made).toMatchObject({ code: 0, stderr: '' });
    expect(acknowledged.size).toBeGreaterThan(before.length);
    await load.stop();
    expect([...modes]).toEqual(['600']);
    expect(await readdir(outside)).toEqual(['calls.backup']);
    expect((await filesIn(join(folder.dataDir, 'postgres'))).filter((name) => name.includes('backup-'))).toEqual([]);

    expect(await restore()).toMatchObject({ code: 0, stderr: '' });
    const other = await start(restored.dataDir);
    expect(new URL(other.webhookUrl).pathname).toBe(new URL(service.webhookUrl).pathname);
    const superuser = await findSuperuser(restored.dataDir);
    if (!superuser) throw new Error('the restored database does not run');
    const { events, calls } = await sidsIn(superuser);
    const kept = new Set(events);
    expect(before.filter((sid) => !kept.has(sid))).toEqual([]);
    expect(kept.size).toBe(events.length);
    expect(new Set(calls)).toEqual(kept);
    const verified = await run('aggregates', restored.dataDir, ['verify']);
    expect(verified.code).toBe(0);
    const sent = await fetch(other.webhookUrl, { method: 'POST', body: JSON.stringify({ CallSid: 'later.1' }) });
    expect(sent.status).toBe(200);
  });

  test('is taken without a service, too, and leaves none of its own running', async () => {
    const service = await startUsed();
    load = startLoad(service.webhookUrl, { connections: 2 });
    const { acknowledged } = load;
    await expect.poll(() => acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(20);
    await load.stop();
    await service.stop();

    expect(await backup()).toMatchObject({ code: 0, stderr: '' });
    expect(await findSuperuser(folder.dataDir)).toBeNull();
    expect((await restore()).code).toBe(0);
    const server = await startEmbeddedServer({ dataDir: restored.dataDir, log: quiet });
    try {
      expect(new Set((await sidsIn(server.url)).calls)).toEqual(acknowledged);
    } finally {
      await server.stop();
    }
  });

  test('that is broken off leaves nothing, and the service at work', async () => {
    const service = await startUsed();
    const isBegun = () => readdirSync(outside).length > 0;
    const ended = await run('backup', folder.dataDir, [file], isBegun);
    expect(await readdir(outside)).toEqual(ended.code === 0 ? ['calls.backup'] : []);
    expect((await filesIn(join(folder.dataDir, 'postgres'))).filter((name) => name.includes('backup-'))).toEqual([]);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  });

  test('replaces no file unless told to', async () => {
    await startUsed();
    await writeFile(file, 'precious');
    await expectRefusal(backup(), /calls\.backup is there already: name another file, or replace it with --force/);
    expect(await readFile(file, 'utf8')).toBe('precious');
    await mkdir(join(outside, 'a-folder'));
    await expectRefusal(run('backup', folder.dataDir, [join(outside, 'a-folder'), '--force']), /is no plain file/);
    await expectRefusal(run('backup', folder.dataDir, [join(outside, 'nowhere', 'x')]), /cannot be written: ENOENT/);
    expect((await backup('--force')).code).toBe(0);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await restore()).code).toBe(0);
  });

  test('of a folder without a database, or of another server, is refused', async () => {
    await expectRefusal(backup(), /There is no database in DATA_DIR/);
    expect(await filesIn(folder.dataDir)).toEqual([]);
    const other = runService({
      dataDir: folder.dataDir,
      cwd: outside,
      program: projectFile('dist/cli/backup.js'),
      args: [file],
      env: { DATABASE_URL: 'postgres://somebody@127.0.0.1:1/none' },
    });
    await expectRefusal(other, /DATABASE_URL names another server: use pg_dump/);
  });
});

describe('a restore', { timeout: 300_000 }, () => {
  test('refuses a file that was cut short or altered anywhere, and leaves nothing', async () => {
    await makeBackupFile(file, {});
    const whole = await readFile(file);
    expect((await restore()).code).toBe(0);
    await restored.remove();

    const middle = whole.length >> 1;
    const wrongs: Buffer[] = [0, 1, 100, middle, whole.length - 1].map((length) => whole.subarray(0, length));
    for (const at of [
      0,
      257,
      600,
      middle,
      whole.length - 600,
      whole.length - 72,
      whole.length - 70,
      whole.length - 1,
    ]) {
      const altered = Buffer.from(whole);
      altered[at] = (altered[at] as number) ^ 1;
      wrongs.push(altered);
    }
    wrongs.push(Buffer.concat([whole, Buffer.from('more')]));
    for (const wrong of wrongs) {
      await writeFile(file, wrong);
      await expectRefusal(restore(), /was cut short or altered: its checksum does not fit. Nothing was restored/);
      expect(await filesIn(restored.dataDir)).toEqual([]);
    }
  });

  test('refuses a folder in which anything is, and leaves it as it is', async () => {
    await makeBackupFile(file, {});
    await mkdir(restored.dataDir, { recursive: true });
    await writeFile(join(restored.dataDir, 'mine'), 'x');
    await expectRefusal(restore(), /DATA_DIR .* is not empty/);
    expect(await filesIn(restored.dataDir)).toEqual(['mine']);
  });

  test('refuses another major version and another form', async () => {
    await makeBackupFile(file, { head: { format: 1, postgres: '17', begunAt: '2026-01-01T00:00:00.000Z' } });
    await expectRefusal(restore(), /is a backup of PostgreSQL 17, and this service brings 18/);
    await makeBackupFile(file, { head: { format: 2, postgres: '18' } });
    await expectRefusal(restore(), /in a form that this version does not know/);
    await expectRefusal(restore(join(outside, 'none')), /There is no file/);
    expect(await filesIn(restored.dataDir)).toEqual([]);
  });

  test.each([
    ['../../escaped', 'file'],
    ['base/../../../escaped', 'file'],
    ['/tmp/call-analytics-escaped', 'file'],
    ['link', 'symlink'],
    ['link', 'link'],
  ] as const)('writes nothing outside of the folder (%s, a %s)', async (name, type) => {
    await makeBackupFile(file, { data: [{ name: 'PG_VERSION' }, { name, type }] });
    await expectRefusal(restore(), /which is nothing of a database/);
    expect(await filesIn(restored.dataDir)).toEqual([]);
    expect(await readdir(outside)).toEqual(['calls.backup']);
    await expect(stat('/tmp/call-analytics-escaped')).rejects.toThrow('ENOENT');
  });

  test('keeps a folder that was there and empty', async () => {
    await mkdir(restored.dataDir, { recursive: true });
    await makeBackupFile(file, { data: [{ name: '../x' }] });
    await expectRefusal(restore(), /nothing of a database/);
    expect(await readdir(restored.dataDir)).toEqual([]);
  });
});
