import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepWebhookSecret } from '../../src/access/webhook-secret.ts';
import { startEmbeddedServer } from '../../src/embedded-postgres/index.ts';
import { removeDataDir } from '../support/temporary-server.ts';

const quiet = { info: () => {}, warn: () => {} };
const isRoot = process.getuid?.() === 0;
/** A user that is neither who runs this nor whom the server runs as. */
const stranger = 54_321;

let dataDir: string;
let victim: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'call-analytics-planted-'));
  chmodSync(dataDir, 0o711);
  victim = join(mkdtempSync(join(tmpdir(), 'call-analytics-victim-')), 'victim');
  writeFileSync(victim, 'precious');
});
afterEach(async () => {
  await removeDataDir(dataDir);
  rmSync(join(victim, '..'), { recursive: true });
});

const start = () => startEmbeddedServer({ dataDir, log: quiet, durable: false });

/** Where the server's files will be, made as the service makes it. */
function makeHome(): string {
  const home = join(dataDir, 'postgres');
  mkdirSync(home);
  chmodSync(home, 0o711);
  return home;
}

function expectVictimUntouched(): void {
  expect(readFileSync(victim, 'utf8')).toBe('precious');
  expect(statSync(victim).uid).toBe(process.getuid?.());
}

describe('what somebody put into the data folder', { timeout: 60_000 }, () => {
  test('as a link in place of the log is not followed', async () => {
    const planted = join(makeHome(), 'server.log');
    symlinkSync(victim, planted);
    if (isRoot) lchownSync(planted, stranger, stranger);
    await expect(start()).rejects.toThrow(`${planted} is a link, and links are not followed here: remove it.`);
    expectVictimUntouched();
  });

  test('as a second name of another file is not written to', async () => {
    linkSync(victim, join(makeHome(), 'server.log'));
    await expect(start()).rejects.toThrow(/server\.log has a second name somewhere else/);
    expectVictimUntouched();
  });

  test('as a pipe is refused, and nobody waits for it', async () => {
    execFileSync('mkfifo', [join(makeHome(), 'server.log'), join(dataDir, 'webhook-secret')]);
    await expect(start()).rejects.toThrow(/server\.log is not a plain file/);
    await expect(keepWebhookSecret(dataDir)).rejects.toThrow(/webhook-secret is not a plain file/);
  });

  test.each(['service.lock', 'webhook-secret'])('as a link in place of %s is not read', async (name) => {
    const planted = name === 'webhook-secret' ? join(dataDir, name) : join(makeHome(), name);
    symlinkSync(victim, planted);
    const opened = name === 'webhook-secret' ? keepWebhookSecret(dataDir) : start();
    await expect(opened).rejects.toThrow(`${planted} is a link, and links are not followed here`);
  });

  test('as a link in place of the password is replaced or not read, never followed', async () => {
    const planted = join(makeHome(), 'password');
    symlinkSync(victim, planted);
    const server = await start();
    await server.stop();
    expectVictimUntouched();
    rmSync(planted);
    symlinkSync(victim, planted);
    await expect(start()).rejects.toThrow(`${planted} is a link`);
  });

  test('files that the server makes are for its user alone', async () => {
    const server = await start();
    await server.stop();
    for (const name of ['server.log', 'password'])
      expect(statSync(join(dataDir, 'postgres', name)).mode & 0o777).toBe(0o600);
  });

  test.runIf(isRoot)('belongs to somebody else, and is refused', async () => {
    const planted = join(makeHome(), 'server.log');
    writeFileSync(planted, '', { mode: 0o666 });
    chownSync(planted, stranger, stranger);
    await expect(start()).rejects.toThrow(
      `${planted} belongs to the user with id ${stranger}, who could change it. Allowed: 0`,
    );
    expect(statSync(planted).uid).toBe(stranger);

    const secret = join(dataDir, 'webhook-secret');
    writeFileSync(secret, 'a-secret-that-a-stranger-knows\n');
    chownSync(secret, stranger, stranger);
    await expect(keepWebhookSecret(dataDir)).rejects.toThrow(/webhook-secret belongs to the user with id 54321/);
  });

  test.runIf(isRoot)('a folder of somebody else, and a link that they made, are refused', async () => {
    const home = makeHome();
    chownSync(home, stranger, stranger);
    await expect(start()).rejects.toThrow(`${home} belongs to the user with id ${stranger}`);
    rmSync(home, { recursive: true });

    const elsewhere = join(victim, '..', 'home');
    mkdirSync(elsewhere);
    chmodSync(join(victim, '..'), 0o711);
    symlinkSync(elsewhere, home);
    lchownSync(home, stranger, stranger);
    await expect(start()).rejects.toThrow(`${home} belongs to the user with id ${stranger}`);
    rmSync(home);

    chownSync(dataDir, stranger, stranger);
    await expect(start()).rejects.toThrow(`${dataDir} belongs to the user with id ${stranger}`);
    await expect(keepWebhookSecret(dataDir)).rejects.toThrow(`${dataDir} belongs to the user with id ${stranger}`);
  });
});
