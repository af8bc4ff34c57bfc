import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readArguments } from '../../src/cli/account/read-arguments.ts';
import { projectFile } from '../../src/project-file.ts';
import { serviceProviders } from '../../src/providers/registry.ts';
import { StartupError } from '../../src/startup-error.ts';
import { createTestDatabase } from '../support/database.ts';
import { fillDataDir } from '../support/filled-data.ts';
import { type Ended, makeDataDir, runService, type Service, startService } from '../support/service.ts';

const minute = 60_000;
const program = projectFile('dist/cli/account.js');

let dataDir: string;
let remove: () => Promise<void>;
let service: Service | undefined;
beforeEach(async () => {
  ({ dataDir, remove } = await makeDataDir());
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  await remove();
});

const command = (args: string[], env: Record<string, string> = {}): Promise<Ended> =>
  runService({ dataDir, program, args, env: { PORT: '4000', ...env } });

const urlIn = ({ stdout }: Ended) => /https?:\S+\/webhooks\/callerdesk\/[\w-]{32}/.exec(stdout)?.[0] ?? '';

async function knock(url: string, callSid: string): Promise<number> {
  const reply = await fetch(`${url}?CallSid=${callSid}&Direction=IVR&StartTime=2026-01-05%2010:00:00&TalkDuration=5`);
  return reply.status;
}

test(
  'beside a running service an account is made, used at once, changed, rotated and listed',
  async () => {
    await fillDataDir(dataDir);
    service = await startService({ dataDir });
    const { url } = service;
    const made = await command([
      'create',
      '--name',
      'Dubai',
      '--time-zone',
      'Asia/Dubai',
      '--region',
      'AE',
      '--url',
      `${url}/`,
    ]);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(urlIn(made)).toContain(`${url}/webhooks/callerdesk/`);
    expect(await knock(urlIn(made), '1')).toBe(200);

    const rotated = await command(['rotate-secret', '--name', 'Dubai', '--url', url, '--revoke-others']);
    await expect.poll(() => knock(urlIn(rotated), '2')).toBe(200);
    await expect.poll(() => knock(urlIn(made), '3'), { timeout: 10_000 }).toBe(404);

    expect(await command(['update', '--name', 'Dubai', '--outgoing-agent', 'LEG_B'])).toMatchObject({
      code: 0,
      stderr: '',
    });
    const { stdout } = await command(['list']);
    expect(stdout).toMatch(/^default\n.*Asia\/Kolkata.*\nDubai\n.*Asia\/Dubai.*AE.*LEG_B/s);
    expect(stdout).not.toContain(urlIn(rotated).split('/').at(-1));
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  },
  3 * minute,
);

test(
  'without a service the database is started for the moment, and what was made is there when the service starts',
  async () => {
    const made = await command(['create', '--name', 'Sales']);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(urlIn(made)).toMatch(/^http:\/\/127\.0\.0\.1:4000\//);
    service = await startService({ dataDir });
    const path = new URL(urlIn(made)).pathname;
    expect(await knock(`${service.url}${path}`, '1')).toBe(200);
    expect(service.output()).not.toContain('an earlier start left running');
  },
  3 * minute,
);

test(
  'with DATABASE_URL it works on that database, and shows a wrong time zone',
  async () => {
    const database = await createTestDatabase();
    const env = { DATABASE_URL: database.url };
    try {
      const service = await startService({ dataDir, env });
      const made = await command(['create', '--name', 'Elsewhere', '--time-zone', 'UTC', '--url', service.url], env);
      // Half past four in UTC, which India's clocks call ten.
      for (let n = 0; n < 3; n++)
        expect(await knock(urlIn(made), `${Date.UTC(2026, 0, 5, 4, 30) / 1000}.${n}`)).toBe(200);
      const { stdout } = await command(['list'], env);
      expect(stdout).toContain(
        'WRONG TIME ZONE? 3 of the last 3 calls start 330 minutes later than their CallSid says',
      );
      await service.stop();
    } finally {
      await database.close();
    }
  },
  3 * minute,
);

describe('wrong arguments end with one line that says what is allowed, and exit code 1', () => {
  test.each([
    [[], /Allowed: create, list, update, rotate-secret/],
    [['create', '--name', 'A', '--outgoing-agent', 'LEG_C'], /LEG_A or LEG_B/],
    [['update', '--name', 'A', '--url', 'https://x'], /Unknown option '--url'/],
  ])('%j', async (args, line) => {
    const ended = await command(args);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(line);
    expect(ended.stderr.trimEnd()).not.toContain('\n');
  });

  // The command tells each refusal as it tells those above.
  test.each([
    [['make'], /There is no command make\. Allowed: create, list/],
    [['create'], /--name is missing\. Allowed: create --name NAME/],
    [['create', '--name'], /Allowed: create --name NAME/],
    [['create', '--name', ' '], /--name/],
    [['create', '--name', 'A\nB'], /--name is not usable/],
    [['create', '--name', 'A', '--nmae', 'B'], /Unknown option '--nmae'\. Allowed: create/],
    [['create', '--name', 'A', '--region', 'India'], /--region/],
    [
      ['create', '--name', 'A', '--provider', 'unheard'],
      /--provider is "unheard", and not callerdesk\. Allowed: create/,
    ],
    [['create', '--name', 'A', '--url', 'calls.example.com'], /--url is no address/],
    [['update', '--name', 'A'], /Nothing to change is named/],
    [['list', 'A'], /Allowed: list/],
  ])('%j is refused', (args, line) => {
    const read = () => readArguments(args, serviceProviders);
    expect(read).toThrow(StartupError);
    expect(read).toThrow(line);
    expect(read).not.toThrow('\n');
  });

  test('a setting that cannot be used, too', async () => {
    expect(await command(['list'], { DATABASE_URL: 'mysql://x' })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^The setting DATABASE_URL is .*\n$/),
    });
    expect((await command(['create', '--name', 'A'], { PORT: '0' })).stderr).toMatch(/PORT is 0.*--url/);
  });

  test(
    'a name that is taken or unknown, a zone that nobody knows, and what the settings decide',
    async () => {
      const database = await createTestDatabase();
      const env = { DATABASE_URL: database.url };
      const lineOf = async (...args: string[]) => {
        const { code, stdout, stderr } = await command(args, env);
        expect([code, stdout, stderr.split('\n').length]).toEqual([1, '', 2]);
        return stderr;
      };
      try {
        expect((await command(['create', '--name', 'A'], env)).code).toBe(0);
        expect(await lineOf('create', '--name', 'A')).toContain('already');
        expect(await lineOf('rotate-secret', '--name', 'B')).toContain('Allowed: A');
        expect(await lineOf('create', '--name', 'B', '--time-zone', 'Asia/Calcuta')).toContain('time zone database');
        expect(await lineOf('create', '--name', 'default')).toContain('itself');
        const service = await startService({ dataDir, env });
        await service.stop();
        expect(await lineOf('update', '--name', 'default', '--time-zone', 'UTC')).toContain('TIME_ZONE');
      } finally {
        await database.close();
      }
    },
    minute,
  );
});
