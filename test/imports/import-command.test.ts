import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeDataDir, runService } from '../support/service.ts';

let database: TestDatabase;
let folder: Awaited<ReturnType<typeof makeDataDir>>;
const program = projectFile('dist/cli/import.js');

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await makeDataDir();
  // The folder is made by whoever runs first.
  await runImport('--help');
  await writeFile(join(folder.dataDir, 'calls.jsonl'), calls.map((call) => JSON.stringify(call)).join('\n'));
});
afterAll(async () => {
  await database.close();
  await folder.remove();
});
beforeEach(async () => {
  await database.db.execute(sql`truncate calls, webhook_events, agents, customers`);
});

const calls = Array.from({ length: 20_000 }, (_, i) => ({
  type: 'call_report',
  CallSid: `1672649960.${i}`,
  Direction: 'IVR',
  SourceNumber: `98123${String(i % 1000).padStart(5, '0')}`,
  DialWhomNumber: `92812345${String(i % 50).padStart(2, '0')}`,
  Status: 'ANSWER',
  StartTime: '2023-01-02 14:29:20',
  CallDuration: `${i % 600}`,
}));

const runImport = (...args: string[]) =>
  runService({ dataDir: folder.dataDir, env: { DATABASE_URL: database.url }, program, args });

async function count(table: 'calls' | 'webhook_events'): Promise<number> {
  const { rows } = await database.db.execute<{ n: string }>(sql`select count(*) as n from ${sql.identifier(table)}`);
  return Number(rows[0]?.n);
}
const sum = async () =>
  (
    await database.db.execute(
      sql`select sum(duration_seconds)::int as sum, count(distinct call_sid)::int as n from calls`,
    )
  ).rows[0];
const all = { sum: calls.reduce((total, call) => total + Number(call.CallDuration), 0), n: calls.length };

