import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataFolder } from '../../src/embedded-postgres/data-folder-lock.ts';
import { pidSpace, startTimeOf } from '../../src/process-identity.ts';
import { projectFile } from '../../src/project-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'call-analytics-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a folder has one holder, and is free once that lets go', async () => {
  const lock = await lockDataFolder(folder);
  await expect(lockDataFolder(folder)).rejects.toThrow(`process ${process.pid} works with it`);
  await lock.release();
  await (await lockDataFolder(folder)).release();
  expect(await readdir(folder)).toEqual([]);
});

test('the lock of a process that is gone is taken over', async () => {
  const gone = spawn('true');
  await new Promise((resolve) => gone.once('close', resolve));
  await leaveLock({ pid: gone.pid ?? 0, started: '1' });
  await (await lockDataFolder(folder)).release();
});

test('a running process that merely has the pid of the former holder does not hold it', async () => {
  await leaveLock({ pid: process.ppid, started: 'another time' });
  await (await lockDataFolder(folder)).release();
});

test('the same pid and start time hold it', async () => {
  await leaveLock({ pid: process.ppid, started: startTimeOf(process.ppid) ?? '' });
  await expect(lockDataFolder(folder)).rejects.toThrow(`process ${process.ppid} works with it`);
});

test.each(['', '{"pid":', 'null', '{"pid":1}'])('a lock cut short by a crash (%j) is held by nobody', async (text) => {
  await writeFile(join(folder, 'service.lock'), text);
  await (await lockDataFolder(folder)).release();
});

test('another container holds it as long as its lock is touched', { timeout: 40_000 }, async () => {
  await leaveLock({ pid: process.pid, started: 'any', pidSpace: 'another container' });
  const beat = setInterval(() => void utimes(join(folder, 'service.lock'), new Date(), new Date()), 500);
  await expect(lockDataFolder(folder)).rejects.toThrow('of another container or machine works with it');
  clearInterval(beat);
  await (await lockDataFolder(folder)).release();
});

test('of many processes that find a stale lock at once, one takes it', { timeout: 120_000 }, async () => {
  const program = join(folder, 'take-lock.mjs');
  const lockModule = JSON.stringify(projectFile('src/embedded-postgres/data-folder-lock.ts'));
  await build({
    stdin: {
      contents: `import { lockDataFolder } from ${lockModule};
        const [folder, at] = process.argv.slice(2);
        await new Promise((resolve) => setTimeout(resolve, Number(at) - Date.now()));
        const answer = await lockDataFolder(folder).then(() => 'held', (error) => error.name);
        console.log(answer);
        setInterval(() => {}, 1000);`,
      resolveDir: projectFile(),
    },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  for (let round = 0; round < 3; round++) {
    // One that is stale already, and from then on the one of the killed winner of the round before.
    if (round === 0) await leaveLock({ pid: 4_000_000, started: '1' });
    const takers = Array.from({ length: 6 }, () =>
      spawn(process.execPath, [program, folder, String(Date.now() + 1_500)], { stdio: ['ignore', 'pipe', 'inherit'] }),
    );
    const answers = await Promise.all(
      takers.map(
        (taker) => new Promise<string>((resolve) => taker.stdout.once('data', (text) => resolve(`${text}`.trim()))),
      ),
    );
    expect(answers.sort()).toEqual([
      'StartupError',
      'StartupError',
      'StartupError',
      'StartupError',
      'StartupError',
      'held',
    ]);
    for (const taker of takers) taker.kill('SIGKILL');
    await Promise.all(takers.map((taker) => new Promise((resolve) => taker.once('close', resolve))));
    await sleep(10);
  }
});

async function leaveLock(holder: { pid: number; started: string; pidSpace?: string }): Promise<void> {
  await writeFile(join(folder, 'service.lock'), JSON.stringify({ pidSpace: pidSpace(), token: 'left', ...holder }));
}
