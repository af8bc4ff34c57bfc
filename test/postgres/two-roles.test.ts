import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { makeDataDir, runService, startService } from '../support/service.ts';

const suffix = randomBytes(4).toString('hex');
const roles = [`owner_${suffix}`, `service_${suffix}`] as const;
const [owner, service] = roles;
let empty: Awaited<ReturnType<typeof createEmptyDatabase>>;
let folder: Awaited<ReturnType<typeof makeDataDir>>;
let statements: string[];
/** What else was made on the server. */
const bySuperuser: string[] = [];

/** The statements of docs/operations.md, with names of this test's own. */
async function readStatements(): Promise<string[]> {
  const section =
    /### Two roles\n[\s\S]*?```sql\n([\s\S]*?)```/.exec(await readFile('docs/operations.md', 'utf8'))?.[1] ?? '';
  const database = new URL(empty.url).pathname.slice(1);
  return section
    .replaceAll('calls_owner', owner)
    .replaceAll('calls_service', service)
    .replaceAll('on database calls ', `on database ${database} `)
    .split(/;\s*/)
    .filter((statement) => statement.trim() !== '');
}

const asAdministrator = (...texts: string[]) => asAdministratorOf(empty.url, ...texts);

async function asAdministratorOf(url: string, ...texts: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const text of texts) await client.query(text);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  empty = await createEmptyDatabase();
  folder = await makeDataDir();
  statements = await readStatements();
  await asAdministrator(...statements);
});
afterAll(async () => {
  await empty.drop();
  await asAdministratorOf(inject('serverUrl'), ...[...bySuperuser, ...roles].map((role) => `drop role ${role}`));
  await folder.remove();
});

function urlOf(role: (typeof roles)[number], password: string): string {
  const url = new URL(empty.url);
  [url.username, url.password] = [role, password];
  return `${url}`;
}

const run = (command: string, DATABASE_URL: string, args: string[] = [], env = {}) =>
  runService({
    dataDir: folder.dataDir,
    program: projectFile(command === 'main' ? 'dist/main.js' : `dist/cli/${command}.js`),
    args,
    env: { DATABASE_URL, ...env },
  });

test('with the two roles of the documentation one migrates, and the other does all that the service does and nothing more', {
  timeout: 300_000,
}, async () => {
  expect(statements.length).toBeGreaterThan(8);
  const asOwner = urlOf(owner, 'choose-one');
  const asService = urlOf(service, 'choose-another');

  const tooEarly = await run('main', asService);
  expect(tooEarly.code).toBe(1);
  expect(tooEarly.stderr).toMatch(
    /^The database lacks the migrations 0000_first_calls, .* the role service_\w+ may not apply them\. Run npm run migrate .*\n$/,
  );
  const migrated = await run('migrate', asOwner);
  expect(migrated).toMatchObject({ code: 0, stdout: 'The database has all migrations of this version.\n' });
  expect((await run('migrate', asOwner)).code).toBe(0);

  const env = {
    DATABASE_URL: asService,
    RETENTION_CALLS_DAYS: '9000',
    RETENTION_EVENTS_DAYS: '9000',
    BI_STATEMENT_SECONDS: '1',
  };
  const running = await startService({ dataDir: folder.dataDir, env });
  try {
    const post = (url: string, body: object) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const report = (CallSid: string, Direction: string) => ({
      type: 'call_report',
      CallSid,
      Direction,
      Status: 'ANSWER',
      SourceNumber: '9812345678',
      DestinationNumber: '08062861230',
      DialWhomNumber: '9281234567',
      receiver_name: 'Ashish',
      call_group: 'Sales',
      campid: '7',
      StartTime: '2023-01-02 14:29:20',
      EndTime: '2023-01-02 14:30:20',
    });
    for (const [sid, direction] of [
      ['1672649960.1', 'IVR'],
      ['1672649960.2', 'WEBOBD'],
    ] as const) {
      expect((await post(running.webhookUrl, report(sid, direction))).status).toBe(200);
    }
    expect(
      (
        await post(`${running.webhookUrl}/live-call`, {
          CallSid: '1672649960.3',
          SourceNumber: '9812345670',
          Direction: 'IVR',
        })
      ).status,
    ).toBe(200);
    const ask = async (query: string) => {
      const answer = (await (await post(`${running.url}/graphql`, { query })).json()) as {
        errors?: unknown;
        data: object;
      };
      expect(answer.errors).toBeUndefined();
      return answer.data as Record<string, unknown>;
    };
    const { agents } = await ask(
      '{ agents { nodes { id } totalCount } webhookHealth { eventsLast24Hours retentionWaits } }',
    );
    const [{ id }] = (agents as { nodes: [{ id: string }] }).nodes;
    await ask(`mutation { updateAgent(id: "${id}", name: "Asha") { id name } }`);
    const day = 'range: { between: { from: "2023-01-01T00:00:00Z", to: "2023-02-01T00:00:00Z" } }';
    const { callMetrics } = await ask(`{ callMetrics(${day}) { totals { answeredCount } } }`);
    expect(callMetrics).toBeDefined();
    await ask('mutation { replayWebhookEvents(filter: { receivedAt: { gte: "2020-01-01T00:00:00Z" } }) { replayed } }');

    const file = join(folder.dataDir, 'calls.json');
    await writeFile(file, JSON.stringify([report('1672649961.9', 'IVR')]));
    for (const [command, ...args] of [
      ['aggregates', 'rebuild'],
      ['aggregates', 'verify'],
      ['import', file],
      ['replay', '--from', '2020-01-01T00:00:00Z'],
      [
        'account',
        'create',
        '--name',
        'Second',
        '--time-zone',
        'Asia/Dubai',
        '--region',
        'AE',
        '--url',
        'https://calls.example.com',
      ],
      ['account', 'rotate-secret', '--name', 'Second', '--url', 'https://calls.example.com'],
      ['account', 'list'],
      ['forget', '--number', '9812345670', '--yes'],
    ] as const) {
      const { code, stderr } = await run(command, asService, [...args]);
      expect({ command, args, code, stderr }).toMatchObject({ code: 0 });
    }
    await asRoleForBi(asService);
    const expired = await run('expire', asService, ['--yes'], {
      RETENTION_CALLS_DAYS: '30',
      RETENTION_EVENTS_DAYS: '30',
    });
    expect(expired).toMatchObject({ code: 0, stderr: '' });
  } finally {
    const { code, stdout } = await running.stop();
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/42501|permission/);
  }

  const client = new pg.Client({ connectionString: asService });
  await client.connect();
  await expect(client.query('create table public.mine (id int)')).rejects.toThrow(/permission denied/);
  await expect(client.query('drop table calls')).rejects.toThrow(/must be owner/);
  await client.end();
});

