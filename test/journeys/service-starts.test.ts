import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, lstatSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runService } from '../support/service.ts';
import { removeDataDir } from '../support/temporary-server.ts';

import {
  cleanUp,
  cleanUpAfterEach,
  databasePid,
  hasSampleCall,
  isRunning,
  newDataDir,
  sendSampleCall,
  start,
  usedDataDir,
} from './sample-service.ts';

const isRoot = process.getuid?.() === 0;

cleanUpAfterEach();

describe('a start on its own database', { timeout: 180_000 }, () => {
  test('it starts on an empty folder, is ready and tells a person where it is', async () => {
    const { dataDir } = await newDataDir();
    const service = await start({ dataDir });

    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    const { code, stdout, stderr } = await service.stop();
    expect(code).toBe(0);
    expect(stderr).toContain(`GraphQL      ${service.url}/graphql`);
    expect(stderr).toContain(`Playground   ${service.url}/graphql`);
    expect(stderr).toContain(`Webhook      ${service.webhookUrl}\n`);
    expect(stderr).not.toContain('Warning:');
    const logged = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(logged).toContainEqual(expect.objectContaining({ msg: 'listening', address: service.url }));
    expect(stdout).not.toContain(service.webhookUrl);
  });

  test('the printed curl line sends a call that can then be asked for', async () => {
    const { dataDir } = await usedDataDir();
    const service = await start({ dataDir });
    const line =
      service
        .output()
        .split('\n')
        .find((text) => text.trim().startsWith('curl ')) ?? '';

    expect(await outputOf('/bin/sh', ['-c', line.trim()])).toBe('success');
    expect(await hasSampleCall(service)).toBe(true);
  });

  test('calls and the made webhook secret outlive a restart', async () => {
    const { dataDir } = await usedDataDir();
    const first = await start({ dataDir });
    await sendSampleCall(first);
    expect((await first.stop()).code).toBe(0);

    const second = await start({ dataDir });
    expect(await hasSampleCall(second)).toBe(true);
    expect(new URL(second.webhookUrl).pathname).toBe(new URL(first.webhookUrl).pathname);
    expect(statSync(join(dataDir, 'webhook-secret')).mode & 0o777).toBe(0o600);
  });

  test('killed hard, it starts again with all calls, and its old database server is gone', async () => {
    const { dataDir } = await usedDataDir();
    const first = await start({ dataDir });
    await sendSampleCall(first);
    const orphan = databasePid(dataDir);
    await first.stop('SIGKILL');
    expect(isRunning(orphan)).toBe(true);

    const second = await start({ dataDir });
    expect(await hasSampleCall(second)).toBe(true);
    expect(isRunning(orphan)).toBe(false);
  });

  test('killed hard together with its database server, it starts again with all calls', async () => {
    const { dataDir } = await usedDataDir();
    const first = await start({ dataDir });
    await sendSampleCall(first);
    const killed = first.stop('SIGKILL');
    process.kill(databasePid(dataDir), 'SIGKILL');
    await killed;

    const second = await start({ dataDir });
    expect(await hasSampleCall(second)).toBe(true);
  });

  test('a second start on the same folder is refused in one line that names the first, which goes on', async () => {
    const { dataDir } = await usedDataDir();
    const first = await start({ dataDir });
    const server = databasePid(dataDir);

    const second = await runService({ dataDir });
    expect(second.code).toBe(1);
    expect(second.stdout).toBe('');
    expect(second.stderr).toMatch(new RegExp(`^The data folder \\S+ is in use: process ${first.pid} .*DATA_DIR.*\n$`));
    await sendSampleCall(first);
    expect(await hasSampleCall(first)).toBe(true);
    expect(databasePid(dataDir)).toBe(server);
  });

  test('of many starts at once on one empty folder, one comes up', async () => {
    const { dataDir } = await newDataDir();
    const starts = await Promise.allSettled(Array.from({ length: 4 }, () => start({ dataDir })));
    expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const refused of starts) {
      if (refused.status === 'rejected') expect(String(refused.reason)).toContain('is in use');
    }
  });

  test('a stale postmaster.pid with the pid of a process that is no database is dealt with', async () => {
    const { dataDir } = await usedDataDir();
    await (await start({ dataDir })).stop();
    const data = join(dataDir, 'postgres', 'data');
    const { uid, gid } = statSync(data);
    // The worst case: a process of the database's own user, which PostgreSQL takes for its server.
    const bystander = spawn('sleep', ['600'], { uid, gid, cwd: '/', stdio: 'ignore' });
    cleanUp.push(() => bystander.kill());
    writeFileSync(
      join(data, 'postmaster.pid'),
      `${bystander.pid}\n${data}\n1700000000\n5432\n\n127.0.0.1\n\nready   \n`,
    );

    const service = await start({ dataDir });
    expect(databasePid(dataDir)).not.toBe(bystander.pid);
    expect((await service.stop()).code).toBe(0);
    expect(bystander.exitCode).toBeNull();
  });

  test('a folder removed and made anew has new data', async () => {
    const { dataDir } = await usedDataDir();
    const first = await start({ dataDir });
    await sendSampleCall(first);
    await first.stop();
    await removeDataDir(dataDir);

    expect(await hasSampleCall(await start({ dataDir }))).toBe(false);
  });

  test.skipIf(!isRoot)(
    'root in a folder that nobody else may enter: the data is kept elsewhere, and found again',
    async () => {
      const closed = mkdtempSync(join(tmpdir(), 'call-analytics-closed-'));
      chmodSync(closed, 0o700);
      cleanUp.push(() => rmSync(closed, { recursive: true, force: true }));
      const dataDir = join(closed, 'data');
      cleanUp.push(() => removeDataDir(dataDir));

      const first = await start({ dataDir });
      await sendSampleCall(first);
      expect((await first.stop()).code).toBe(0);
      expect(lstatSync(join(dataDir, 'postgres')).isSymbolicLink()).toBe(true);
      expect(await hasSampleCall(await start({ dataDir }))).toBe(true);

      const otherDir = join(closed, 'other');
      cleanUp.push(() => removeDataDir(otherDir));
      expect(await hasSampleCall(await start({ dataDir: otherDir }))).toBe(false);
    },
  );
});

async function outputOf(command: string, args: string[]): Promise<string> {
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  for await (const chunk of child.stdout ?? []) text += chunk;
  return text;
}
