import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { deleteOldEntries } from '../../src/access/log/delete-old-entries.ts';
import { Retention } from '../../src/jobs/retention.ts';
import { instantOf } from '../../src/time/instant.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const day = 86_400_000;
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.pool.query('truncate access_log, retention_waits, webhook_arrivals'));

const never = new AbortController().signal;
const at = (daysAgo: number) => instantOf(Date.now() - daysAgo * day);
const add = (count: number, daysAgo: number) =>
  database.pool.query(
    `insert into access_log (at, viewer) select $1::timestamptz - n * interval '1 second', 'bi' from generate_series(1, $2::int) n`,
    [at(daysAgo), count],
  );
const left = async () => {
  const { rows } = await database.pool.query<{ count: number }>('select count(*)::int as count from access_log');
  return rows[0]?.count;
};
const newestDelivery = () =>
  database.pool.query('insert into webhook_arrivals (account_id, last_event_at) values (1, now())');
const open = (log: string[], ahead = 0) =>
  new Retention(
    database.pool,
    { RETENTION_ACCESS_LOG_DAYS: 90 },
    { warn: (_told: object, message: string) => void log.push(message) } as never,
    { now: () => Date.now() + ahead, steady: () => performance.now() },
  );

test('what is older than its days goes, in batches, and the rest stays', async () => {
  await add(12_000, 91);
  await add(15, 89);
  await newestDelivery();
  expect(await open([]).run('ACCESS_LOG', never)).toBe(12_000);
  expect(await left()).toBe(15);
  expect(await deleteOldEntries(database.pool, { before: at(89), signal: AbortSignal.abort() })).toBe(0);
  expect(await left()).toBe(15);
});

test('a wrong clock deletes none of it', async () => {
  await add(5, 1);
  await newestDelivery();
  const told: string[] = [];
  expect(await open(told, 200 * day).run('ACCESS_LOG', never)).toBe(0);
  expect(await left()).toBe(5);
  expect(told).toEqual([expect.stringMatching(/^Old entries of the access log are not deleted: the clocks/)]);
});
