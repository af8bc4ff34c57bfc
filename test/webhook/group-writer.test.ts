import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { ensureDefaultAccount } from '../../src/accounts/ensure-default-account.ts';
import { GroupWriter } from '../../src/webhook/group-writer.ts';
import { readDelivery } from '../../src/webhook/read-delivery.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let account: Account;

beforeAll(async () => {
  database = await createTestDatabase({ max: 4 });
  account = await ensureDefaultAccount(database.db, { timeZone: 'Asia/Kolkata', region: 'IN' });
});
afterAll(() => database.close());

const read = (callSid: string) =>
  readDelivery({
    account,
    delivery: { form: 'JSON', body: Buffer.from(JSON.stringify({ CallSid: callSid })), contentType: null },
    urlKind: 'LIVE_CALL',
    receivedAt: '2026-01-05T10:00:00.000Z',
  });

/** The pool, but for waits for the disk: they begin when they are let go. */
function holdingFlushes(pool: pg.Pool) {
  let letGo = () => {};
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let tell = () => {};
  const isAsked = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const query = async (text: string) => {
    tell();
    await gone;
    return pool.query(text);
  };
  return { pool: { connect: () => pool.connect(), query } as unknown as pg.Pool, isAsked, letGo };
}

test('few that come while a group is made durable are written together, as the next one', async () => {
  const { pool, isAsked, letGo } = holdingFlushes(database.pool);
  const writer = new GroupWriter(pool, pino({ level: 'silent' }));

  const first = writer.write(account, read('1700000000.1'));
  await isAsked;
  const second = writer.write(account, read('1700000000.2'));
  const { rows: meanwhile } = await database.pool.query('select call_sid from webhook_events');
  const third = writer.write(account, read('1700000000.3'));
  letGo();

  expect(await Promise.all([first, second, third])).toEqual(['RECORDED', 'RECORDED', 'RECORDED']);
  expect(meanwhile).toEqual([{ call_sid: '1700000000.1' }]);
  const { rows } = await database.pool.query('select xmin::text as written from webhook_events order by id');
  const [a, b, c] = rows.map(({ written }) => written);
  expect(b).not.toBe(a);
  expect(c).toBe(b);
});

test('few that come one soon after another are written together, however fast the disk is', async () => {
  const writer = new GroupWriter(database.pool, pino({ level: 'silent' }));
  const areTogether = async (round: number) => {
    const [second, third] = [`1700000002.${2 * round}`, `1700000002.${2 * round + 1}`];
    const first = writer.write(account, read(`1700000003.${round}`));
    const written = writer.write(account, read(second));
    await first;
    await sleep(3);
    await Promise.all([written, writer.write(account, read(third))]);
    const { rows } = await database.pool.query(
      'select distinct xmin::text as written from webhook_events where call_sid = any($1)',
      [[second, third]],
    );
    return rows.length === 1;
  };

  // On a machine that is busy elsewhere the time may be over when the third comes.
  let isSeen = false;
  for (let round = 0; round < 20 && !isSeen; round++) isSeen = await areTogether(round);
  expect(isSeen).toBe(true);
});

test('many do not wait for the disk', async () => {
  const { pool, isAsked, letGo } = holdingFlushes(database.pool);
  const writer = new GroupWriter(pool, pino({ level: 'silent' }));
  const callSids = Array.from({ length: 32 }, (_, i) => `1700000001.${i}`);
  const stored = async () => {
    const { rows } = await database.pool.query('select from webhook_events where call_sid = any($1)', [callSids]);
    return rows.length;
  };

  const first = writer.write(account, read('1700000000.9'));
  await isAsked;
  const many = callSids.map((callSid) => writer.write(account, read(callSid)));
  await expect.poll(stored, { timeout: 10_000 }).toBe(callSids.length);
  letGo();
  expect(new Set(await Promise.all([first, ...many]))).toEqual(new Set(['RECORDED']));
});
