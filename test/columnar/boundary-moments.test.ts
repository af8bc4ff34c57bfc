import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Call } from '../../src/calls/call.table.ts';
import { deleteOldEndedCalls } from '../../src/calls/merge/delete-old-ended-calls.ts';
import { deleteOldCalls } from '../../src/calls/write/delete-old-calls.ts';
import { lockForWriting } from '../../src/calls/write/lock-for-writing.ts';
import { PackedMemory } from '../../src/columnar/cache/packed-memory.ts';
import { currentVersions } from '../../src/columnar/columns.ts';
import { packAccounts } from '../../src/columnar/packing/pack-accounts.ts';
import { packChanges } from '../../src/columnar/packing/pack-changes.ts';
import { rebuildChunks } from '../../src/columnar/packing/rebuild-chunks.ts';
import { verifyChunks } from '../../src/columnar/packing/verify-chunks.ts';
import { findChunks } from '../../src/columnar/store/find-chunks.ts';
import { findState } from '../../src/columnar/store/find-state.ts';
import { loadChunk } from '../../src/columnar/store/load-columns.ts';
import { inTransaction } from '../../src/postgres/statement.ts';
import { instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls } from '../support/factories.ts';
import { expectPackedAreCalls } from '../support/packed-are-calls.ts';

let app: TestApp;
let memory: PackedMemory;
/** The moment that is agreed on next: packing is done when the clock says so. */
let barrier = Date.parse('2031-01-01T00:00:00Z');
const clock = () => instantOf(barrier);

beforeAll(async () => {
  app = await startApp();
});
beforeEach(async () => {
  memory = new PackedMemory(1_000_000);
  await app.database.db.execute(sql`truncate calls, ended_calls, call_chunks, call_chunk_marks`);
  barrier += 3_600_000;
  await rebuildChunks(pool(), { accountId: app.account.id, clock });
  barrier += 60_000;
});
afterAll(() => app.close());

const pool = () => app.database.pool;
const account = () => app.account.id;
const pack = (atMost?: number) => packChanges(pool(), { accountId: account(), clock, ...(atMost && { atMost }) });
const rebuild = () => rebuildChunks(pool(), { accountId: account(), clock });
const around = () => [barrier - 1, barrier, barrier + 1];

/** Calls that were written at some moments. */
const written = (moments: readonly number[]): Promise<Call[]> =>
  insertCalls(
    app.database.db,
    moments.map((at) => aCall({ accountId: account(), updatedAt: instantOf(at) })),
  );

/** Calls that are packed and end at some moments after that. */
async function ended(moments: readonly number[]): Promise<number[]> {
  const made = await written(moments.map(() => barrier - 60_000));
  await rebuild();
  barrier += 60_000;
  const ids = made.map(({ id }) => id);
  await pool().query('delete from calls where id = any($1)', [ids]);
  await pool().query(
    `insert into ended_calls (account_id, call_id, removed_at, reason)
     select $1, id, at, 'RETENTION' from unnest($2::bigint[], $3::timestamptz[]) as e(id, at)`,
    [account(), ids, moments.map((at) => instantOf(at + 60_000))],
  );
  return ids;
}

async function inChunks(): Promise<number[]> {
  const db = drizzle({ client: pool() });
  const [found] = await findChunks(db, [account()], sql`true`, currentVersions);
  const ids: number[] = [];
  for (const head of found?.chunks ?? []) ids.push(...(await loadChunk(db, head)).of.id);
  return ids.sort((a, b) => a - b);
}

/** What a question reads beside the chunks. */
async function readBeside() {
  const state = await findState(app.database.db, memory, [account()]);
  const changed = state?.changed.flatMap(({ calls: { of }, isAgain }) => [...of.id].filter((id) => !isAgain(id)));
  return {
    changed: changed?.sort((a, b) => a - b),
    ended: [...(state?.accounts[0]?.ended ?? [])].sort((a, b) => a - b),
  };
}

async function expectRight(): Promise<void> {
  expect(await expectPackedAreCalls(pool(), memory, [account()])).toBe(true);
  expect(await verifyChunks(pool(), { accountId: account() })).toMatchObject({ differing: 0 });
}

async function packedThrough(): Promise<number> {
  const { rows } = await pool().query<{ at: Date }>('select packed_through as at from call_chunk_marks');
  return +(rows[0]?.at ?? 0);
}

