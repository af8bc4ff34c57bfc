import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import type { GraphqlAnswer } from '../support/app.ts';
import { createMigratedDatabase, createTestDatabase } from '../support/database.ts';
import { makeFilledDataDir } from '../support/filled-data.ts';
import { type Ended, makeDataDir, runService, type Service, startService } from '../support/service.ts';

/** Within so long a change counts everywhere. */
const promisedMs = 3_000;
const names = '{ accounts { name } }';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function newFolder(make = makeDataDir): Promise<string> {
  const { dataDir, remove } = await make();
  cleanUp.push(remove);
  return dataDir;
}

async function start(dataDir: string, env: Record<string, string> = {}): Promise<Service> {
  const service = await startService({ dataDir, env });
  cleanUp.push(() => service.stop());
  return service;
}

const program = projectFile('dist/cli/key.js');
async function key(dataDir: string, args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const ended = await runService({ dataDir, env, program, args });
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
}

async function ask({ url }: Service, sent: string | null, query = names): Promise<GraphqlAnswer> {
  const headers = { 'content-type': 'application/json', ...(sent !== null && { authorization: `Bearer ${sent}` }) };
  const reply = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return { status: reply.status, ...((await reply.json()) as Omit<GraphqlAnswer, 'status'>) };
}

/** How long it takes until a service answers with a status. */
async function timeUntil(service: Service, sent: string | null, status: number): Promise<number> {
  const from = performance.now();
  while ((await ask(service, sent)).status !== status) {
    if (performance.now() - from > 10_000) throw new Error(`not answered with ${status}`);
    await sleep(20);
  }
  return performance.now() - from;
}

const said = (service: Service) =>
  service
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the command, beside the running service', { timeout: 180_000 }, () => {
  test('makes the first key, which closes the service, and rotates, revokes and lists; each counts within 3 s', async () => {
    const dataDir = await newFolder(makeFilledDataDir);
    const service = await start(dataDir);
    expect((await ask(service, null)).status).toBe(200);
    expect(said(service)).toContainEqual(expect.objectContaining({ msg: 'listening', needsKeys: false }));
    expect(service.output()).toMatch(/Opens to {5}everybody on this machine, until there is a first key: npm run/);

    const took: Record<string, number> = {};
    const made = await key(dataDir, ['create', '--name', 'bi', '--scopes', 'calls,metrics', '--expires', '90d']);
    took.closed = await timeUntil(service, null, 401);
    expect(made.stdout).toMatch(/^cak_[0-9A-Za-z]{49}\n$/);
    expect(made.stderr).toMatch(/The key bi was made: calls, metrics; it expires \d{4}-/);
    const first = made.stdout.trim();
    took.made = await timeUntil(service, first, 200);

    const second = (await key(dataDir, ['rotate', '--name', 'bi'])).stdout.trim();
    took.rotated = await timeUntil(service, second, 200);
    expect((await ask(service, first)).status).toBe(200);

    await key(dataDir, ['revoke', '--name', 'bi', '--older']);
    took.older = await timeUntil(service, first, 401);
    expect((await ask(service, second)).status).toBe(200);

    await expect
      .poll(async () => (await key(dataDir, ['list'])).stdout, { timeout: 30_000, interval: 1_000 })
      .toMatch(/^bi +active +calls,metrics +all +\d{4}-\d\d-\d\d \d\d:\d\dZ +\d{4}-\d\d-\d\d \d\d:\d\dZ +1 +/m);

    const revoked = await key(dataDir, ['revoke', '--name', 'bi']);
    took.revoked = await timeUntil(service, second, 401);
    expect(revoked.stderr).toContain('its name stays taken');
    console.log('beside a running service a change counted after', took);
    for (const ms of Object.values(took)) expect(ms).toBeLessThan(promisedMs);

    const again = await runService({ dataDir, program, args: ['create', '--name', 'bi', '--scopes', 'calls'] });
    expect(again).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^name: is taken, perhaps by a key that was revoked/),
    });
    expect((await ask(service, null)).status).toBe(401);
    for (const secret of [first, second]) expect(service.output()).not.toContain(secret);

    // Revoked keys count: what was closed stays closed.
    await service.stop();
    const next = await start(dataDir);
    expect((await ask(next, null)).status).toBe(401);
    expect(said(next)).toContainEqual(
      expect.objectContaining({ msg: 'listening', needsKeys: true, opensTo: 'with a key alone, since one was made' }),
    );
  });

  test('makes a key before there is a service: it is never open', async () => {
    const dataDir = await newFolder();
    const made = await key(dataDir, ['create', '--name', 'ops', '--scopes', 'admin,calls']);
    const service = await start(dataDir);
    expect((await ask(service, null)).status).toBe(401);
    expect((await ask(service, made.stdout.trim())).status).toBe(200);
  });

  test.each<[string, string[], RegExp]>([
    ['no command', [], /^Which command\? Allowed: list, rotate, revoke, create\./],
    ['another command', ['make'], /^There is no command make\./],
    ['no name', ['create', '--scopes', 'calls'], /^--name is missing\./],
    ['no scopes', ['create', '--name', 'x'], /^--scopes is missing\./],
    [
      'an unknown scope',
      ['create', '--name', 'x', '--scopes', 'calls,names'],
      /^--scopes has "names"\. Allowed: calls, metrics/,
    ],
    [
      'a time that is none',
      ['create', '--name', 'x', '--scopes', 'calls', '--expires', '90'],
      /^--expires is "90"\. Allowed: days or hours/,
    ],
    ['a day that is none', ['create', '--name', 'x', '--scopes', 'calls', '--expires', '2027-02-30'], /^--expires is/],
    ['an option of another command', ['list', '--name', 'x'], /^--name is no option of list\./],
    [
      'a budget that is none',
      ['create', '--name', 'x', '--scopes', 'calls', '--budget', 'much'],
      /^--budget is "much"/,
    ],
  ])('refuses %s in one line, without asking the database', async (_what, args, line) => {
    const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    const { code, stdout, stderr } = await runService({ dataDir: await newFolder(), env, program, args });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr).not.toContain('    at ');
  });

  test('reads a day in the zone of the service, and hours', async () => {
    const dataDir = await newFolder();
    const database = await createMigratedDatabase();
    cleanUp.push(database.drop);
    const env = { TIME_ZONE: 'Asia/Kolkata', DATABASE_URL: database.url };
    const made = await key(dataDir, ['create', '--name', 'day', '--scopes', 'calls', '--expires', '2090-01-31'], env);
    expect(made.stderr).toContain('it expires 2090-01-30T18:30:00.000Z');
    const before = Date.now();
    const hours = await key(dataDir, ['create', '--name', 'hours', '--scopes', 'calls', '--expires', '36h'], env);
    const end = Date.parse(/it expires (\S+Z)/.exec(hours.stderr)?.[1] ?? '') - 36 * 3_600_000;
    expect(end).toBeGreaterThanOrEqual(before);
    expect(end).toBeLessThanOrEqual(Date.now());
  });
});

