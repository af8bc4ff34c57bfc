import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { lookAt, notReady, ready } from '../health/probe.ts';
import { databaseUrl } from '../support/database-url.ts';
import { makeDataDir, startService } from '../support/service.ts';
import { startTemporaryServer } from '../support/temporary-server.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

/** A small disk of its own; null where this user may make none. */
function makeDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'call-analytics-disk-'));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  cleanUp.push(() => execFileSync('umount', [folder]));
  return folder;
}

/** Takes all the room that is left. */
function fill(file: string): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(4096), { flag: 'a' });
  } catch {}
}

test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
  'on a full disk deliveries are refused, readiness says why, the log tells it in few lines; with room again all goes on',
  { timeout: 300_000 },
  async (context) => {
    const disk = makeDisk();
    if (!disk) return context.skip();
    const server = await startTemporaryServer();
    cleanUp.push(server.stop);
    const admin = new pg.Client({ connectionString: server.url });
    await admin.connect();
    const { rows } = await admin.query('show data_directory');
    const { uid, gid } = statSync(rows[0].data_directory);
    chownSync(disk, uid, gid);
    const space = join(disk, 'space');
    execFileSync('install', ['-d', '-o', String(uid), '-g', String(gid), '-m', '700', space]);
    await admin.query(`create tablespace small location '${space}'`);
    await admin.query(`create database small tablespace small encoding 'UTF8' template template0`);
    await admin.end();

    const { dataDir, remove } = await makeDataDir();
    cleanUp.push(remove);
    const service = await startService({ dataDir, env: { DATABASE_URL: databaseUrl(server.url, 'small') } });
    cleanUp.push(() => service.stop('SIGKILL'));
    let sid = 0;
    const deliver = async () => {
      sid += 1;
      const body = JSON.stringify({
        CallSid: `1672649960.${sid}`,
        Status: 'ANSWER',
        StartTime: '2023-01-02 14:29:20',
        filler: Buffer.from(Array.from({ length: 15_000 }, (_, i) => (i * sid * 7919) % 251)).toString('base64'),
      });
      const headers = { 'content-type': 'application/json' };
      return (await fetch(service.webhookUrl, { method: 'POST', headers, body })).status;
    };
    expect(await deliver()).toBe(200);
    expect((await lookAt(service.url)).both).toEqual(ready);

    const filler = join(disk, 'filler');
    fill(filler);
    // No delivery has failed yet: the check finds it out by itself.
    expect((await lookAt(service.url)).webhook).toEqual(notReady('disk full'));
    let kept = 1;
    let refused = 0;
    for (const end = Date.now() + 12_000; Date.now() < end; ) {
      for (const status of await Promise.all(Array.from({ length: 20 }, deliver))) {
        if (status === 200) kept += 1;
        else refused += 1;
        expect([200, 503]).toContain(status);
      }
    }
    expect(refused).toBeGreaterThan(100);
    expect((await lookAt(service.url)).webhook).toEqual(notReady('deliveries failing', 'disk full'));
    const lines = service
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line.msg === 'a delivery could not be kept');
    for (const line of lines)
      expect(line).toMatchObject({ failure: { sqlstate: '53100' }, requestId: expect.any(String) });
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.length).toBeLessThan(5);

    rmSync(filler);
    expect(await deliver()).toBe(200);
    await expect.poll(async () => (await lookAt(service.url)).both, { timeout: 30_000 }).toEqual(ready);
    const found = new pg.Client({ connectionString: databaseUrl(server.url, 'small') });
    await found.connect();
    const { rows: counted } = await found.query('select count(*)::int as n from webhook_events');
    await found.end();
    expect(counted[0].n).toBe(kept + 1);
    expect((await service.stop()).code).toBe(0);
  },
);
