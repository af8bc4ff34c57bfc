import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { makeFilledDataDir } from '../support/filled-data.ts';
import { runService, type Service, startService } from '../support/service.ts';

let folder: Awaited<ReturnType<typeof makeFilledDataDir>>;
let env: Record<string, string>;
let service: Service;

beforeAll(async () => {
  folder = await makeFilledDataDir();
  env = { POSTGRES_PORT: String(await freePort()), BI_STATEMENT_SECONDS: '1' };
  service = await startService({ dataDir: folder.dataDir, env });
}, 120_000);
afterAll(async () => {
  await service.stop('SIGKILL');
  await folder.remove();
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

const run = (command: string, ...args: string[]) =>
  runService({ dataDir: folder.dataDir, env, program: projectFile('dist', 'cli', `${command}.js`), args });

async function asked(url: string, ...texts: string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const text of texts) ({ rows } = await client.query(text));
    return rows;
  } finally {
    await client.end();
  }
}

test('on its own server the command makes a role whose address serves at the port that was set, beside the running service and after its next start', async () => {
  const send = (CallSid: string) =>
    fetch(service.webhookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        CallSid,
        Status: 'ANSWER',
        Direction: 'IVR',
        SourceNumber: '9812345678',
        StartTime: '2026-01-05 10:00:00',
      }),
    });
  expect((await send('1672649960.1')).status).toBe(200);
  const made = await run('bi-role', 'create', '--account', 'default', '--name', 'bi_plain');
  expect(made).toMatchObject({ code: 0, stderr: 'The role bi_plain was made. Its address is shown only now:\n' });
  const url = made.stdout.trim();
  expect(url).toMatch(
    new RegExp(
      `^postgres://bi_plain:[\\w-]{32}@127\\.0\\.0\\.1:${env.POSTGRES_PORT}/call_analytics\\?sslmode=disable$`,
    ),
  );
  const full = await run('bi-role', 'create', '--account', 'default', '--numbers');
  const fullUrl = full.stdout.trim();
  expect(await asked(fullUrl, 'select call_sid, customer_number from bi.calls')).toEqual([
    { call_sid: '1672649960.1', customer_number: '+919812345678' },
  ]);
  await expect(asked(url, 'select from bi.calls')).rejects.toThrow(/permission denied/);
  expect((await send('1672649960.2')).status).toBe(200);
  const count = 'select sum(call_count)::integer as n from daily_metrics';
  expect(await asked(url, count)).toEqual([{ n: 2 }]);

  // Nothing of it is open to who has no password, nor another database of the server.
  const { username } = new URL(url);
  await expect(asked(url.replace(/:[\w-]{32}@/, ':wrong@'), 'select 1')).rejects.toThrow(
    /password authentication failed/,
  );
  await expect(asked(url.replace('/call_analytics', '/postgres'), 'select 1')).rejects.toThrow(
    /permission denied for database/,
  );
  expect((await run('bi-url')).stdout).toBe(`${url.replace(/\/\/.*@/, '//')}\n`);
  expect((await run('bi-role', 'list')).stdout).toMatch(
    new RegExp(`ROLE +STATE +ACCOUNTS +NUMBERS .*\\n(.*\\n)?${username} +there +default +no +0 `),
  );

  // The service itself ends what takes longer than the setting allows.
  await expect(asked(url, 'set statement_timeout = 0', 'select pg_sleep(50)')).rejects.toThrow(
    /canceling statement due to user request/,
  );

  expect(await service.stop()).toMatchObject({ code: 0 });
  service = await startService({ dataDir: folder.dataDir, env });
  expect(await asked(url, count)).toEqual([{ n: 2 }]);
  const dropped = await run('bi-role', 'drop', '--name', 'bi_plain');
  expect(dropped).toMatchObject({
    code: 0,
    stderr: 'The role bi_plain sees nothing any more, and is gone.\n',
    stdout: '',
  });
  await expect(asked(url, 'select 1')).rejects.toThrow(/password authentication failed/);
  expect(await asked(fullUrl, 'select count(*)::integer as n from bi.calls_masked')).toEqual([{ n: 2 }]);
}, 120_000);

