import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey } from '../../src/access/keys/create-key.ts';
import { commandLine } from '../../src/access/viewer.ts';
import { createAccount } from '../../src/accounts/accounts.ts';
import { readArguments } from '../../src/cli/demo/read-arguments.ts';
import { deleteKeysOfAccounts } from '../../src/demo/delete-names.ts';
import { inTransaction } from '../../src/postgres/statement.ts';
import { projectFile } from '../../src/project-file.ts';
import { instantOf } from '../../src/time/instant.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { theSampleCall } from '../support/sample-call.ts';
import { type Ended, makeDataDir, runService, type Service, startService } from '../support/service.ts';

const program = projectFile('dist/cli/demo.js');

let database: TestDatabase;
let folder: Awaited<ReturnType<typeof makeDataDir>>;
let service: Service;
let key = '';

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await makeDataDir();
  service = await startService({ dataDir: folder.dataDir, env: { DATABASE_URL: database.url } });
});
afterAll(async () => {
  await service?.stop();
  await folder?.remove();
  await database?.close();
});

const demo = (...args: string[]): Promise<Ended> =>
  runService({ dataDir: folder.dataDir, env: { DATABASE_URL: database.url }, program, args });
const beside = (...args: string[]) => demo('--url', service.url, '--days', '3', ...args);

async function ask<Data>(query: string): Promise<Data> {
  const reply = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { 'x-api-key': key }) },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await reply.json()) as { data: Data; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

const counts = `{
  calls { totalCount } liveCalls(first: 100) { totalCount nodes { account { name isDemo } status } }
  webhookHealth { unreadableLast24Hours unknownStatusWords }
}`;
type Counts = { calls: { totalCount: number }; liveCalls: { totalCount: number; nodes: unknown[] } };

/** Every row of every table that has an account, by table and account. */
async function rowsByAccount(): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows: columns } = await client.query<{ name: string; type: string; column: string }>(
      `select table_name as name, column_name as "column", data_type as type from information_schema.columns
        where table_schema = 'public' and column_name in ('account_id', 'account_ids')`,
    );
    const found: Record<string, number> = {};
    for (const { name, column, type } of columns) {
      const account = type === 'ARRAY' ? `unnest(${column})` : column;
      const { rows } = await client.query(`select account, count(*)::int as rows
        from (select ${account} as account from ${name}) as of_table group by account`);
      for (const { account, rows: count } of rows) found[`${name} of ${account}`] = count;
    }
    return found;
  } finally {
    await client.end();
  }
}

test('beside the service it makes a company, goes on live, and goes on when it is run again', async () => {
  const first = await beside('--rate', '300', '--stop-after', '1');
  expect(first).toMatchObject({ code: 0 });
  expect(first.stdout).toContain(`Playground   ${service.url}/graphql`);
  expect(first.stdout).not.toContain('asks for a key');
  const [, began, left] = /ended: ([\d,]+) began, and ([\d,]+) of them are not over/.exec(first.stdout) ?? [];
  const told = await ask<Counts>(counts);
  expect(told.liveCalls.totalCount).toBe(Number(left));
  expect(told.liveCalls.totalCount).toBeGreaterThan(10);
  expect(told.liveCalls.nodes).toContainEqual({ account: { name: 'demo-sales', isDemo: true }, status: 'RINGING' });
  expect(told.liveCalls.nodes).toContainEqual({
    account: { name: 'demo-support', isDemo: true },
    status: 'IN_PROGRESS',
  });
  expect(told).toMatchObject({ webhookHealth: { unreadableLast24Hours: expect.any(Number) } });
  expect(told.calls.totalCount).toBeGreaterThan(500);
  const { accounts, campaigns } = await ask<Record<string, unknown>>(
    '{ accounts { name isDemo } campaigns { totalCount nodes { name } } }',
  );
  expect(accounts).toEqual([
    { name: 'default', isDemo: false },
    { name: 'demo-sales', isDemo: true },
    { name: 'demo-support', isDemo: true },
  ]);
  expect(campaigns).toMatchObject({ totalCount: 6, nodes: expect.arrayContaining([{ name: 'Warranty' }]) });

  const again = await beside('--rate', '0');
  expect(again).toMatchObject({ code: 0 });
  const more = (await ask<Counts>(counts)).calls.totalCount - told.calls.totalCount;
  expect(more).toBeLessThan(Number(began));
  expect(more).toBeLessThan(10);
});

