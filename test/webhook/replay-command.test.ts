import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { progressBar } from '../../src/cli/terminal/progress-bar.ts';
import { projectFile } from '../../src/project-file.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { makeDataDir, runService } from '../support/service.ts';

let app: TestApp;
let folder: Awaited<ReturnType<typeof makeDataDir>>;

beforeAll(async () => {
  app = await startApp();
  folder = await makeDataDir();
  for (let i = 0; i < 450; i++) {
    await app.send({
      type: 'call_report',
      CallSid: `1672649960.${i}`,
      Status: 'ANSWER',
      StartTime: '2023-01-02 14:29:20',
    });
  }
});
afterAll(async () => {
  await app.close();
  await folder.remove();
});

const replay = (...args: string[]) =>
  runService({
    dataDir: folder.dataDir,
    env: { DATABASE_URL: app.database.url },
    program: projectFile('dist/cli/replay.js'),
    args,
  });
const breakCalls = () => app.database.db.execute(sql`update calls set coins = 9`);
const broken = async () => (await app.database.db.execute(sql`select from calls where coins = 9`)).rowCount;

describe('npm run replay', { timeout: 60_000 }, () => {
  test('counts in a dry run, and then makes every call anew', async () => {
    await breakCalls();
    const dry = await replay('--dry-run');
    expect(dry.stdout).toBe(
      '450 deliveries would be read again, and nothing was changed: 450 recorded, 0 duplicate, 0 ignored, 0 unreadable, 0 conflict, 0 waiting.\n',
    );
    expect(await broken()).toBe(450);
    const real = await replay('--account', 'default', '--state', 'recorded,CONFLICT', '--from', '2020-01-01T00:00:00Z');
    expect(real).toMatchObject({ code: 0, stdout: expect.stringContaining('450 deliveries were read again') });
    expect(real.stderr).toBe('100 %  450 of 450\n');
    expect(await broken()).toBe(0);
  });

  test('ends in between when it is told to, and goes on from there', async () => {
    await breakCalls();
    // Somebody who holds a call of the second batch keeps it there until it has been told.
    const holder = await app.database.pool.connect();
    try {
      await holder.query("begin; select from calls where call_sid = '1672649960.300' for update");
      let isTold = false;
      const ended = runService({
        dataDir: folder.dataDir,
        env: { DATABASE_URL: app.database.url },
        program: projectFile('dist/cli/replay.js'),
        endWhen: () => isTold,
        // As a terminal and npm do, which both pass Ctrl-C on.
        signals: ['SIGINT', 'SIGTERM'],
      });
      for (const end = Date.now() + 30_000; (await broken()) !== 250 && Date.now() < end; ) await sleep(10);
      isTold = true;
      await sleep(300);
      await holder.query('rollback');

      const { code, stdout } = await ended;
      expect(code).toBe(1);
      // Told while it was at the second batch, or between the two.
      const done = Number(/^(200|400) deliveries were read again/.exec(stdout)?.[1]);
      const left = 450 - done;
      expect(await broken()).toBe(left);
      const goOn = /\nNot all: go on with\n {2}npm run replay -- (.*)\n$/.exec(stdout)?.[1] ?? '';
      expect((await replay(...goOn.split(' '))).stdout).toContain(`${left} deliveries were read again`);
      expect(await broken()).toBe(0);
    } finally {
      holder.release(true);
    }
  });

  test.each([
    [['--account', 'nobody'], 'There is no account nobody. Allowed: default.'],
    [['--state', 'LOST'], '--state is "LOST". Allowed: RECORDED, DUPLICATE, IGNORED, UNREADABLE, CONFLICT, WAITING.'],
    [['--from', 'yesterday'], '--from is "yesterday". Allowed: RFC 3339'],
    [['--after', 'nonsense'], 'after: is no id of a delivery'],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuses %j in one line', async (args, said) => {
    const { code, stderr, stdout } = await replay(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(said);
  });
});

describe('its progress', () => {
  const shown = (out: { isTTY?: boolean; columns?: number }) => {
    const written: string[] = [];
    let time = 0;
    const show = progressBar({
      all: 1000,
      out: { ...out, write: (text) => written.push(String(text).replace('\x1b[K', '<clear>')) > 0 },
      now: () => time,
    });
    for (const done of [200, 400, 600, 800, 1000]) {
      time += 6000;
      show(done, done === 1000);
    }
    return written;
  };

  test('is one line with a bar on a terminal', () => {
    const written = shown({ isTTY: true, columns: 60 });
    expect(written).toHaveLength(5);
    expect(written[0]).toMatch(/^\r\[#+-+\] 20 % {2}200 of 1000, 24 s left<clear>$/);
    expect(written[4]).toMatch(/^\r\[#+\] 100 % {2}1000 of 1000<clear>\n$/);
    for (const line of written) expect(line.replace(/^\r|<clear>|\n$/g, '').length).toBeLessThan(60);
  });

  test('is a plain line every ten seconds elsewhere', () => {
    expect(shown({})).toEqual([
      '40 %  400 of 1000, 18 s left\n',
      '80 %  800 of 1000, 6 s left\n',
      '100 %  1000 of 1000\n',
    ]);
  });
});
