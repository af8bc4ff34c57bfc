import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { insertAccount } from '../support/factories.ts';
import { allText } from './all-text.ts';

let app: TestApp;
let folder: string;

beforeAll(async () => {
  app = await startApp();
  folder = mkdtempSync(join(tmpdir(), 'call-analytics-forget-'));
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

type Ended = { code: number; stdout: string; stderr: string };

/** Runs the built command beside the service, without a terminal. */
function forget(...args: string[]): Promise<Ended> {
  const env = { PATH: process.env.PATH, DATABASE_URL: app.database.url, DATA_DIR: folder };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [projectFile('dist/cli/forget.js'), ...args],
      { env, cwd: folder },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

const call = (CallSid: string, SourceNumber: string) => ({
  CallSid,
  SourceNumber,
  Direction: 'IVR',
  DestinationNumber: '08062861230',
  DialWhomNumber: '9281234567',
  Status: 'ANSWER',
  StartTime: '2026-01-02 14:29:20',
  EndTime: '2026-01-02 14:30:20',
  TalkDuration: '40',
});

test('it erases a person beside the running service, and says how much, not who', async () => {
  await app.send(call('a1', '9812345678'));
  await app.send(call('b1', '9800000001'));
  const { code, stdout, stderr } = await forget('--number', '098123 45678', '--yes');
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: 'default: erased from 1 customers, 1 calls, 1 deliveries\n',
    stderr: '',
  });
  expect((await allText(app)).replace(/[^\d\n]/g, '')).not.toContain('9812345678');
  expect(await app.query('{ calls { totalCount } customers { totalCount } }')).toEqual({
    calls: { totalCount: 2 },
    customers: { totalCount: 2 },
  });
});

test('a number that nobody has is no failure', async () => {
  const { code, stdout } = await forget('--number', '+919812345000', '--yes');
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'default: erased from 0 customers, 0 calls, 0 deliveries\n' });
});

test.each([
  ['an agent', '9281234567'],
  ['a virtual number', '+918062861230'],
])('the number of %s is refused, and nothing is changed', async (what, number) => {
  await app.send(call('c1', '9800000002'));
  const before = await allText(app);
  const { code, stdout, stderr } = await forget('--number', number, '--yes');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`the number of ${what}`);
  expect(stderr).not.toContain('9281234567');
  expect(await allText(app)).toBe(before);
});

test('with --account it is erased there alone, and an unknown account is refused', async () => {
  await insertAccount(app.database.db, { name: 'other' });
  await app.send(call('d1', '9800000003'));
  expect(await forget('--number', '9800000003', '--account', 'other', '--yes')).toMatchObject({
    code: 0,
    stdout: 'other: erased from 0 customers, 0 calls, 0 deliveries\n',
  });
  expect(await allText(app)).toContain('+919800000003');
  const { code, stderr } = await forget('--number', '9800000003', '--account', 'nobody', '--yes');
  expect({ code, stderr }).toEqual({ code: 1, stderr: '--account names no account. Allowed: default, other.\n' });
});

test.each([[[]], [['--number', 'hello']], [['--number', '99xxxxx']], [['--nummer', '9812345678']]])(
  'what cannot be used is refused with what is allowed: %j',
  async (args) => {
    const { code, stdout, stderr } = await forget(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/--number/);
    expect(stderr).not.toContain('    at ');
  },
);
