import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/embedded-postgres/start-embedded-server.ts';
import { projectFile } from '../../src/project-file.ts';
import { startService } from '../support/service.ts';
import { removeDataDir } from '../support/temporary-server.ts';

const quiet = { info: () => {}, warn: () => {} };
const isRoot = process.getuid?.() === 0;
const rootsFolder = '/var/lib/call-analytics';

let parent: string;
let dataDirs: string[];
let servers: EmbeddedServer[];
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'call-analytics-where-'));
  dataDirs = [];
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.stop();
  for (const dataDir of dataDirs) await removeDataDir(dataDir);
  rmSync(parent, { recursive: true, force: true });
});

function dataDirAt(...path: string[]): string {
  const dataDir = join(parent, ...path);
  dataDirs.push(dataDir);
  return dataDir;
}

async function start(dataDir: string): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ dataDir, log: quiet, durable: false });
  servers.push(server);
  return server;
}

async function asked(server: EmbeddedServer, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  return client
    .query(statement)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

const remember = (server: EmbeddedServer) => asked(server, 'create table kept as select 42 as answer');
const recall = (server: EmbeddedServer) => asked(server, 'select answer from kept');
const remembered = [{ answer: 42 }];

/** The program that runs the server on these data, and as whom. */
function programOf(dataDir: string): { file: string; uid: number } {
  const pid = Number.parseInt(readFileSync(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10);
  return { file: readlinkSync(`/proc/${pid}/exe`), uid: statSync(`/proc/${pid}`).uid };
}

describe.runIf(isRoot && process.platform === 'linux')("root's data", { timeout: 120_000 }, () => {
  test.each([
    ['closed to others', 0o700],
    ['open to others', 0o755],
  ])('lie under /var/lib/call-analytics, with the programs, in a folder that is %s', async (_which, mode) => {
    chmodSync(parent, mode);
    const dataDir = dataDirAt('clone', '.data');
    const server = await start(dataDir);
    await remember(server);
    const link = join(dataDir, 'postgres');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(dirname(realpathSync(link))).toBe(rootsFolder);
    const { file, uid } = programOf(dataDir);
    expect(file.startsWith(`${rootsFolder}/`)).toBe(true);
    expect(uid).not.toBe(0);
    expect(statSync(join(link, 'data')).uid).toBe(uid);
    await server.stop();

    const kept = readlinkSync(link);
    expect(await recall(await start(dataDir))).toEqual(remembered);
    expect(readlinkSync(link)).toBe(kept);
  });

  test('of two clones are two databases', async () => {
    const [one, other] = [dataDirAt('one', '.data'), dataDirAt('other', '.data')];
    await remember(await start(one));
    await expect(recall(await start(other))).rejects.toThrow('relation "kept" does not exist');
  });

  test('are not shared with a copy of DATA_DIR, whose link was copied, and are found again where DATA_DIR was moved', async () => {
    const dataDir = dataDirAt('here');
    const server = await start(dataDir);
    await remember(server);
    await server.stop();

    const moved = dataDirAt('there');
    renameSync(dataDir, moved);
    const again = await start(moved);
    expect(await recall(again)).toEqual(remembered);
    await again.stop();

    cpSync(moved, join(parent, 'copy'), { recursive: true, verbatimSymlinks: true });
    const copiedLink = join(parent, 'copy', 'postgres');
    await expect(start(join(parent, 'copy'))).rejects.toThrow(`${copiedLink} is a copy of ${join(moved, 'postgres')}`);
    rmSync(copiedLink);
    dataDirs.push(join(parent, 'copy'));
    await expect(recall(await start(join(parent, 'copy')))).rejects.toThrow('relation "kept" does not exist');
    expect(await recall(await start(moved))).toEqual(remembered);
  });

  test('that are gone end the start, and are not begun anew', async () => {
    const dataDir = dataDirAt('here');
    await (await start(dataDir)).stop();
    const folder = realpathSync(join(dataDir, 'postgres'));
    rmSync(folder, { recursive: true });
    await expect(start(dataDir)).rejects.toThrow(`points to ${folder}, which is not there: bring it back, or remove`);
  });

  test('of an earlier version stay inside DATA_DIR, with whoever owns them', async () => {
    chmodSync(parent, 0o711);
    const dataDir = dataDirAt('old');
    const home = join(dataDir, 'postgres');
    for (const folder of [dataDir, home]) {
      mkdirSync(folder);
      chmodSync(folder, 0o711);
    }
    const server = await start(dataDir);
    await remember(server);
    const { uid } = programOf(dataDir);
    await server.stop();
    const { gid } = statSync(join(home, 'data'));
    writeFileSync(join(home, 'service-password'), 'of-an-earlier-version', { mode: 0o600 });
    for (const name of ['password', 'service-password', 'server.log']) chownSync(join(home, name), uid, gid);

    expect(await recall(await start(dataDir))).toEqual(remembered);
    expect(lstatSync(home).isDirectory()).toBe(true);
    expect(statSync(join(home, 'data')).uid).toBe(uid);
  });

  test('of an earlier version, to which a link leads, stay where they are', async () => {
    const dataDir = dataDirAt('old');
    const elsewhere = mkdtempSync(join(rootsFolder, '4f0a'));
    chmodSync(elsewhere, 0o711);
    mkdirSync(dataDir);
    symlinkSync(elsewhere, join(dataDir, 'postgres'));
    const server = await start(dataDir);
    await remember(server);
    await server.stop();
    rmSync(join(elsewhere, 'linked-from'));

    expect(await recall(await start(dataDir))).toEqual(remembered);
    expect(readlinkSync(join(dataDir, 'postgres'))).toBe(elsewhere);
  });
});

test('data of an ordinary user lie in DATA_DIR, for this user alone', { timeout: 120_000 }, async (context) => {
  // PostgreSQL runs as a user that the system knows alone.
  const [uid = 0, gid = 0] = ['-u', '-g'].map((of) => Number(execFileSync('id', isRoot ? [of, 'nobody'] : [of])));
  const user = { uid, gid };
  const mayRead = spawnSync('cat', [projectFile('dist', 'main.js')], { ...user, stdio: 'ignore' });
  if (mayRead.status !== 0) context.skip('the project lies in a folder that only root may enter');
  chmodSync(parent, 0o711);
  const dataDir = dataDirAt('theirs', 'data');
  mkdirSync(dirname(dataDir));
  chownSync(dirname(dataDir), user.uid, user.gid);
  const service = await startService({ dataDir, cwd: dirname(dataDir), ...(isRoot && { user }) });
  try {
    const home = join(dataDir, 'postgres');
    expect(lstatSync(home).isDirectory()).toBe(true);
    for (const folder of [dataDir, home, join(home, 'data')]) {
      expect([statSync(folder).uid, statSync(folder).mode & 0o777]).toEqual([user.uid, 0o700]);
    }
    const server = execFileSync('ps', [
      '-o',
      'uid=',
      '-p',
      readFileSync(join(home, 'data', 'postmaster.pid'), 'utf8').split('\n')[0] ?? '',
    ]);
    expect(Number(String(server))).toBe(user.uid);
  } finally {
    expect(await service.stop()).toMatchObject({ code: 0 });
  }
});
