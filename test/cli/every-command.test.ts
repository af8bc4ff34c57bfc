import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import { type Ended, makeDataDir, runService } from '../support/service.ts';

let folder: Awaited<ReturnType<typeof makeDataDir>>;
beforeAll(async () => {
  folder = await makeDataDir();
});
afterAll(() => folder.remove());

const commands = readdirSync(projectFile('src/cli'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));

const run = (command: string, args: string[], env = {}): Promise<Ended> =>
  runService({ dataDir: folder.dataDir, env, program: projectFile(`dist/cli/${command}.js`), args });

const nowhere = { DATABASE_URL: 'postgres://somebody@127.0.0.1:1/none' };

test.concurrent.each(['account', 'import'])('%s says what it is for, and nothing else', async (command) => {
  const { code, stdout, stderr } = await run(command, ['--help'], { DATABASE_URL: 'mysql://x' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^npm run ${command}\\b`));
});

test.concurrent.each(commands)('%s refuses an option that it does not know, with what it takes', async (command) => {
  const args = command === 'account' ? ['list', '--fast'] : ['--fast'];
  const { code, stdout, stderr } = await run(command, args, nowhere);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^Unknown option '--fast'/);
  expect(stderr).toMatch(command === 'account' ? /Allowed: list/ : new RegExp(`\\n\\nnpm run ${command}\\b`));
  expect(stderr).not.toContain('    at ');
});

test('a stack of a built program names files and lines of the source', async () => {
  const hook = 'process.stdout.write = () => { console.error(new Error().stack); process.exit(3); }';
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` };
  const { code, stderr } = await run('account', ['--help'], env);
  const lines = readFileSync(projectFile('src/cli/terminal/command.ts'), 'utf8').split('\n');
  const line = 1 + lines.findIndex((text) => text.includes('process.stdout.write(usage)'));
  expect(code).toBe(3);
  expect(stderr).toContain(`src/cli/terminal/command.ts:${line}:`);
});

test('where the database is not to be reached each says so in the same line', async () => {
  const asked = [
    ['account', 'list'],
    ['forget', '--number', '9812345678', '--yes'],
    ['import', projectFile('package.json')],
    ['migrate'],
  ];
  const lines = await Promise.all(asked.map(async ([command = '', ...args]) => await run(command, args, nowhere)));
  for (const { code, stdout, stderr } of lines) {
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/no PostgreSQL answers at 127\.0\.0\.1, port 1: .*\n$/);
  }
  expect(new Set(lines.map(({ stderr }) => stderr)).size).toBe(1);
});
