import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allowConnections, createEmptyDatabase, createMigratedDatabase } from '../support/database.ts';
import { runService, type Service } from '../support/service.ts';
import {
  cleanUp,
  cleanUpAfterEach,
  hasEntry,
  hasSampleCall,
  newDataDir,
  sendSampleCall,
  start,
} from './sample-service.ts';

cleanUpAfterEach();

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
    const { url, drop } = await createMigratedDatabase();
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
