import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { startApp, type TestApp, testSecret } from '../support/app.ts';
import { keptEvents, knock } from './knock.ts';

const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function start(): Promise<TestApp> {
  const app = await startApp();
  cleanUp.push(app.close);
  return app;
}

async function connect(app: TestApp, database?: string): Promise<pg.Client> {
  const url = database ? new URL(`/${database}`, app.database.url).href : app.database.url;
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // dropping the database at the end closes it
  await client.connect();
  cleanUp.push(() => client.end().catch(() => {}));
  return client;
}

const report = (n: number) => ({
  CallSid: `1672649960.${n}`,
  Direction: 'IVR',
  Status: 'ANSWER',
  SourceNumber: '9812345678',
  receiver_name: 'Ashish',
  StartTime: '2023-01-02 14:29:20',
});

const deliver = (
  app: TestApp,
  body: string,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) => knock(app, { path: `/webhooks/callerdesk/${testSecret}`, headers, body });

function expectLaterPlease(answer: Awaited<ReturnType<typeof knock>>): void {
  expect(answer.status).toBe(503);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(answer.body).not.toMatch(/success|sql|select|insert|database|9812345678|Ashish/i);
}

function expectQuietLog(app: TestApp): void {
  const lines = app.logged.map((line) => JSON.stringify(line)).join('\n');
  expect(lines).not.toMatch(/9812345678|Ashish|1672649960|select |insert into|success/i);
  expect(lines).not.toContain(testSecret);
}

test('while the database is gone every delivery is answered 503 with Retry-After, whatever its form', async () => {
  const app = await start();
  const admin = await connect(app, 'postgres');
  const name = new URL(app.database.url).pathname.slice(1);
  await admin.query(`drop database ${name} with (force)`);
  expectLaterPlease(await deliver(app, JSON.stringify(report(1))));
  expectLaterPlease(
    await deliver(app, 'CallSid=1672649960.1', { 'content-type': 'application/x-www-form-urlencoded' }),
  );
  const path = `/webhooks/callerdesk/${testSecret}/call-report?CallSid=1672649960.1`;
  expectLaterPlease(await knock(app, { method: 'GET', path }));
  // Also what tells of no call, and what cannot be read: nothing is acknowledged that is not kept.
  expectLaterPlease(await deliver(app, '{}'));
  expectLaterPlease(await deliver(app, '{ broken'));
  const many = await Promise.all(Array.from({ length: 30 }, (_, n) => deliver(app, JSON.stringify(report(n)))));
  for (const answer of many) expectLaterPlease(answer);
  // What is refused for its own fault still is.
  const large = JSON.stringify({ CallSid: '1', note: 'x'.repeat(70_000) });
  expect((await deliver(app, large)).status).toBe(413);
  expect((await knock(app, { path: '/webhooks/callerdesk/wrong-secret', body: '{}' })).status).toBe(404);
  expectQuietLog(app);
});

