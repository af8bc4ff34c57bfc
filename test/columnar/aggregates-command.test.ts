import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls } from '../support/factories.ts';
import { makeDataDir, runService } from '../support/service.ts';

let app: TestApp;
let folder: Awaited<ReturnType<typeof makeDataDir>>;

beforeAll(async () => {
  app = await startApp();
  folder = await makeDataDir();
});
afterAll(async () => {
  await app.close();
  await folder.remove();
});

const aggregates = (...args: string[]) =>
  runService({
    dataDir: folder.dataDir,
    env: { DATABASE_URL: app.database.url },
    program: projectFile('dist/cli/aggregates.js'),
    args,
  });

test('rebuild packs all calls, verify finds no difference, and tells of one that somebody made', async () => {
  const rows = Array.from({ length: 50 }, (_, i) =>
    aCall({ accountId: app.account.id, startedAt: `2026-01-${String((i % 28) + 1).padStart(2, '0')}T10:00:00.000Z` }),
  );
  await insertCalls(app.database.db, rows);
  expect(await aggregates('verify')).toMatchObject({ code: 0, stdout: expect.stringContaining('default: not packed') });
  expect(await aggregates('rebuild')).toMatchObject({ code: 0, stdout: 'default: 50 calls are packed anew.\n' });
  expect(await aggregates('verify', '--account', 'default')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^default: 50 calls in \d+ chunks, [\d.]+ bytes for each; 0 differ from the calls\.\n$/,
    ),
  });

  // Not as a writer does it: nothing tells that it was changed.
  await app.database.db.$client.query("update calls set talk_seconds = 77 where started_at = '2026-01-03T10:00:00Z'");
  const told = await aggregates('verify');
  expect(told.code).toBe(1);
  expect(told.stdout).toMatch(/; 2 differ from the calls\.\n {2}among those that started 2026-01-0\dT/);
  expect((await aggregates('rebuild')).code).toBe(0);
  expect((await aggregates('verify')).code).toBe(0);
}, 60_000);

test('what it cannot do is said, with what is allowed', async () => {
  expect(await aggregates()).toMatchObject({ code: 1, stderr: expect.stringContaining('verify or rebuild') });
  expect(await aggregates('verify', '--account', 'nobody')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no account nobody. Allowed: default'),
  });
}, 60_000);
