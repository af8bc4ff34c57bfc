import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect, type TestContext, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import { lookAt, notReady, ready } from '../health/probe.ts';
import { createMigratedDatabase } from '../support/database.ts';
import { makeDataDir, type Service, startService } from '../support/service.ts';

type Faulty = Service & { fault: (what: string) => void; lines: () => Record<string, unknown>[] };

/** The built service, and something that does to its answering thread what it is told. */
async function start(onTestFinished: TestContext['onTestFinished']): Promise<Faulty> {
  const { url, drop } = await createMigratedDatabase();
  onTestFinished(drop);
  const { dataDir, remove } = await makeDataDir();
  onTestFinished(remove);
  const file = join(dataDir, 'fault');
  const service = await startService({
    dataDir,
    env: {
      DATABASE_URL: url,
      ANSWERS_HEAP_MB: '128',
      FAULT_FILE: file,
      NODE_OPTIONS: `--import=${pathToFileURL(projectFile('test/workers/faults-in-thread.mjs')).href}`,
    },
  });
  onTestFinished(async () => void (await service.stop('SIGKILL')));
  return {
    ...service,
    fault: (what) => {
      writeFileSync(`${file}.new`, what);
      renameSync(`${file}.new`, file);
    },
    lines: () =>
      service
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{"level":"error"'))
        .map((line) => JSON.parse(line)),
  };
}

async function ask(service: Service) {
  const answer = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ calls { totalCount } }' }),
  });
  const { data, errors } = (await answer.json()) as {
    data?: { calls: { totalCount: number } };
    errors?: { extensions: { code: string } }[];
  };
  const code = errors?.[0]?.extensions.code;
  return { status: answer.status, code, retryAfter: answer.headers.get('retry-after'), calls: data?.calls.totalCount };
}

let sid = 0;
async function deliver(service: Service): Promise<number> {
  sid += 1;
  const begun = performance.now();
  const answer = await fetch(service.webhookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ CallSid: `1672649960.${sid}`, Status: 'ANSWER', StartTime: '2023-01-02 14:29:20' }),
  });
  expect(performance.now() - begun).toBeLessThan(8_000);
  return answer.status;
}

const down = notReady('answering thread down');
const patient = { timeout: 60_000, interval: 200 };

// These three wait for limits of time.
test.concurrent('a stuck answering thread is replaced; meanwhile deliveries go on, and questions are told to come again', {
  timeout: 180_000,
}, async ({ expect, onTestFinished }) => {
  const service = await start(onTestFinished);
  expect(await deliver(service)).toBe(200);
  service.fault('loop');
  await sleep(500);
  const underWay = ask(service);
  await expect.poll(async () => (await lookAt(service.url)).graphql, patient).toEqual(down);
  expect((await lookAt(service.url)).webhook).toEqual(ready);
  expect(await deliver(service)).toBe(200);
  expect(await underWay).toEqual({ status: 503, code: 'UNAVAILABLE', retryAfter: '2', calls: undefined });
  await expect.poll(async () => (await lookAt(service.url)).both, patient).toEqual(ready);
  expect(await ask(service)).toMatchObject({ status: 200, calls: 2 });
  expect(service.lines()).toEqual([expect.objectContaining({ thread: 'answering', code: 'STUCK' })]);
  expect((await service.stop()).code).toBe(0);
});

test.concurrent('a process that was frozen for longer than a thread may be stuck goes on with the same threads', {
  timeout: 180_000,
}, async ({ expect, onTestFinished }) => {
  const service = await start(onTestFinished);
  process.kill(service.pid, 'SIGSTOP');
  await sleep(13_000);
  process.kill(service.pid, 'SIGCONT');
  await expect.poll(async () => (await lookAt(service.url)).both, patient).toEqual(ready);
  await sleep(2_000);
  expect((await ask(service)).status).toBe(200);
  expect(service.lines()).toEqual([]);
});

test.concurrent('told to end while the answering thread is stuck, the service ends in time and in order', {
  timeout: 180_000,
}, async ({ expect, onTestFinished }) => {
  const service = await start(onTestFinished);
  service.fault('loop');
  await sleep(1_000);
  const begun = performance.now();
  expect((await service.stop()).code).toBe(0);
  expect(performance.now() - begun).toBeLessThan(15_000);
});

test.for(['objects', 'largePieces'])(
  'an answering thread that runs out of memory by %s ends alone, and is told of by its code',
  { timeout: 180_000 },
  async (fault, { onTestFinished }) => {
    const service = await start(onTestFinished);
    service.fault(fault);
    await expect.poll(() => service.lines().length, patient).toBeGreaterThan(0);
    expect(await deliver(service)).toBe(200);
    await expect.poll(async () => (await lookAt(service.url)).both, patient).toEqual(ready);
    expect((await ask(service)).status).toBe(200);
    expect(service.lines()).toEqual([
      expect.objectContaining({
        thread: 'answering',
        failure: expect.objectContaining({ code: 'ERR_WORKER_OUT_OF_MEMORY' }),
      }),
    ]);
    expect((await service.stop()).code).toBe(0);
  },
);
