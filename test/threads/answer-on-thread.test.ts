import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { defaultLimits } from '../../src/access/limits.ts';
import { administrator } from '../../src/access/viewer.ts';
import { ensureDefaultAccount } from '../../src/accounts/accounts.ts';
import type { Question } from '../../src/graphql/server/answers.ts';
import { projectFile } from '../../src/project-file.ts';
import { answerOnThread } from '../../src/workers/answer-on-thread.ts';
import { createTestDatabase } from '../support/database.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

const question = (query: string): Question => ({
  requestId: 'a-request',
  viewer: administrator,
  isForeign: false,
  refused: 7,
  method: 'POST',
  search: '',
  headers: { 'content-type': 'application/json' },
  body: { query },
});

async function start(file: string) {
  const { url, db, close } = await createTestDatabase();
  cleanUp.push(close);
  await ensureDefaultAccount(db, { timeZone: 'Asia/Kolkata', region: 'IN' });
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  const service = {
    timeZone: 'Asia/Kolkata',
    region: 'IN',
    liveAgeLimitHours: 4,
    limits: defaultLimits,
  };
  const settings = { databaseUrl: url, service, cacheBytes: 1_000_000 };
  const answers = await answerOnThread({ settings, logging: { level: 'silent' } }, log, {
    file: projectFile(file),
    heapMb: 256,
  });
  cleanUp.push(answers.stop);
  return { ...answers, lines };
}

test('a thread answers what it is asked, many at once, each its own', async () => {
  const { answer } = await start('dist/workers/answering-thread.js');
  const texts = await Promise.all(
    Array.from(
      { length: 20 },
      async (_, i) => (await answer(question(`{ webhookHealth { a${i}: refusedSinceStart } }`))).text,
    ),
  );
  expect(texts.map((text) => JSON.parse(text).data)).toEqual(
    Array.from({ length: 20 }, (_, i) => ({ webhookHealth: { [`a${i}`]: 7 } })),
  );
  const wrong = await answer(question('{ nothing }'));
  expect(wrong).toMatchObject({ status: 400, headers: { 'content-type': 'application/json; charset=utf-8' } });
  expect(JSON.parse(wrong.text).errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
});

test('a question at which a thread fails takes no other along', async () => {
  const { answer, lines } = await start('dist/workers/answering-thread.js');
  const odd = { ...question('{ webhookHealth { refusedSinceStart } }'), headers: null as never };
  const [failed, other] = await Promise.allSettled([
    answer(odd),
    answer(question('{ webhookHealth { refusedSinceStart } }')),
  ]);
  expect(failed.status).toBe('rejected');
  expect(other).toMatchObject({ status: 'fulfilled', value: { status: 200 } });
  expect(lines).toEqual([]);
});

test('a thread that breaks off is started again; who waits for it, or comes meanwhile, is told to try again', async () => {
  const { answer, lines } = await start('test/threads/breaking-thread.mjs');
  expect((await answer(question('{ first }'))).text).toBe('first');
  const broken = await Promise.all([answer(question('{ second }')), answer(question('{ third }'))]);
  const meanwhile = await answer(question('{ fourth }'));
  for (const { status, headers, text } of [...broken, meanwhile]) {
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('2');
    expect(JSON.parse(text).errors[0].extensions.code).toBe('UNAVAILABLE');
  }
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ thread: 'answering', failure: { kind: 'Error' } });
  expect(lines.join()).not.toContain('9812345678');
  await expect.poll(async () => (await answer(question('{ again }'))).text, { timeout: 20_000 }).toBe('first');
});