test('it does not begin beside calls of others, unless told to, and removes its own alone', async () => {
  expect(
    await (
      await fetch(service.webhookUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(theSampleCall),
      })
    ).text(),
  ).toBe('success');
  const refused = await beside();
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(/calls of default.*--beside/);

  // Keys: of everything, of the demo alone, of both.
  const idOf = async (name: string) =>
    Number((await database.pool.query('select id from accounts where name = $1', [name])).rows[0]?.id);
  const [sales, own] = [await idOf('demo-sales'), await idOf('default')];
  key = await makeKey(database, 'all', null);
  await makeKey(database, 'demo', [sales]);
  await makeKey(database, 'both', [sales, own]);
  const besides = await beside('--beside', '--rate', '120', '--stop-after', '1');
  expect(besides.stdout).toMatch(/asks for a key[\s\S]*npm run --silent key -- create .*--account demo-support/);

  const { accounts } = await ask<{ accounts: { id: string; name: string }[] }>('{ accounts { id name } }');
  const others = accounts.filter(({ name }) => name === 'default').map(({ id }) => `"${id}"`);
  const figures = `{ callMetrics(range: { between: { from: "2023-01-01T00:00:00Z", to: "2023-02-01T00:00:00Z" } }, filter: { accountId: { in: [${others}] } }) {
    totals { callCount answeredCount talkTime { sum } waitTime { average } uniqueCustomerCount } breakdown(by: [AGENT]) { nodes { agent { name } metrics { callCount } } } }
    customers(filter: { accountId: { in: [${others}] } }) { nodes { number pseudonym lastCallAt } } }`;
  const before = await ask<unknown>(figures);
  expect(JSON.stringify(before)).toContain('"callCount":1');
  const rowsBefore = await rowsByAccount();

  const removed = await demo('--remove');
  expect(removed).toMatchObject({ code: 0, stderr: '' });
  expect(removed.stdout).toMatch(
    /account demo-sales: [\d,]+ calls, [\d,]+ deliveries, [\d,]+ customers, 7 agents, 4 campaigns/,
  );
  expect(removed.stdout).toContain('keys for these accounts alone: demo\n');
  expect(removed.stdout).toContain('The demo is removed.');

  expect(await ask<unknown>(figures)).toEqual(before);
  expect(await ask(counts)).toMatchObject({ calls: { totalCount: 1 }, liveCalls: { totalCount: 0 } });
  expect(await ask('{ accounts { name } }')).toEqual({ accounts: [{ name: 'default' }] });
  const rows = await rowsByAccount();
  const ofOthers = Object.entries(rowsBefore).filter(([of]) => of.endsWith(' of 1') && !of.startsWith('access_log'));
  expect(ofOthers.length).toBeGreaterThan(8);
  expect(Object.keys(rows).filter((of) => !/ of (1|null)$/.test(of))).toEqual([]);
  expect(Object.fromEntries(Object.entries(rows).filter(([of]) => !of.startsWith('access_log')))).toEqual(
    Object.fromEntries(ofOthers),
  );
  const { accessLog } = await ask<{ accessLog: { nodes: { change: string | null }[] } }>(
    '{ accessLog(first: 100, filter: { isChange: true }) { nodes { change } } }',
  );
  expect(accessLog.nodes.map(({ change }) => change)).toEqual([
    'demo removed: 2 accounts',
    'key both made',
    'key all made',
  ]);
  const { rows: keys } = await database.pool.query('select name, account_ids from api_keys order by name');
  expect(keys).toEqual([
    { name: 'all', account_ids: null },
    { name: 'both', account_ids: [own] },
  ]);
  expect(await demo('--remove')).toMatchObject({ code: 0, stdout: 'There is no demo here.\n' });
});

test('where the only keys were its own, one stays, ended: the service does not open', async () => {
  const own = await createTestDatabase();
  try {
    const told = { timeZone: 'Asia/Kolkata', region: 'IN', isDemo: true };
    const { account } = (await createAccount(own.db, { name: 'demo-sales', ...told })) ?? {};
    for (const name of ['first', 'second']) await makeKey(own, name, [account?.id ?? 0]);
    const keys = await inTransaction(own.pool, (on) => deleteKeysOfAccounts(on, [account?.id ?? 0]));
    expect(keys).toEqual(['first', 'second']);
    const { rows } = await own.pool.query('select account_ids, revoked_at is not null as ended from api_keys');
    expect(rows).toEqual([{ account_ids: [], ended: true }]);
    expect((await own.pool.query('select from api_key_secrets')).rowCount).toBe(0);
  } finally {
    await own.close();
  }
});

test('it refuses a service that has other data', async () => {
  const elsewhere = await runService({ dataDir: folder.dataDir, program, args: ['--url', service.url] });
  expect(elsewhere).toMatchObject({ code: 1, stdout: '' });
  expect(elsewhere.stderr).toContain('has its data elsewhere');
});

test('options that contradict are refused, and numbers beyond what is allowed', () => {
  expect(() => readArguments(['--remove', '--days', '3'])).toThrow('--days does not go with --remove');
  expect(() => readArguments(['--rate', '601'])).toThrow('--rate is "601". Allowed: a whole number from 0 to 600');
  expect(() => readArguments(['--url', 'calls'])).toThrow('--url is "calls". Allowed: ');
});

test('without a service it starts one, tells where it is, and stops it again', async () => {
  const own = await createTestDatabase();
  const port = await freePort();
  const child = spawn(process.execPath, [program, '--days', '1', '--stop-after', '0'], {
    cwd: folder.dataDir,
    env: { PATH: process.env.PATH, PORT: String(port), DATABASE_URL: own.url, DATA_DIR: folder.dataDir },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    await expect.poll(() => said, { timeout: 30_000 }).toContain('goes on until Ctrl-C');
    expect(said).toContain(`Playground   http://127.0.0.1:${port}/graphql`);
    const { rows } = await own.pool.query('select count(*)::int as calls from calls');
    expect(rows[0].calls).toBeGreaterThan(20);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    await expect(fetch(`http://127.0.0.1:${port}/readyz`)).rejects.toThrow();
  } finally {
    child.kill('SIGKILL');
    await ended;
    await own.close();
  }
});

async function makeKey(on: TestDatabase, name: string, accountIds: number[] | null): Promise<string> {
  const wanted = { name, scopes: ['calls', 'metrics', 'numbers', 'inbox', 'admin'] as const, accountIds };
  const rights = { documentsOnly: false, budget: null };
  const asked = { now: instantOf(Date.now()), path: [] };
  return (await createKey(on.pool, commandLine, { ...wanted, ...rights }, asked)).secret;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
