import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { build } from 'esbuild';
import Fastify from 'fastify';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { reader } from '../../src/access/viewer.ts';
import { Cancellation } from '../../src/cancellation.ts';
import { AppError } from '../../src/errors.ts';
import { projectFile } from '../../src/project-file.ts';
import { type Part, type Reply, windowBytes, windowSize } from '../../src/workers/messages.ts';
import { WorkerLost } from '../../src/workers/open-request.ts';
import { WorkerPool } from '../../src/workers/worker-pool.ts';
import type { StreamRequest } from './streaming-thread.ts';

let folder: string;
beforeAll(async () => {
  // Inside of the project, for packages to be found.
  folder = await mkdtemp(projectFile('dist', 'streaming-'));
  await build({
    entryPoints: [projectFile('test/workers/streaming-thread.ts')],
    outfile: join(folder, 'thread.js'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

const silent = { error: () => {}, warn: () => {} };
const patient = { timeout: 30_000 };

async function start(size = 1) {
  const counts = new Int32Array(new SharedArrayBuffer(12));
  const pool = new WorkerPool<StreamRequest>({
    size,
    file: join(folder, 'thread.js'),
    name: 'streaming',
    data: { counts },
    log: silent,
    patience: { againMs: 50 },
  });
  cleanUp.push(() => pool.stop());
  await pool.ready();
  const ask = (request: Partial<StreamRequest>, account: number | null = null, cancellation?: Cancellation) =>
    pool.start({ requestId: 'a-request', parts: 1, ...request }, reader, { account, cancellation });
  const count = (i: number) => Atomics.load(counts, i);
  return { pool, ask, made: () => count(0), ended: () => count(1), failures: () => count(2) };
}

async function readAll({ parts }: Pick<Reply, 'parts'>): Promise<string> {
  let text = '';
  for await (const part of parts) text += part;
  return text;
}

function readerOf({ parts }: Reply): AsyncIterator<Part> {
  if (!(Symbol.asyncIterator in parts)) throw new Error('it came as a whole');
  return parts[Symbol.asyncIterator]();
}

const lines = (count: number) => Array.from({ length: count }, (_, i) => `${i} x\n`).join('');

test('many parts come in their order, of many requests at once, after a head', async () => {
  const { ask, ended } = await start();
  const replies = await Promise.all([1000, 1, 0, 500, 3].map((parts) => ask({ parts })));
  for (const { status, headers } of replies) expect({ status, headers }).toMatchObject({ status: 200 });
  expect(replies[0]?.headers.viewer).toBe(reader.name);
  const texts = await Promise.all(replies.map(readAll));
  expect(texts).toEqual([1000, 1, 0, 500, 3].map(lines));
  expect(ended()).toBe(5);
});

test('no more parts are made than a window ahead of a reader, however slow and however long', async () => {
  const { ask, pool, made } = await start();
  const parts = readerOf(await ask({ parts: 400, letters: 500_000 }));
  for (let read = 1; read <= 400; read += 1) {
    const { value } = await parts.next();
    expect(value?.slice(0, 5)).toBe(`${read - 1} xxxx`.slice(0, 5));
    // What the reader holds is not acknowledged yet.
    const allowed = Math.min(read - 1 + windowSize, 400);
    expect(made()).toBeLessThanOrEqual(allowed);
    if (read % 100 !== 3) continue;
    // A question and its answer lie behind all that was acknowledged.
    await expect.poll(made, patient).toBe(allowed);
    for (let i = 0; i < 20; i += 1) await pool.check(5000);
    expect(made()).toBe(allowed);
  }
  expect(await parts.next()).toEqual({ value: undefined, done: true });
});

test('of large parts fewer are made ahead of a reader', async () => {
  const { ask, pool, made } = await start();
  const parts = readerOf(await ask({ parts: 10, letters: (windowBytes / 4) * 3 }));
  for (let read = 1; read <= 10; read += 1) {
    await parts.next();
    for (let i = 0; i < 20; i += 1) await pool.check(5000);
    expect(made()).toBeLessThanOrEqual(Math.min(read + 1, 10));
  }
  expect(await parts.next()).toEqual({ value: undefined, done: true });
});

test('who reads nothing holds nobody else up', async () => {
  const { ask } = await start();
  await ask({ parts: 1000, letters: 100_000 });
  expect(await readAll(await ask({ parts: 200 }))).toBe(lines(200));
});

test('a request that is cancelled half-way ends its producer, and breaks off for its reader', async () => {
  const { ask, made, ended, failures, pool } = await start();
  const cancellation = new Cancellation();
  const parts = readerOf(await ask({ parts: 100_000 }, null, cancellation));
  for (let i = 0; i < 5; i += 1) await parts.next();
  cancellation.cancel(new AppError('TIMEOUT', 'enough'));
  await expect.poll(ended, patient).toBe(1);
  const atEnd = made();
  await expect(
    (async () => {
      while (!(await parts.next()).done);
    })(),
  ).rejects.toThrow('enough');
  await pool.check(5000);
  expect(made()).toBe(atEnd);
  expect(atEnd).toBeLessThanOrEqual(5 + windowSize);
  expect(failures()).toBe(0);
});

test('a producer that waits for something is ended by a cancel, before the head as after it', async () => {
  const { ask, ended, failures } = await start();
  const cancellation = new Cancellation();
  const parts = readerOf(await ask({ parts: 10, hangsAt: 2 }, null, cancellation));
  await parts.next();
  await parts.next();
  const third = parts.next();
  cancellation.cancel();
  await expect(third).rejects.toBe(cancellation.reason);
  expect(ended()).toBe(1);
  expect(failures()).toBe(0);
  await expect(ask({ parts: 10 }, null, cancellation)).rejects.toBe(cancellation.reason);
});

test('a reader that leaves ends the producer, also before it has read anything', async () => {
  const { ask, ended } = await start();
  for await (const part of (await ask({ parts: 100_000 })).parts) if (String(part).startsWith('5 ')) break;
  await expect.poll(ended, patient).toBe(1);
  await readerOf(await ask({ parts: 100_000 })).return?.();
  await expect.poll(ended, patient).toBe(2);
});

test('what fails before the head is an error; after it the parts break off, and nothing else does', async () => {
  const { ask, failures } = await start();
  const other = await ask({ parts: 50 });
  await expect(ask({ isRefused: true })).rejects.toThrow('a worker failed at a request');
  const failing = await ask({ parts: 10, failsAt: 4 });
  let text = '';
  const reading = (async () => {
    for await (const part of failing.parts) text += part;
  })();
  await expect(reading).rejects.toThrow(/^a worker failed at a request$/);
  expect(text).toBe(lines(4));
  expect(await readAll(other)).toBe(lines(50));
  expect(failures()).toBe(2);
});

test('a worker that ends gives an error to every request that is open, and its successor answers', async () => {
  const { ask } = await start();
  const streaming = readerOf(await ask({ parts: 1000 }));
  await streaming.next();
  const waiting = readerOf(await ask({ parts: 10, hangsAt: 0 }));
  const next = waiting.next();
  const dying = readAll(await ask({ parts: 5, diesAt: 2 }));
  const unheard = ask({ parts: 3 });
  const outcomes = await Promise.allSettled([dying, next, unheard.then(readAll)]);
  expect(outcomes.slice(0, 2).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  for (const one of outcomes) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(WorkerLost);
  await expect(
    (async () => {
      while (!(await streaming.next()).done);
    })(),
  ).rejects.toBeInstanceOf(WorkerLost);
  const again = () =>
    ask({ parts: 3 })
      .then(readAll)
      .catch(() => null);
  await expect.poll(again, patient).toBe(lines(3));
});

test('of several workers each account has its own, what is of many goes to the freest, and where one is down to another', async () => {
  const { ask, pool } = await start(2);
  await expect.poll(() => pool.check(5000), patient).toEqual([[], []]);
  const threadOf = async (account: number | null) => {
    const reply = await ask({ parts: 2 }, account);
    expect(await readAll(reply)).toBe(lines(2));
    return reply.headers.thread;
  };
  const [even, odd] = [await threadOf(2), await threadOf(1)];
  expect(even).not.toBe(odd);
  for (const account of [1, 2, 3, 4]) expect(await threadOf(account)).toBe(account % 2 ? odd : even);
  const held = await Promise.all([1, 1, 1, null, null].map((account) => ask({ parts: 1000 }, account)));
  expect(held.map(({ headers }) => headers.thread)).toEqual([odd, odd, odd, even, even]);
  for (const reply of held) await readerOf(reply).return?.();
  await expect(readAll(await ask({ parts: 5, diesAt: 1 }, 1))).rejects.toBeInstanceOf(WorkerLost);
  expect(await threadOf(1)).toBe(even);
});

test('over HTTP, a client that does not read bounds what is made, and one that leaves ends it', async () => {
  const { ask, made, ended, pool } = await start();
  const app = Fastify();
  app.get('/parts', async (_request, reply) =>
    reply.send(Readable.from((await ask({ parts: 5000, letters: 100_000 })).parts)),
  );
  cleanUp.push(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const sent = httpRequest(`${url}/parts`);
  const response = await new Promise<NodeJS.ReadableStream>((resolve) => {
    sent.on('response', resolve);
    sent.end();
  });
  response.on('error', () => {});
  // Until the buffers in between are full.
  let before = -1;
  await expect
    .poll(
      async () => {
        for (let i = 0; i < 50; i += 1) await pool.check(5000);
        const isStill = made() === before;
        before = made();
        return isStill;
      },
      { ...patient, interval: 200 },
    )
    .toBe(true);
  expect(made()).toBeLessThan(500);
  expect(ended()).toBe(0);
  sent.destroy();
  await expect.poll(ended, patient).toBe(1);
});
