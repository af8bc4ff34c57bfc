import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { createAccount, ensureDefaultAccount } from '../../src/accounts/accounts.ts';
import { lockAccount } from '../../src/accounts/lock-account.ts';
import { DeliveryBatcher } from '../../src/ingestion/batcher.ts';
import { readDelivery } from '../../src/ingestion/read-delivery.ts';
import { inTransaction } from '../../src/postgres/statement.ts';
import { callerDesk } from '../../src/providers/callerdesk/callerdesk.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let account: Account;
let other: Account;
let writer: DeliveryBatcher;

beforeAll(async () => {
  database = await createTestDatabase({ max: 4 });
  account = await ensureDefaultAccount(database.db, { timeZone: 'Asia/Kolkata', region: 'IN' });
  const settings = { timeZone: 'Asia/Kolkata', region: 'IN', outgoingAgentLeg: account.outgoingAgentLeg };
  other = (await createAccount(database.db, { ...settings, name: 'Other' }))?.account as Account;
  writer = new DeliveryBatcher(database.pool, pino({ level: 'silent' }), providers);
});
afterAll(() => database.close());

const read = (callSid: string) =>
  readDelivery({
    provider: callerDesk,
    account,
    delivery: { form: 'JSON', body: Buffer.from(JSON.stringify({ CallSid: callSid })), contentType: null },
    urlKind: 'LIVE_CALL',
    receivedAt: '2026-01-05T10:00:00.000Z',
  });

/** Holds the account's lock until it is let go. */
async function holdLock() {
  let letGo = () => {};
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let over: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve) => {
    over = inTransaction(database.pool, async (on) => {
      await lockAccount(on, account.id);
      resolve();
      await gone;
    });
  });
  return () => {
    letGo();
    return over;
  };
}

const transactionsOf = async (callSids: readonly string[]) => {
  const { rows } = await database.pool.query<{ written: string }>(
    'select xmin::text as written from webhook_events where call_sid = any($1) order by received_at, arrival_number',
    [callSids],
  );
  return rows.map(({ written }) => written);
};

test('what comes while a group is being written is written together, as the next one', async () => {
  const letGo = await holdLock();
  const first = writer.write(account, read('1700000000.1'));
  const later = Array.from({ length: 40 }, (_, i) => `1700000001.${i}`);
  const written = later.map((callSid) => writer.write(account, read(callSid)));
  await letGo();

  expect(new Set(await Promise.all([first, ...written]))).toEqual(new Set(['RECORDED']));
  const together = new Set(await transactionsOf(later));
  expect(together.size).toBe(1);
  expect(await transactionsOf(['1700000000.1'])).not.toEqual([...together]);
});

test('accounts do not wait for each other', async () => {
  const letGo = await holdLock();
  let isWritten = false;
  const waiting = writer.write(account, read('1700000004.1')).then(() => {
    isWritten = true;
  });
  expect(await writer.write(other, read('1700000004.2'))).toBe('RECORDED');
  expect(isWritten).toBe(false);
  await letGo();
  await waiting;
});

test('few that come one soon after another are written together, however fast the disk is', async () => {
  const areTogether = async (round: number) => {
    const [second, third] = [`1700000002.${2 * round}`, `1700000002.${2 * round + 1}`];
    const first = writer.write(account, read(`1700000003.${round}`));
    const written = writer.write(account, read(second));
    await first;
    await sleep(3);
    await Promise.all([written, writer.write(account, read(third))]);
    return new Set(await transactionsOf([second, third])).size === 1;
  };

  // On a machine that is busy elsewhere the time may be over when the third comes.
  let isSeen = false;
  for (let round = 0; round < 20 && !isSeen; round++) isSeen = await areTogether(round);
  expect(isSeen).toBe(true);
});

test('a failure while a group is written reaches all of it, and the writer goes on', async () => {
  const letGo = await holdLock();
  const first = writer.write(account, read('1700000005.1'));
  first.catch(() => {}); // looked at below
  const more = ['1700000005.2', '1700000005.3'].map((callSid) => writer.write(account, read(callSid)));
  const killer = new pg.Client({ connectionString: database.url });
  await killer.connect();
  try {
    await expect
      .poll(async () => {
        const { rowCount } = await killer.query(`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory'`);
        return rowCount;
      })
      .toBe(1);
  } finally {
    await killer.end();
  }
  await expect(first).rejects.toMatchObject({ code: '57P01' });
  await letGo();
  expect(await Promise.all(more)).toEqual(['RECORDED', 'RECORDED']);
});
