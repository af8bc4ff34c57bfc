import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startTimeOf } from '../../src/process-identity.ts';
import { projectFile } from '../../src/project-file.ts';
import { makeFilledDataDir } from '../support/filled-data.ts';

const cleanUp: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

/** Runs `npm start` as a person does, but for the build, which other tests' services are run from. */
async function npmStart() {
  const { dataDir, remove } = await makeFilledDataDir();
  cleanUp.push(remove);
  const env = {
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: dirname(dataDir),
    PORT: '0',
    DATA_DIR: dataDir,
  };
  const npm = spawn('npm', ['start', '--ignore-scripts'], {
    cwd: projectFile('.'),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanUp.push(() => npm.kill('SIGKILL'));
  let said = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  await expect.poll(() => said, { timeout: 60_000 }).toContain('Send a sample call');
  const service = Number(/"pid":(\d+),"msg":"listening"/.exec(said)?.[1]);
  const postmaster = join(await realpath(join(dataDir, 'postgres')), 'data', 'postmaster.pid');
  const database = Number.parseInt(await readFile(postmaster, 'utf8'), 10);
  for (const pid of [service, database]) cleanUp.push(() => void (startTimeOf(pid) && process.kill(pid, 'SIGKILL')));
  return { npm, service, database, output: () => said };
}

const isGone = (pid: number) => startTimeOf(pid) === null;

test.each(['SIGTERM', 'SIGKILL'] as const)('%s to npm ends the service and its database', async (signal) => {
  const { npm, service, database, output } = await npmStart();
  expect([service, database].map(isGone)).toEqual([false, false]);
  const ended = once(npm, 'exit');
  npm.kill(signal);
  await ended;
  await expect.poll(() => [service, database].map(isGone), { timeout: 15_000 }).toEqual([true, true]);
  expect(output()).toContain('"msg":"stopped"');
});
