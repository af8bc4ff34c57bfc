import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { runService, type Service } from '../support/service.ts';
import {
  cleanUp,
  cleanUpAfterEach,
  databasePid,
  hasEntry,
  hasSampleCall,
  isRunning,
  newDataDir,
  sampleCall,
  sendSampleCall,
  start,
  usedDataDir,
} from './sample-service.ts';

cleanUpAfterEach();

describe('an end on its own database', { timeout: 180_000 }, () => {
  test('SIGTERM: what is in flight is finished, nothing new is taken, it exits with 0 and no database server is left', async () => {
    const { dataDir } = await usedDataDir();
    const service = await start({ dataDir });
    const server = databasePid(dataDir);
    const delivery = await beginDelivery(service, JSON.stringify(sampleCall));

    const begun = Date.now();
    const ended = service.stop();
    await untilRefused(service);
    expect(await delivery.finish()).toMatch(/HTTP\/1\.1 200 [\s\S]*success$/);
    expect((await ended).code).toBe(0);
    expect(Date.now() - begun).toBeLessThan(20_000);
    expect(isRunning(server)).toBe(false);

    expect(await hasSampleCall(await start({ dataDir }))).toBe(true);
  });

  test('Ctrl-C that arrives twice at once, as npm passes it on, still ends it in order', async () => {
    const { dataDir } = await usedDataDir();
    const service = await start({ dataDir });
    const server = databasePid(dataDir);
    process.kill(service.pid, 'SIGINT');
    expect((await service.stop('SIGINT')).code).toBe(0);
    expect(isRunning(server)).toBe(false);
  });

  test('told a second time, it ends at once with 1, and its database server ends too', async () => {
    const { dataDir } = await usedDataDir();
    const service = await start({ dataDir });
    const server = databasePid(dataDir);
    await beginDelivery(service, JSON.stringify(sampleCall));
    const ended = service.stop();
    await untilRefused(service);
    await sleep(1_200);
    expect((await service.stop()).code).toBe(1);
    await ended;
    while (isRunning(server)) await sleep(20);
  });

  test('told to end while it starts, it exits with 0 and leaves nothing running', async () => {
    const { dataDir } = await newDataDir();
    const folder = join(dataDir, 'postgres');
    const starting = runService({ dataDir, endWhen: () => hasEntry(folder, /^data\./) });
    const { code, stderr } = await starting;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(hasEntry(join(folder, 'data'), /^postmaster\.pid$/)).toBe(false);
    expect(hasEntry(folder, /^service\.lock/)).toBe(false);
  });

  test('when its database server dies, it says so and ends with 1, for a supervisor to start it again', async () => {
    const { dataDir } = await usedDataDir();
    const first = await start({ dataDir });
    await sendSampleCall(first);
    process.kill(databasePid(dataDir), 'SIGKILL');
    const { code, stdout } = await first.ended;
    expect(code).toBe(1);
    expect(stdout).toContain('the embedded PostgreSQL ended by itself');

    expect(await hasSampleCall(await start({ dataDir }))).toBe(true);
  });

  test('a port that is taken: one line, exit code 1, nothing left running', async () => {
    const { dataDir } = await usedDataDir();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    cleanUp.push(() => taken.close());
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;

    const { code, stderr } = await runService({ dataDir, env: { PORT: String(port) } });
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^Cannot listen on HOST 127\\.0\\.0\\.1, PORT ${port}: .*\n$`));
    expect(hasEntry(join(dataDir, 'postgres', 'data'), /^postmaster\.pid$/)).toBe(false);
  });
});

/** Sends the head and a part of the body of a delivery; `finish` sends the rest and tells the whole answer. */
async function beginDelivery({ webhookUrl }: Service, body: string) {
  const { hostname, port, pathname, host } = new URL(webhookUrl);
  const socket = connect(Number(port), hostname);
  let answer = '';
  const begun = new Promise((resolve) => socket.once('data', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.write(
    `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nexpect: 100-continue\r\n\r\n`,
  );
  await begun; // 100 Continue
  socket.write(body.slice(0, 20));
  return {
    finish: async () => {
      socket.write(body.slice(20));
      await closed;
      return answer;
    },
  };
}

async function untilRefused({ url }: Service): Promise<void> {
  const { hostname, port } = new URL(url);
  for (let refused = false; !refused; await sleep(20)) {
    refused = await new Promise((resolve) => {
      const socket = connect(Number(port), hostname);
      socket.once('error', () => resolve(true)).once('connect', () => resolve(!socket.destroy()));
    });
  }
}
