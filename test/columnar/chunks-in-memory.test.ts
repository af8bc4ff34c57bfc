import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { calls } from '../../src/calls/call.table.ts';
import { lockForWriting } from '../../src/calls/write/lock-for-writing.ts';
import { PackedMemory } from '../../src/columnar/cache/packed-memory.ts';
import type { Int32Column } from '../../src/columnar/columns.ts';
import { packChanges } from '../../src/columnar/packing/pack-changes.ts';
import { rebuildChunks } from '../../src/columnar/packing/rebuild-chunks.ts';
import { callChunks } from '../../src/columnar/store/call-chunk.table.ts';
import type { Chunk } from '../../src/columnar/store/chunk.ts';
import { openPackedCalls } from '../../src/columnar/store/open-packed-calls.ts';
import { inTransaction } from '../../src/postgres/statement.ts';
import { instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertAccount, insertCalls } from '../support/factories.ts';

let app: TestApp;
let account: Account;
let clockMs = Date.parse('2031-05-01T00:00:00Z');
const clock = () => instantOf(clockMs++);
const pool = () => app.database.db.$client;
const days = 12;
const callsOfDay = 50;
const dayMs = 86_400_000;
const midnight = Date.parse('2031-03-01T00:00:00Z');

beforeAll(async () => {
  app = await startApp();
  account = await insertAccount(app.database.db, { name: 'Ready', timeZone: 'UTC', region: 'IN' });
  await insertCalls(
    app.database.db,
    Array.from({ length: days * callsOfDay }, (_, i) =>
      aCall({
        accountId: account.id,
        startedAt: instantOf(midnight + Math.floor(i / callsOfDay) * dayMs + (i % callsOfDay) * 1000),
        talkSeconds: i,
        waitSeconds: 2 * i,
      }),
    ),
  );
  await rebuildChunks(pool(), { accountId: account.id, clock });
});
afterAll(() => app.close());

async function open(memory: PackedMemory, columns: readonly Int32Column[], fromDay = 0, toDay = days) {
  const packed = await openPackedCalls(app.database.db, memory, {
    accountIds: [account.id],
    from: instantOf(midnight + fromDay * dayMs),
    to: instantOf(midnight + toDay * dayMs),
    columns,
  });
  return packed?.chunks ?? [];
}

/** Of calls of these days: chunks may reach beyond them. */
function valuesOf(chunks: readonly Chunk[], name: Int32Column, fromDay = 0, toDay = days): number[] {
  const isWithin = (ms: number) => ms >= midnight + fromDay * dayMs && ms < midnight + toDay * dayMs;
  return chunks.flatMap((chunk) => [...chunk.int32(name)].filter((_, row) => isWithin(chunk.startedAt[row] as number)));
}
const numbers = (fromDay: number, toDay: number) =>
  Array.from({ length: (toDay - fromDay) * callsOfDay }, (_, i) => fromDay * callsOfDay + i);

test.each([
  ['room for all', 10_000_000],
  ['room for some', 4000],
  ['room for none', 0],
])('chunks have the columns that were asked for, whatever was asked before: %s', async (_, maxBytes) => {
  const memory = new PackedMemory(maxBytes);
  for (let again = 0; again < 3; again++) {
    expect(valuesOf(await open(memory, ['talkSeconds'], 2, 5), 'talkSeconds', 2, 5)).toEqual(numbers(2, 5));
    const [both, waits] = await Promise.all([
      open(memory, ['talkSeconds', 'waitSeconds']),
      open(memory, ['waitSeconds'], 3, 9),
    ]);
    expect(valuesOf(both, 'talkSeconds')).toEqual(numbers(0, days));
    expect(valuesOf(both, 'waitSeconds')).toEqual(numbers(0, days).map((n) => 2 * n));
    expect(valuesOf(waits, 'waitSeconds', 3, 9)).toEqual(numbers(3, 9).map((n) => 2 * n));
  }
});

test('a chunk that nothing has changed in is the same one in the next question, and one that is replaced leaves the memory', async () => {
  const memory = new PackedMemory(10_000_000);
  const before = await open(memory, ['talkSeconds']);
  expect((await open(memory, ['talkSeconds'])).every((chunk, i) => chunk === before[i])).toBe(true);
  const idsOf = async () => {
    const rows = await app.database.db
      .select({ id: callChunks.chunkId })
      .from(callChunks)
      .where(sql`account_id = ${account.id}`)
      .orderBy(callChunks.fromAt);
    return rows.map(({ id }) => id);
  };
  const ids = await idsOf();
  await inTransaction(pool(), async (on) => {
    const updatedAt = await lockForWriting(on, account.id, clock);
    await app.database.db
      .update(calls)
      .set({ talkSeconds: 7, updatedAt })
      .where(sql`account_id = ${account.id} and talk_seconds = 160`);
  });
  await packChanges(pool(), { accountId: account.id, clock });
  const after = await open(memory, ['talkSeconds']);
  expect(valuesOf(after, 'talkSeconds')).toEqual(numbers(0, days).map((n) => (n === 160 ? 7 : n)));
  const isSame = after.map((chunk, i) => chunk === before[i]);
  expect(isSame.filter((same) => !same)).toHaveLength(1);
  const replaced = ids.filter((_, i) => !isSame[i]);
  expect(await idsOf()).not.toEqual(expect.arrayContaining(replaced));
  expect(ids.map((id) => memory.columns.of({ accountId: account.id, id }).size > 0)).toEqual(isSame);
});
