import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { calls } from '../../src/calls/call.table.ts';
import { lockForWriting } from '../../src/calls/write/lock-for-writing.ts';
import { PackedMemory } from '../../src/columnar/cache/packed-memory.ts';
import { packChanges } from '../../src/columnar/packing/pack-changes.ts';
import { rebuildChunks } from '../../src/columnar/packing/rebuild-chunks.ts';
import { callChunks } from '../../src/columnar/store/call-chunk.table.ts';
import { openPackedCalls } from '../../src/columnar/store/open-packed-calls.ts';
import { inTransaction } from '../../src/postgres/statement.ts';
import { instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertAccount, insertCalls } from '../support/factories.ts';

let app: TestApp;
let account: Account;
const memory = new PackedMemory(10_000_000);
let clockMs = Date.parse('2030-03-05T09:00:00Z');
const clock = () => instantOf(clockMs);
const pool = () => app.database.db.$client;

beforeAll(async () => {
  app = await startApp();
  account = await insertAccount(app.database.db, { name: 'Busy', timeZone: 'UTC', region: 'IN' });
  await rebuildChunks(pool(), { accountId: account.id, clock });
});
afterAll(() => app.close());

/** Inserts calls that begin one after the other from now on, and packs them. */
async function callsCome(count: number, everyMs: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, i) =>
    aCall({ accountId: account.id, startedAt: instantOf(clockMs + i * everyMs) }),
  );
  clockMs += count * everyMs;
  await inTransaction(pool(), async (on) => {
    const updatedAt = await lockForWriting(on, account.id, clock);
    await insertCalls(
      app.database.db,
      rows.map((row) => ({ ...row, updatedAt })),
    );
  });
  clockMs += 1;
  await packChanges(pool(), { accountId: account.id, clock });
}

async function sizesOfChunks(): Promise<number[]> {
  const rows = await app.database.db
    .select({ count: callChunks.callCount })
    .from(callChunks)
    .orderBy(callChunks.fromAt);
  return rows.map(({ count }) => count);
}

/** Every call is in one chunk, in order. */
async function expectAllPacked(): Promise<void> {
  const asked = { accountIds: [account.id], from: null, to: null, columns: ['id'] as const };
  const packed = await openPackedCalls(app.database.db, memory, asked);
  const ids = packed?.chunks.flatMap((chunk) => [...chunk.id()]);
  const stored = await app.database.db
    .select({ id: calls.id })
    .from(calls)
    .where(sql`account_id = ${account.id}`)
    .orderBy(calls.startedAt, calls.id);
  expect(ids).toEqual(stored.map(({ id }) => id));
}

test('calls of the last minutes are in small chunks, which are joined when they have settled', async () => {
  for (let second = 0; second < 12; second++) await callsCome(1000, 1);
  const young = await sizesOfChunks();
  expect(young).toEqual([4096, 4096, 3808]);
  await expectAllPacked();

  clockMs += 6 * 60_000;
  await callsCome(1, 1);
  const settled = await sizesOfChunks();
  // The chunk that grows is the day's last, and none of its calls has settled.
  expect(settled.length).toBeLessThanOrEqual(3);
  expect(settled[0]).toBe(2 * 4096);
  await expectAllPacked();
});

test('what is left of a day is joined when calls come on a later one', async () => {
  clockMs = Date.parse('2030-03-08T09:00:00Z');
  for (let second = 0; second < 9; second++) await callsCome(1000, 1);
  expect((await sizesOfChunks()).slice(-3)).toEqual([4096, 4096, 808]);
  clockMs = Date.parse('2030-03-11T09:00:00Z');
  await callsCome(1, 1);
  expect((await sizesOfChunks()).slice(-2)).toEqual([9000, 1]);
  await expectAllPacked();
});
