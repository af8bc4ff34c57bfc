import { createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import { makeDataDir, runService, type Service, startService } from '../support/service.ts';

let folder: Awaited<ReturnType<typeof makeDataDir>>;
let env: Record<string, string>;
let service: Service;

beforeAll(async () => {
  folder = await makeDataDir();
  env = { POSTGRES_PORT: String(await freePort()), BI_STATEMENT_SECONDS: '1' };
  service = await startService({ dataDir: folder.dataDir, env });
}, 60_000);
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
}, 60_000);