describe('two instances on one database', { timeout: 120_000 }, () => {
  test('a key that one makes and revokes counts at the other within 3 s, and ends what is being answered there', async () => {
    const database = await createTestDatabase();
    cleanUp.push(database.close);
    const env = { DATABASE_URL: database.url, ADMIN_TOKEN: 'a-token-for-the-tests' };
    const [one, other] = [await start(await newFolder(), env), await start(await newFolder(), env)];
    const asAdmin = (query: string) => ask(one, env.ADMIN_TOKEN, query);

    const created = await asAdmin(
      'mutation { createApiKey(input: { name: "bi", scopes: [CALLS] }) { secret key { state createdBy } } }',
    );
    const issued = created.data?.createApiKey as { secret: string; key: object };
    expect(issued.key).toEqual({ state: 'ACTIVE', createdBy: 'ADMIN_TOKEN' });
    const madeMs = await timeUntil(other, issued.secret, 200);

    // A question that waits for a table, and one that waits beside it with another key.
    const client = await database.pool.connect();
    await client.query('begin; lock table agents in access exclusive mode');
    const asked = {
      mine: ask(other, issued.secret, '{ agents { totalCount } }'),
      admin: ask(other, env.ADMIN_TOKEN, '{ agents { totalCount } }'),
    };
    await sleep(500);
    const revokedAt = performance.now();
    expect((await asAdmin('mutation { revokeApiKey(name: "bi") { state } }')).data).toEqual({
      revokeApiKey: { state: 'REVOKED' },
    });
    const ended = await asked.mine;
    const endedMs = performance.now() - revokedAt;
    expect([ended.status, ended.errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(ended.data).toBeUndefined();
    const refusedMs = await timeUntil(other, issued.secret, 401);
    await client.query('rollback');
    client.release();
    expect(await asked.admin).toMatchObject({ status: 200, data: { agents: { totalCount: 0 } } });
    console.log('at another instance a change counted after', { madeMs, endedMs, refusedMs });
    for (const ms of [madeMs, endedMs, endedMs + refusedMs]) expect(ms).toBeLessThan(promisedMs);
    for (const { output } of [one, other]) expect(output()).not.toContain(issued.secret);
  });
});

describe('what the start says', { timeout: 120_000 }, () => {
  test.each<[string, Record<string, string>, number, string, RegExp | null]>([
    ['HOST', { HOST: '0.0.0.0' }, 401, 'with a key alone, since HOST is no loopback address', /there is no key yet/],
    ['ADMIN_TOKEN', { ADMIN_TOKEN: 'a-token-for-the-tests' }, 401, 'with a key alone, since ADMIN_TOKEN is set', null],
    [
      'ACCESS=open',
      { HOST: '0.0.0.0', ACCESS: 'open' },
      200,
      'no key is needed, by the setting ACCESS=open',
      /without a key, since ACCESS is open/,
    ],
  ])('of %s', async (_why, env, status, opensTo, warning) => {
    const database = await createMigratedDatabase();
    cleanUp.push(database.drop);
    const service = await start(await newFolder(), { ...env, DATABASE_URL: database.url });
    expect((await ask(service, null)).status).toBe(status);
    expect(service.output()).toContain(`Opens to     ${opensTo}\n`);
    expect(said(service)).toContainEqual(
      expect.objectContaining({ msg: 'listening', needsKeys: status === 401, opensTo }),
    );
    const warnings = said(service).filter(({ level, msg }) => level === 'warn' && /key/.test(String(msg)));
    expect(warnings.map(({ msg }) => String(msg))).toEqual(warning ? [expect.stringMatching(warning)] : []);
  });
});