test('a delivery whose connection is lost before the commit is answered 503, and taken when it is sent again', async () => {
  const app = await start();
  expect((await deliver(app, JSON.stringify(report(1)))).status).toBe(200);
  const holder = await connect(app);
  await holder.query('begin');
  await holder.query('lock table calls in access exclusive mode');
  // Several wait behind the first: all of them are in the group that is lost, or in the one after it.
  const sent = Array.from({ length: 5 }, (_, n) => deliver(app, JSON.stringify(report(2 + n))));
  const admin = await connect(app);
  await expect
    .poll(
      async () => {
        const { rowCount } = await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'tests' and wait_event_type = 'Lock'`);
        return rowCount;
      },
      { timeout: 15_000 },
    )
    .toBe(1);
  await holder.query('rollback');
  const answers = await Promise.all(sent);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(0);
  for (const answer of refused) expectLaterPlease(answer);
  // Only what was acknowledged is kept, and all of that.
  const kept = (await keptEvents(app)).map(({ callSid }) => callSid);
  const acknowledged = answers.flatMap(({ status }, n) => (status === 200 ? [report(2 + n).CallSid] : []));
  expect(kept.sort()).toEqual(['1672649960.1', ...acknowledged].sort());
  for (let n = 2; n < 7; n++) expect((await deliver(app, JSON.stringify(report(n)))).status).toBe(200);
  const { calls } = await app.query<{ calls: unknown }>('{ calls { totalCount } }');
  expect(calls).toEqual({ totalCount: 6 });
  expectQuietLog(app);
});

test('what cannot be recorded is still kept, marked, and answered with success; the log says where, and nothing personal', async () => {
  const app = await start();
  const admin = await connect(app);
  await admin.query(`alter table calls add constraint poison check (call_sid <> '1672649960.3')`);
  const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => deliver(app, JSON.stringify(report(n)))));
  expect(answers.map(({ status, body }) => `${status} ${body}`)).toEqual(Array(6).fill('200 success'));
  const states = Object.fromEntries((await keptEvents(app)).map(({ callSid, state }) => [callSid, state]));
  expect(states).toEqual({
    '1672649960.0': 'RECORDED',
    '1672649960.1': 'RECORDED',
    '1672649960.2': 'RECORDED',
    '1672649960.3': 'UNREADABLE',
    '1672649960.4': 'RECORDED',
    '1672649960.5': 'RECORDED',
  });
  const failures = app.logged.filter(({ level }) => level === 50);
  expect(failures).toEqual([
    expect.objectContaining({ failure: expect.objectContaining({ sqlstate: '23514', constraint: 'poison' }) }),
  ]);
  expectQuietLog(app);
});

test('where even the inbox is broken nothing is acknowledged', async () => {
  const app = await start();
  const admin = await connect(app);
  await admin.query('alter table webhook_events rename to elsewhere');
  expectLaterPlease(await deliver(app, JSON.stringify(report(1))));
  expectLaterPlease(await deliver(app, '{}'));
  await admin.query('alter table elsewhere rename to webhook_events');
  expect((await deliver(app, JSON.stringify(report(1)))).body).toBe('success');
  const { calls } = await app.query<{ calls: unknown }>('{ calls { totalCount } }');
  expect(calls).toEqual({ totalCount: 1 });
  expectQuietLog(app);
});

test('what is no fault of the delivery is refused: nothing is kept as unreadable, and the log says why', async () => {
  const app = await start();
  const admin = await connect(app);
  await admin.query('alter table calls rename column talk_seconds to elsewhere');
  const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => deliver(app, JSON.stringify(report(n)))));
  for (const answer of answers) expectLaterPlease(answer);
  expect(await keptEvents(app)).toEqual([]);
  const failures = app.logged.filter(({ level }) => level === 50);
  expect(failures.length).toBeGreaterThan(0);
  for (const { failure } of failures) expect(failure).toMatchObject({ sqlstate: '42703' });
  await admin.query('alter table calls rename column elsewhere to talk_seconds');
  for (let n = 0; n < 6; n++) expect((await deliver(app, JSON.stringify(report(n)))).body).toBe('success');
  expectQuietLog(app);
});

test('a delivery that could neither be recorded nor kept is refused, and nobody is told that it was kept', async () => {
  const app = await start();
  const admin = await connect(app);
  await admin.query(`alter table calls add constraint poison check (call_sid <> '1672649960.3');
    alter table webhook_events add constraint poison check (state <> 'UNREADABLE')`);
  const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => deliver(app, JSON.stringify(report(n)))));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 503, 200, 200]);
  expectLaterPlease(answers[3] as (typeof answers)[number]);
  expect(app.logged.map(({ msg }) => msg).filter((msg) => /is kept/.test(String(msg)))).toEqual([]);
  expectQuietLog(app);
});

test('a commit that comes with a warning is answered 503; sent again, the delivery is a duplicate at most', async () => {
  const app = await start();
  const admin = await connect(app);
  await admin.query(`create function warn() returns trigger language plpgsql as
      $$ begin raise warning 'given up' using errcode = '01000'; return null; end $$;
    create constraint trigger warn after insert on webhook_events deferrable initially deferred
      for each row execute function warn()`);
  expectLaterPlease(await deliver(app, JSON.stringify(report(1))));
  expect(app.logged.filter(({ level }) => level === 50)).toEqual([
    expect.objectContaining({ failure: expect.objectContaining({ code: 'NOT_DURABLE' }) }),
  ]);
  await admin.query('drop trigger warn on webhook_events');
  expect((await deliver(app, JSON.stringify(report(1)))).body).toBe('success');
  expect((await keptEvents(app)).map(({ state }) => state)).toEqual(['RECORDED', 'DUPLICATE']);
  expectQuietLog(app);
});