/** A role for BI tools by the statements that the command prints for an administrator, and its end. */
async function asRoleForBi(asService: string): Promise<void> {
  const name = `bi_${suffix}`;
  const printed = await run('bi-role', asService, ['create', '--account', 'default', '--name', name]);
  expect(printed.stderr).toMatch(/^The role of DATABASE_URL may not make others/);
  expect(printed).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`create role "${name}" login password 'SCRAM-SHA-256$`),
  });
  const [url = ''] = /postgres:\/\/bi_\S+/.exec(printed.stderr) ?? [];
  expect(printed.stdout).not.toContain(new URL(url).password);
  const found = /create role "(bi_views_\w+)" nologin/.exec(printed.stdout)?.[1] ?? '';
  bySuperuser.push(found);
  await asAdministrator(printed.stdout);

  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  const days = await client.query('select sum(call_count)::integer as n from bi.daily_metrics');
  expect(days.rows[0].n).toBeGreaterThan(1);
  expect((await client.query('select from calls_masked')).rowCount).toBeGreaterThan(1);
  await expect(client.query('select from bi.calls')).rejects.toThrow(/permission denied/);
  await expect(client.query('select pg_advisory_lock(1)')).rejects.toThrow(/permission denied/);
  // The service, which is granted the role, ends what takes too long.
  await client.query('set statement_timeout = 0');
  await expect(client.query('select pg_sleep(60)')).rejects.toThrow(/canceling statement/);

  const dropped = await run('bi-role', asService, ['drop', '--name', name]);
  expect(dropped).toMatchObject({ code: 0, stdout: expect.stringContaining(`drop role "${name}"`) });
  expect((await client.query('select from calls_masked')).rowCount).toBe(0);
  await asAdministrator(dropped.stdout);
  await client.end().catch(() => {});
}

test('a role that lacks a right is told which', { timeout: 60_000 }, async () => {
  const asService = urlOf(service, 'choose-another');
  await asAdministrator(
    `revoke delete, update on calls from ${service}`,
    `revoke usage on sequence calls_id_seq from ${service}`,
  );
  const refused = await run('main', asService);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /^The role service_\w+ of DATABASE_URL lacks rights: delete on calls, update on calls, usage on calls_id_seq\. Grant them: docs\/operations\.md has .*\n$/,
  );
  await asAdministrator(`revoke usage on schema drizzle from ${service}`);
  expect((await run('main', asService)).stderr).toMatch(
    /lacks rights: usage on schema drizzle, select on drizzle\.__drizzle_migrations\./,
  );
  await asAdministrator(`revoke usage on schema public from ${service}`, 'revoke usage on schema public from public');
  expect((await run('main', asService)).stderr).toMatch(
    /the search_path .* leads to no schema that is there and that the role may use\. Set it .*\n$/,
  );
});