describe('npm run import', { timeout: 120_000 }, () => {
  test('imports a file, says what came of it, and the second time that all is known', async () => {
    const { code, stdout, stderr } = await runImport('calls.jsonl');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        '20000 rows were imported: 20000 RECORDED, 0 DUPLICATE, 0 IGNORED, 0 UNREADABLE, 0 CONFLICT, 0 WAITING.\n',
    });
    expect(stderr).toMatch(/100 % {2}20000 rows\n$/);
    expect(await sum()).toEqual(all);
    expect((await runImport('calls.jsonl')).stdout).toContain('0 RECORDED, 20000 DUPLICATE');
    expect(await count('webhook_events')).toBe(20_000);
  });

  test('that is killed in between leaves whole batches, and done again completes them', async () => {
    const child = spawn(process.execPath, [program, 'calls.jsonl'], {
      cwd: folder.dataDir,
      env: { DATABASE_URL: database.url, DATA_DIR: folder.dataDir },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    for (const end = Date.now() + 60_000; (await count('calls')) === 0 && Date.now() < end; ) await sleep(5);
    child.kill('SIGKILL');
    await ended;
    const done = await count('calls');
    expect(done).toBeGreaterThan(0);
    expect(await count('webhook_events')).toBe(done);
    const { stdout } = await runImport('calls.jsonl');
    expect(stdout).toMatch(/^20000 rows were imported: \d+ RECORDED, \d+ DUPLICATE/);
    expect(await sum()).toEqual(all);
    expect(await count('webhook_events')).toBe(20_000);
  });

  test('that is told to end says where to go on, and goes on there', async () => {
    let isBegun = false;
    const ended = runService({
      dataDir: folder.dataDir,
      env: { DATABASE_URL: database.url },
      program,
      args: ['calls.jsonl'],
      endWhen: () => isBegun,
    });
    for (const end = Date.now() + 60_000; (await count('calls')) === 0 && Date.now() < end; ) await sleep(5);
    isBegun = true;
    const { code, stdout } = await ended;
    const done = await count('calls');
    expect(code).toBe(1);
    expect(stdout).toContain(`${done} rows were imported`);
    const goOn = /\nNot all: go on with\n {2}npm run import -- (calls\.jsonl --after (\d+))\n$/.exec(stdout);
    expect(Number(goOn?.[2])).toBe(done);
    const rest = await runImport(...(goOn?.[1] ?? '').split(' '));
    expect(rest.stdout).toContain(`${20_000 - done} rows were imported: ${20_000 - done} RECORDED, 0 DUPLICATE`);
    expect(await sum()).toEqual(all);
  });

  test('reads what is piped in, into the account named, and sums up what it did not understand', async () => {
    await database.db.execute(sql`insert into accounts (name, time_zone, region) values ('Delhi', 'UTC', 'IN')`);
    const child = spawn(process.execPath, [program, '-', '--account', 'Delhi'], {
      cwd: folder.dataDir,
      env: { DATABASE_URL: database.url, DATA_DIR: folder.dataDir },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.stdin.write('CallSid,Status,StartTime\n1,Gone fishing,2023-01-02 14:29:20\n');
    child.stdin.end('2,Gone fishing,2023-01-02 14:29:20\n3,a,b,c\n,ANSWER,2023-01-02 14:29:20\n');
    expect(await ended).toBe(0);
    expect(stdout).toBe(
      `4 rows were imported: 2 RECORDED, 0 DUPLICATE, 1 IGNORED, 1 UNREADABLE, 0 CONFLICT, 0 WAITING.
Not recorded:
        1  UNREADABLE  has 4 values, where the header names 3 columns  (first: line 4)
        1  IGNORED  CallSid: not sent, so it tells of no call  (first: line 5)
Status words that are not known:
        2  Gone fishing  (first: CallSid 1)
`,
    );
    const { rows } = await database.db.execute(sql`select name, started_at from calls
      join accounts on accounts.id = account_id`);
    expect(rows).toEqual(Array(2).fill({ name: 'Delhi', started_at: '2023-01-02 14:29:20+00' }));
  });

  test('counts in a dry run, and changes nothing', async () => {
    expect((await runImport('calls.jsonl', '--dry-run')).stdout).toContain('20000 RECORDED');
    expect(await count('webhook_events')).toBe(0);
  });

  test.each([
    [[], 'Name one file.'],
    [['nowhere.csv'], 'There is no file nowhere.csv.'],
    [['.'], '. is a folder: name a file.'],
    [['calls.jsonl', '--account', 'nobody'], 'There is no account nobody. Allowed: '],
    [['calls.jsonl', '--after', '-1'], "Option '--after' argument is ambiguous"],
    [['calls.jsonl', '--after', 'x'], '--after is "x". Allowed: a whole number of rows.'],
    [['calls.jsonl', '--fast'], "Unknown option '--fast'"],
  ])('refuses %j in a line', async (args, said) => {
    const { code, stderr, stdout } = await runImport(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(said);
  });

  test('reads columns under the names that it is told, and says what it saw where nothing is a call', async () => {
    const { dataDir } = folder;
    const rows = calls
      .slice(0, 3)
      .map(({ CallSid, Status, StartTime }) => `${CallSid};9812361777;${Status};${StartTime}`);
    await writeFile(join(dataDir, 'named.csv'), `Our calls\nRef;Customer Phone;Status;Begun\n${rows.join('\n')}\n`);
    const unnamed = await runImport('named.csv');
    expect({ code: unnamed.code, stderr: unnamed.stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/one of them must be CallSid, or sid_id.*It begins with: "Our calls"/),
    });
    const columns = ['--columns', 'Ref=CallSid,Begun=StartTime', '--columns', 'Customer Phone=SourceNumber'];
    const named = await runImport('named.csv', ...columns);
    expect({ code: named.code, stdout: named.stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('3 rows were imported: 3 RECORDED'),
    });
    await writeFile(join(dataDir, 'others.jsonl'), '{"Ref":"1","9812361777":"x"}\n{"Ref":"2"}\n');
    const others = await runImport('others.jsonl');
    expect({ code: others.code, stderr: others.stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('Nothing in the file is a call. The first row has the keys "Ref", (a number).'),
    });
    const wrong = await runImport('named.csv', '--columns', 'Ref=Sid');
    expect({ code: wrong.code, stderr: wrong.stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^--columns: there is no field "Sid"\. Allowed: /),
    });
    const nowhere = await runImport('others.jsonl', '--columns', 'Reference=CallSid,Ref=campid');
    expect({ code: nowhere.code, stderr: nowhere.stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('--columns: no row has Reference.'),
    });
  });
});
