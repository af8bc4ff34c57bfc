import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Retention, type RetentionSettings } from '../../src/jobs/retention.ts';
import { projectFile } from '../../src/project-file.ts';
import { instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { makeDataDir, runService, startService } from '../support/service.ts';

const day = 86_400_000;
let app: TestApp;
let logged: string[];
/** How far the service's clock is ahead of the database's, and of one that never steps. */
let ahead = 0;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  ahead = 0;
  logged = [];
  await app.database.pool.query('truncate calls, webhook_events, webhook_arrivals, retention_waits');
});

const log = { warn: (_told: object, message: string) => void logged.push(message) };
const settings = { RETENTION_CALLS_DAYS: 30, RETENTION_EVENTS_DAYS: 30 };
const open = (told: RetentionSettings = settings) =>
  new Retention(app.database.pool, told, log as never, {
    now: () => Date.now() + ahead,
    steady: () => performance.now(),
  });
const never = new AbortController().signal;
const at = (daysAgo: number) => instantOf(Date.now() - daysAgo * day);

/** So many calls and deliveries, of so many days ago, each a minute after the other. */
async function add(count: number, daysAgo: number): Promise<void> {
  await app.database.pool.query(
    `insert into calls (account_id, call_sid, direction, status, started_at, created_at, updated_at)
     select $1, $2 || '-' || n, 'INBOUND', 'COMPLETED', $3::timestamptz - n * interval '1 minute', $3, $3 from generate_series(1, $4::int) n`,
    [app.account.id, `of-${daysAgo}`, at(daysAgo), count],
  );
  await app.database.pool.query(
    `insert into webhook_events (account_id, received_at, kind, form, state, body, content_hash)
     select $1, $2::timestamptz - n * interval '1 minute', 'OTHER', 'JSON', 'IGNORED', '', '' from generate_series(1, $3::int) n`,
    [app.account.id, at(daysAgo), count],
  );
}

async function newestDelivery(daysAgo: number): Promise<void> {
  await app.database.pool.query(
    `insert into webhook_arrivals (account_id, last_event_at) values ($1, $2)
     on conflict (account_id) do update set last_event_at = excluded.last_event_at`,
    [app.account.id, at(daysAgo)],
  );
}

async function waits(): Promise<string | null> {
  const { webhookHealth } = await app.query<{ webhookHealth: { retentionWaits: string | null } }>(
    '{ webhookHealth { retentionWaits } }',
  );
  return webhookHealth.retentionWaits;
}

const left = async () => {
  const { rows } = await app.database.pool.query(
    'select (select count(*)::int from calls) as calls, (select count(*)::int from webhook_events) as deliveries',
  );
  return rows[0];
};

test('nothing is deleted while the clocks of service and database are more than a minute apart, either way', async () => {
  await add(3, 40);
  await add(5, 1);
  await newestDelivery(0);
  const retention = open();
  for (ahead of [62_000, -62_000]) {
    expect(await retention.run('CALLS', never)).toBe(0);
    expect(await retention.run('DELIVERIES', never)).toBe(0);
    expect(await left()).toEqual({ calls: 8, deliveries: 8 });
    expect(await waits()).toMatch(
      /^Old calls are not deleted: the clocks .* 62 seconds apart\. .* Old deliveries are not/,
    );
    expect(logged.at(-1)).toMatch(/62 seconds apart/);
  }
  ahead = 0;
  expect(await open().run('CALLS', never)).toBe(3);
  expect(await open().run('DELIVERIES', never)).toBe(3);
  expect(await waits()).toBeNull();
});

test('a clock a day after the newest delivery deletes no more than half', async () => {
  await add(5, 40);
  await add(5, 4);
  await newestDelivery(3);
  expect(await open().run('CALLS', never)).toBe(5);
  await add(6, 50);
  expect(await open().run('CALLS', never)).toBe(0);
  expect(await left()).toEqual({ calls: 11, deliveries: 16 });
  expect(await waits()).toMatch(/^Old calls are not deleted: more than half of all would go, .* npm run expire/);
  await add(1, 2);
  expect(await open().run('CALLS', never)).toBe(6);
  expect(await waits()).toBeNull();
});

test('while deliveries come, however much is old is deleted', async () => {
  await add(9, 40);
  await add(1, 0);
  await newestDelivery(0.9);
  await open().check();
  expect(await open().run('CALLS', never)).toBe(9);
  expect(await open().run('DELIVERIES', never)).toBe(9);
  expect(logged).toEqual([]);
});

test('what waits goes on waiting when deliveries come by the wrong clock', async () => {
  await add(9, 40);
  await newestDelivery(40);
  await open().check();
  expect(logged).toHaveLength(2);
  await newestDelivery(0);
  expect(await open().run('CALLS', never)).toBe(0);
  expect(await open().run('DELIVERIES', never)).toBe(0);
  expect(await left()).toEqual({ calls: 9, deliveries: 9 });
});

test('a clock that stepped while the service ran is not believed, though deliveries came since', async () => {
  await add(9, 40);
  await newestDelivery(0);
  ahead = -50_000;
  const retention = open();
  ahead = 50_000;
  expect(await retention.run('CALLS', never)).toBe(0);
  expect(await left()).toMatchObject({ calls: 9 });
});

test('what is kept for ever waits for nothing', async () => {
  await add(9, 40);
  await open().check();
  expect(await waits()).not.toBeNull();
  await open({}).check();
  expect(await waits()).toBeNull();
});

test('the service says at its start that it waits, npm run expire shows what would go, and with --yes deletes it', {
  timeout: 120_000,
}, async () => {
  await add(9, 40);
  await add(1, 3);
  await newestDelivery(3);
  const { dataDir, remove } = await makeDataDir();
  const env = { DATABASE_URL: app.database.url, RETENTION_CALLS_DAYS: '30', RETENTION_EVENTS_DAYS: '30' };
  const expire = (...args: string[]) => runService({ dataDir, env, program: projectFile('dist/cli/expire.js'), args });
  try {
    const service = await startService({ dataDir, env });
    expect(service.output()).toMatch(/"msg":"Old calls are not deleted: more than half/);
    await service.stop();
    const shown = await expire();
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(
      /Old calls are not deleted.*\nOld deliveries are not deleted.*\n9 of 10 deliveries received before \S+ would be deleted\n9 of 10 calls that started before \S+ would be deleted\n0 of \d+ entries of the access log from before \S+ would be deleted\nNothing was deleted/,
    );
    expect(await left()).toEqual({ calls: 10, deliveries: 10 });
    const done = await expire('--yes');
    expect(done.stdout).toMatch(
      /9 deliveries received before \S+ were deleted\n9 calls that started before \S+ were deleted\n0 entries of the access log from before \S+ were deleted\n$/,
    );
    expect(await left()).toEqual({ calls: 1, deliveries: 1 });
    expect(await waits()).toBeNull();
    const { code, stdout } = await runService({
      dataDir,
      env: { DATABASE_URL: app.database.url },
      program: projectFile('dist/cli/expire.js'),
    });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^0 of \d+ entries of the access log from before \S+ would be deleted\nNothing was deleted/,
      ),
    });
  } finally {
    await remove();
  }
});
