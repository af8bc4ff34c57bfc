import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeDataDir, runService, startService } from '../support/service.ts';
import { authcode, type CallListServer, startCallListServer } from './call-list-server.ts';

let database: TestDatabase;
let folder: Awaited<ReturnType<typeof makeDataDir>>;
let server: CallListServer;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await makeDataDir();
  server = await startCallListServer();
});
afterAll(async () => {
  await server.close();
  await database.close();
  await folder.remove();
});
beforeEach(async () => {
  await database.db.execute(sql`truncate calls, webhook_events, agents, customers`);
  server.trouble = () => false;
  server.rows = Array.from({ length: 230 }, (_, i) => ({
    sid_id: `1769884200.${i}`,
    Flow_type: 'IVR',
    caller_num: '9812345678',
    startdatetime: i < 30 ? '2026-02-01 10:00:00' : '2026-01-31 10:00:00',
    callresult: i === 0 ? 'Gone fishing' : 'ANSWER',
  }));
});

const settings = () => ({
  DATABASE_URL: database.url,
  CALLERDESK_URL: server.url,
  CALLERDESK_AUTHCODE: authcode,
});
const backfill = (args: string[], env: Record<string, string> = {}) =>
  runService({
    dataDir: folder.dataDir,
    env: { ...settings(), ...env },
    program: projectFile('dist/cli/backfill.js'),
    args,
  });
const calls = async () => Number((await database.db.execute(sql`select from calls`)).rowCount);

describe('npm run backfill', { timeout: 60_000 }, () => {
  test('fetches days of the account, and says what came of it', async () => {
    const { code, stdout, stderr } = await backfill(['--from', '2026-01-31', '--to', '2026-02-02']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `230 rows were imported: 230 RECORDED, 0 DUPLICATE, 0 IGNORED, 0 UNREADABLE, 0 CONFLICT, 0 WAITING.
Status words that are not known:
        1  Gone fishing  (first: CallSid 1769884200.0)
`,
    });
    expect(stderr).toContain('2 of 2 days  230 rows\n');
    expect(await calls()).toBe(230);
    expect((await backfill(['--from', '2026-02-01T04:30:00Z'])).stdout).toContain('0 RECORDED, 30 DUPLICATE');
  });

  test('that is refused says why and where to go on, never the authcode', async () => {
    server.trouble = (answer, form) => {
      if (form.get('start_date') !== '2026-02-01') return false;
      answer.end(JSON.stringify({ type: 'error', message: `Account of ${form.get('authcode')} is blocked` }));
      return true;
    };
    const { code, stdout, stderr } = await backfill(['--from', '2026-01-31', '--to', '2026-02-03']);
    expect(code).toBe(1);
    expect(stderr).toContain('CallerDesk refuses: "Account of *** is blocked".');
    expect(stdout).toBe(
      `200 rows were imported: 200 RECORDED, 0 DUPLICATE, 0 IGNORED, 0 UNREADABLE, 0 CONFLICT, 0 WAITING.
Not all: go on with
  npm run backfill -- --from 2026-02-01 --to 2026-02-03
`,
    );
    expect(stdout + stderr).not.toContain(authcode);
    server.trouble = () => false;
    const rest = await backfill(['--from', '2026-02-01', '--to', '2026-02-03']);
    expect(rest.stdout).toContain('30 RECORDED, 0 DUPLICATE');
  });

  test.each<[args: string[], env: Record<string, string>, said: string]>([
    [[], {}, '--from is missing.'],
    [['--from', 'yesterday'], {}, '--from is "yesterday". Allowed: a day such as 2026-01-31, or RFC 3339'],
    [['--from', '2026-02-30'], {}, '--from is "2026-02-30".'],
    [['--from', '2026-02-03', '--to', '2026-02-03'], {}, 'is not before --to'],
    [['--from', '2026-02-03', '--account', 'Delhi'], {}, 'There is no account Delhi.'],
    [['--from', '2026-02-03'], { CALLERDESK_AUTHCODE: 'Delhi=abcd' }, 'has no authcode of the account default.'],
  ])('refuses %j in a line', async (args, env, said) => {
    const { code, stderr, stdout } = await backfill(args, env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(said);
  });

  test('is done by the service where a setting says how often, and the authcode is in no log', async () => {
    const recent = new Date(Date.now() - 3_600_000 + 5.5 * 3_600_000).toISOString();
    const startdatetime = recent.slice(0, 19).replace('T', ' ');
    server.rows = [{ sid_id: '1', Flow_type: 'IVR', callresult: 'BUSY', startdatetime }];
    const service = await startService({
      dataDir: folder.dataDir,
      env: { ...settings(), BACKFILL_EVERY_HOURS: '1', LOG_LEVEL: 'trace' },
    });
    try {
      for (const end = Date.now() + 45_000; (await calls()) === 0 && Date.now() < end; ) await sleep(50);
      expect(await calls()).toBe(1);
    } finally {
      await service.stop();
    }
    expect(service.output()).not.toContain(authcode);
  });
});