describe('a change', () => {
  test('at the very moment up to which is packed is packed, and not read again; one a millisecond later is read', async () => {
    const [before, at, after] = (await written(around())).map(({ id }) => id);
    await expectRight();
    await pack();
    expect(await packedThrough()).toBe(barrier);
    expect(await inChunks()).toEqual([before, at]);
    expect(await readBeside()).toEqual({ changed: [after], ended: [] });
    await expectRight();
  });

  test('a millisecond after a rebuild has begun is read in place of what is packed', async () => {
    const [, , after] = (await written(around())).map(({ id }) => id);
    await rebuild();
    expect(await packedThrough()).toBe(barrier);
    expect(await readBeside()).toEqual({ changed: [after], ended: [] });
    await expectRight();
  });

  test('that was written after a moment was agreed on is later, though the clock stands still or steps back', async () => {
    for (const step of [0, -5000]) {
      await pack();
      const through = await packedThrough();
      const now = await inTransaction(pool(), (on) => lockForWriting(on, account(), () => instantOf(barrier + step)));
      expect(Date.parse(now)).toBe(through + 1);
      const [call] = await written([Date.parse(now)]);
      expect((await readBeside()).changed).toContain(call?.id);
      await expectRight();
    }
  });

  test('is not cut off from others of its moment where only some are packed at once', async () => {
    const ids = (await written([-3, -2, -2, -2, -1, 0].map((by) => barrier + by))).map(({ id }) => id);
    await pack(2);
    expect(await packedThrough()).toBe(barrier - 2);
    expect(await inChunks()).toEqual(ids.slice(0, 4));
    expect((await readBeside()).changed).toEqual(ids.slice(4));
    await expectRight();
    await pack(2);
    expect(await inChunks()).toEqual(ids);
    await expectRight();
  });
});

describe('an end', () => {
  test('at the very moment up to which is packed is packed, and not read again; one a millisecond later is read', async () => {
    const [, , after] = await ended(around());
    await expectRight();
    await pack();
    expect(await packedThrough()).toBe(barrier);
    expect(await inChunks()).toEqual([after]);
    expect(await readBeside()).toEqual({ changed: [], ended: [after] });
    await expectRight();
  });

  test('a millisecond after a rebuild has begun is read', async () => {
    const [, , after] = await ended(around());
    await rebuild();
    expect(await packedThrough()).toBe(barrier);
    expect(await inChunks()).toEqual([]);
    expect(await readBeside()).toEqual({ changed: [], ended: [after] });
    await expectRight();
  });

  test('that came after a moment was agreed on is later, though the clock stands still or steps back', async () => {
    for (const step of [0, -5000]) {
      await written([barrier - 1]);
      barrier += 60_000;
      await pack();
      const through = await packedThrough();
      const before = '9999-01-01T00:00:00.000Z';
      expect(await deleteOldCalls(pool(), { before, clock: () => instantOf(barrier + step) })).toBe(1);
      const { rows } = await pool().query<{ at: Date }>('select max(removed_at) as at from ended_calls');
      expect(+(rows[0]?.at ?? 0)).toBe(through + 1);
      expect((await readBeside()).ended).toHaveLength(1);
      await expectRight();
    }
  });

  test('is not cut off from others of its moment where only some are packed at once, nor from changes', async () => {
    const ids = await ended([-4, -2, -2, -2, 0].map((by) => barrier + by));
    const [change] = await written([barrier - 3]);
    await pack(2);
    expect(await packedThrough()).toBe(barrier - 2);
    expect(await inChunks()).toEqual([...ids.slice(4), change?.id]);
    await expectRight();
    await pack(2);
    expect(await inChunks()).toEqual([change?.id]);
    await expectRight();
  });

  test('is told of for as long as it is not packed, however old it is', async () => {
    const [, at, after] = await ended(around());
    const remove = () => deleteOldEndedCalls(pool(), { before: '9999-01-01T00:00:00.000Z' });
    const left = async () =>
      (await pool().query('select call_id::int as id from ended_calls order by 1')).rows.map(({ id }) => id);
    expect(await remove()).toBe(0);
    await pack();
    expect(await remove()).toBe(2);
    expect(await left()).toEqual([after]);
    expect(at).not.toBe(after);
    await expectRight();
    barrier += 1;
    await pack();
    expect(await remove()).toBe(1);
    expect(await left()).toEqual([]);
    await expectRight();
  });

  test('during a rebuild is kept until that is packed', async () => {
    await ended([barrier + 1]);
    await pool().query('update call_chunk_marks set packed_through = null');
    expect(await deleteOldEndedCalls(pool(), { before: '9999-01-01T00:00:00.000Z' })).toBe(0);
  });
});

test('where nothing is later than what is packed, nothing is packed, until a millisecond after it something is', async () => {
  const all = () => packAccounts(pool(), { clock });
  await written([barrier]);
  await pack();
  barrier += 1000;
  const through = await packedThrough();
  expect(await all()).toBe(0);
  expect(await packedThrough()).toBe(through);
  const [call] = await written([through + 1]);
  expect(await all()).toBe(1);
  expect(await inChunks()).toContain(call?.id);

  barrier += 1000;
  const next = await packedThrough();
  await pool().query('delete from calls where id = $1', [call?.id]);
  await pool().query(
    "insert into ended_calls (account_id, call_id, removed_at, reason) values ($1, $2, $3, 'RETENTION')",
    [account(), call?.id, instantOf(next + 1)],
  );
  expect(await all()).toBe(1);
  expect(await inChunks()).not.toContain(call?.id);
  await expectRight();
});
