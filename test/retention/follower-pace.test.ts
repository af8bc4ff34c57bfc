import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { deleteOldCalls } from '../../src/calls/write/delete-old-calls.ts';
import { PackedMemory } from '../../src/columnar/cache/packed-memory.ts';
import { packChanges } from '../../src/columnar/packing/pack-changes.ts';
import { rebuildChunks } from '../../src/columnar/packing/rebuild-chunks.ts';
import { type OpenDatabase, openDatabase } from '../../src/postgres/client.ts';
import { databaseClock } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { expectPackedAreCalls } from '../support/packed-are-calls.ts';

let app: TestApp;
let deleting: OpenDatabase;
const memory = new PackedMemory(1_000_000);

beforeAll(async () => {
  app = await startApp();
  deleting = openDatabase({ url: app.database.url, name: 'retention', max: 2 });
  deleting.pool.on('acquire', () => {
    asked += 1;
  });
});
afterAll(async () => {
  await deleting.close();
  await app.close();
});
beforeEach(async () => {
  await app.database.db.execute(sql`truncate calls, ended_calls, call_chunks, call_chunk_marks, write_marks`);
  await app.database.pool.query(
    `insert into calls (account_id, call_sid, direction, status, started_at, created_at, updated_at)
     select $1, 'many-' || n, 'INBOUND', 'COMPLETED', '2026-01-01Z'::timestamptz - n * interval '1 second', '2026-01-01Z', '2026-01-01Z'
     from generate_series(1, 3500) n`,
    [app.account.id],
  );
});

const before = '2026-01-01T00:00:00.000Z';
const input = () => ({ accountId: app.account.id, clock: databaseClock });
const countEnded = async () =>
  (await app.database.pool.query<{ n: number }>('select count(*)::int as n from ended_calls')).rows[0]?.n;
/** How often the one who deletes has asked the database for anything. */
let asked = 0;
const expectRight = async () =>
  expect(await expectPackedAreCalls(app.database.pool, memory, [app.account.id])).toBe(true);

test('old calls are deleted no faster than they are packed', async () => {
  await rebuildChunks(app.database.pool, input());
  const deleted = deleteOldCalls(deleting.pool, { before, pace: { most: 500, patienceMs: 60_000, askAgainMs: 1 } });
  for (const count of [1000, 2000, 3000]) {
    await expect.poll(countEnded, { timeout: 30_000 }).toBe(count);
    const known = asked;
    await expect.poll(() => asked, { timeout: 30_000 }).toBeGreaterThan(known + 5);
    expect(await countEnded()).toBe(count);
    await expectRight();
    await packChanges(app.database.pool, { ...input() });
  }
  expect(await deleted).toBe(3500);
  await expectRight();
}, 120_000);

test('where nobody packs, they are deleted all the same, after one wait, and figures are right', async () => {
  await rebuildChunks(app.database.pool, input());
  asked = 0;
  const pace = { most: 500, patienceMs: 20, askAgainMs: 10 };
  expect(await deleteOldCalls(deleting.pool, { before, pace })).toBe(3500);
  // Four batches, each found and deleted, and about three times asked whether anybody follows.
  expect(asked).toBeLessThan(20);
  await expectRight();
  await packChanges(app.database.pool, { ...input() });
  await expectRight();
}, 60_000);

test('where nothing was ever packed, nothing is waited for', async () => {
  const pace = { most: 1, patienceMs: 3_600_000, askAgainMs: 3_600_000 };
  expect(await deleteOldCalls(deleting.pool, { before, pace })).toBe(3500);
});

test('told to stop while it waits, it begins no further batch', async () => {
  await rebuildChunks(app.database.pool, input());
  const stop = new AbortController();
  const pace = { most: 500, patienceMs: 3_600_000, askAgainMs: 3_600_000 };
  const deleted = deleteOldCalls(deleting.pool, { before, pace, signal: stop.signal });
  await expect.poll(countEnded, { timeout: 30_000 }).toBe(1000);
  stop.abort();
  expect(await deleted).toBe(1000);
}, 60_000);