test('what cannot be done is told in a line, and leaves nothing', async () => {
  const told = async (...args: string[]) => {
    const { code, stdout, stderr } = await run('bi-role', ...args);
    expect({ args, code, stdout }).toEqual({ args, code: 1, stdout: '' });
    return stderr;
  };
  expect(await told('create', '--account', 'nobody')).toBe('There is no account nobody. Allowed: default.\n');
  expect(await told('create', '--account', 'default', '--name', 'postgres')).toMatch(
    /^--name is "postgres"\. Allowed: bi_/,
  );
  expect(await told('create')).toMatch(/^--account is missing\.\n\nnpm run bi-role/);
  expect(await told('drop', '--name', 'bi_none')).toMatch(/^There is no BI role bi_none/);
  const made = await run('bi-role', 'create', '--account', 'default', '--name', 'bi_twice');
  expect(made.code).toBe(0);
  expect(await told('create', '--account', 'default', '--name', 'bi_twice')).toMatch(
    /^There is a role bi_twice already/,
  );
  expect(await asked(made.stdout.trim(), 'select count(*)::integer as n from accounts')).toEqual([{ n: 1 }]);
}, 120_000);

test('on another server a role with CREATEROLE that owns the database makes them itself, and tells what is left for a superuser', async () => {
  const empty = await createEmptyDatabase();
  const owner = `owner_${randomBytes(4).toString('hex')}`;
  const database = new URL(empty.url).pathname.slice(1);
  await asked(
    inject('serverUrl'),
    `create role ${owner} login createrole password 'plain'`,
    `alter database ${database} owner to ${owner}`,
  );
  const owned = new URL(empty.url);
  [owned.username, owned.password] = [owner, 'plain'];
  const onOwned = (...args: string[]) =>
    runService({
      dataDir: folder.dataDir,
      env: { DATABASE_URL: owned.href },
      program: projectFile('dist', 'cli', 'bi-role.js'),
      args,
    });
  try {
    await onOwned('list');
    await asked(owned.href, "insert into accounts (name, time_zone, region) values ('one', 'Asia/Kolkata', 'IN')");
    const names = [`bi_${randomBytes(4).toString('hex')}`, `bi_${randomBytes(4).toString('hex')}`];
    for (const name of names) {
      const made = await onOwned('create', '--account', 'one', '--name', name);
      expect(made).toMatchObject({
        code: 0,
        stderr: expect.stringContaining(`alter role "${name}" set temp_file_limit`),
      });
      const url = made.stdout.trim();
      expect(await asked(url, 'select name from accounts')).toEqual([{ name: 'one' }]);
      await expect(asked(url, 'create temporary table t (x integer)')).rejects.toThrow(/read-only|permission denied/);
      const left = made.stderr.slice(made.stderr.indexOf('\n', made.stderr.indexOf('For a superuser')));
      await asked(empty.url, left);
      await expect(asked(url, 'select lo_create(0)')).rejects.toThrow(/read-only|permission denied/);
    }
    // The one that applies migrations can change the views.
    await asked(
      owned.href,
      "comment on view bi.agents is 'x'",
      'create or replace view bi.changed as select 1 as x',
      'drop view bi.changed',
    );
    for (const name of names) expect(await onOwned('drop', '--name', name)).toMatchObject({ code: 0, stdout: '' });
    expect(
      (await asked(empty.url, `select from pg_roles where rolname = any(array['${names.join("','")}'])`)).length,
    ).toBe(0);
  } finally {
    const [views] = await asked(
      empty.url,
      "select relowner::regrole::text as owner from pg_class where oid = 'bi.calls'::regclass",
    );
    await empty.drop();
    await asked(inject('serverUrl'), `drop role ${views?.owner}`, `drop role ${owner}`);
  }
}, 90_000);
