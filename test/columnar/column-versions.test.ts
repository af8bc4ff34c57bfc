import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { calls } from '../../src/calls/call.table.ts';
import { deleteOldCalls } from '../../src/calls/write/delete-old-calls.ts';
import { lockForWriting } from '../../src/calls/write/lock-for-writing.ts';
import { PackedMemory } from '../../src/columnar/cache/packed-memory.ts';
import { type ColumnName, type ColumnVersions, columnNames, currentVersions } from '../../src/columnar/columns.ts';
import { packAccounts } from '../../src/columnar/packing/pack-accounts.ts';
import { packChanges } from '../../src/columnar/packing/pack-changes.ts';
import { rebuildChunks } from '../../src/columnar/packing/rebuild-chunks.ts';
import { verifyChunks } from '../../src/columnar/packing/verify-chunks.ts';
import { openPackedCalls } from '../../src/columnar/store/open-packed-calls.ts';
import { inTransaction } from '../../src/postgres/statement.ts';
import { databaseClock as clock, instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertAccount, insertCalls } from '../support/factories.ts';
import { expectPackedAreCalls } from '../support/packed-are-calls.ts';
import { steppedPool } from '../support/stepped-pool.ts';

const added: readonly ColumnName[] = ['keyPress', 'hangupCause', 'endedBy', 'errorCode'];
const others = columnNames.filter((name) => !added.includes(name));
/** What a service knows that was made before some columns came. */
const older: ColumnVersions = Object.fromEntries(others.map((name) => [name, 1]));
/** What a service will know for which a column means something else, and that has one more. */
const newer: ColumnVersions = { ...currentVersions, talkSeconds: 2, mood: 1 };

let app: TestApp;
let account: Account;
let made = 0;
const pool = () => app.database.db.$client;
const dayMs = 86_400_000;
const firstDay = Date.parse('2026-01-01T00:00:00Z');

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.database.db.execute(sql`truncate calls, ended_calls, call_chunks, call_chunk_marks`);
  account = await insertAccount(app.database.db, { name: `Versions ${++made}`, timeZone: 'UTC', region: 'IN' });
});

const words = ['1', '2#', 'none', 'null', '', 'é 😀', null] as const;

function callOf(n: number) {
  const word = (by: number) => words[Math.floor(n / by) % words.length] ?? null;
  return aCall({
    accountId: account.id,
    startedAt: instantOf(firstDay + (n % 200) * 5 * dayMs + n * 1000),
    talkSeconds: n,
    keyPress: word(1),
    errorCode: word(7),
    endedBy: n % 3 === 0 ? null : n % 3 === 1 ? 'AGENT' : 'CUSTOMER',
    hangupCause: n % 4 === 0 ? null : n % 50,
  });
}

let inserted = 0;
async function insert(count: number): Promise<void> {
  const rows = Array.from({ length: count }, () => callOf(inserted++));
  await write((updatedAt) =>
    insertCalls(
      app.database.db,
      rows.map((row) => ({ ...row, updatedAt })),
    ),
  );
}

async function write(change: (now: string) => Promise<unknown>): Promise<void> {
  await inTransaction(pool(), async (on) => change(await lockForWriting(on, account.id, clock)));
}

/** Some calls are told otherwise, one of them begins on another day. */
const change = (n: number) =>
  write((now) =>
    app.database.db.execute(sql`update calls set updated_at = ${now}, talk_seconds = talk_seconds + 1,
      key_press = ${words[n % words.length] ?? null}, hangup_cause = ${n % 9},
      started_at = started_at + case when talk_seconds % 2 = 0 then interval '3 days' else interval '0' end
      where id in (select id from calls order by id offset ${n % 40} limit 3)`),
  );
const expire = (days: number) => deleteOldCalls(pool(), { before: instantOf(firstDay + days * dayMs), clock });

/** Of the figures of these columns none are wrong; whether they come from memory. */
const areInMemory = (memory: PackedMemory, columns: readonly ColumnName[]) =>
  expectPackedAreCalls(pool(), memory, [account.id], columns);

async function chunkIds(): Promise<number[]> {
  const { rows } = await pool().query<{ id: string }>('select id from call_chunks order by from_at');
  return rows.map(({ id }) => Number(id));
}

test('what services wrote that know of no versions has the first ones', async () => {
  await insert(5);
  await rebuildChunks(pool(), { accountId: account.id, clock, versions: older });
  const versions = async () => (await pool().query('select distinct versions from call_chunks')).rows;
  const told = await versions();
  expect(told).toEqual([{ versions: older }]);
  await pool().query('update call_chunks set versions = default');
  expect(await versions()).toEqual(told);
});

test('columns are added under load: other questions stay in memory, the latest days are there first, all figures are right', async () => {
  await insert(3000);
  await rebuildChunks(pool(), { accountId: account.id, clock, versions: older });
  expect((await chunkIds()).length).toBeGreaterThan(12);
  const memory = new PackedMemory(10_000_000);
  expect(await areInMemory(memory, added)).toBe(false);

  let isDone = false;
  const writing = (async () => {
    for (let n = 0; !isDone; n++) {
      await insert(5);
      await change(n);
      if (n % 4 === 0) await expire(n / 4);
    }
  })();
  const since = async (day: number) => {
    const from = instantOf(firstDay + day * dayMs);
    const asked = { accountIds: [account.id], from, to: null, columns: added };
    return (await openPackedCalls(app.database.db, memory, asked)) !== null;
  };
  const firstInMemory: number[] = [];
  let pass = 0;
  for (; !(await areInMemory(memory, columnNames)) && pass < 100; pass++) {
    await packAccounts(pool(), { clock });
    expect(await areInMemory(memory, others)).toBe(true);
    for (const name of added) await areInMemory(memory, [name]);
    for (const day of [990, 500]) {
      const isNew = !firstInMemory.includes(day);
      if (isNew && (await since(day))) firstInMemory.push(day);
    }
  }
  isDone = true;
  await writing;
  expect(pass).toBeLessThan(100);
  expect(firstInMemory).toEqual([990, 500]);
  await packAccounts(pool(), { clock });
  expect(await areInMemory(memory, columnNames)).toBe(true);
  expect(await verifyChunks(pool(), { accountId: account.id })).toMatchObject({ differing: 0, outdated: 0 });
  const { rows } = await pool().query('select distinct versions from call_chunks');
  expect(rows).toEqual([{ versions: currentVersions }]);
}, 120_000);

test('outdated chunks are made anew some at a time, those of the latest calls first', async () => {
  await insert(1000);
  await rebuildChunks(pool(), { accountId: account.id, clock, versions: older });
  const current = async () => {
    const { rows } = await pool().query('select versions from call_chunks order by from_at');
    return rows.map(({ versions }) => Object.keys(versions).length === columnNames.length);
  };
  const before = (await current()).length;
  await packAccounts(pool(), { clock });
  const after = await current();
  expect(after).toHaveLength(before);
  const made = after.filter((isCurrent) => isCurrent).length;
  expect(made).toBeGreaterThan(1);
  expect(made).toBeLessThan(before);
  expect(after.slice(-made)).not.toContain(false);
});

test('what newer code has packed, older does not rebuild; it answers what it understands of it, and the rest from the calls', async () => {
  await insert(300);
  await rebuildChunks(pool(), { accountId: account.id, clock, versions: newer });
  const memory = new PackedMemory(1_000_000);
  const ids = await chunkIds();
  await insert(20);
  await change(1);
  await expire(2);
  expect(await packChanges(pool(), { accountId: account.id, clock })).toBeNull();
  expect(await packAccounts(pool(), { clock })).toBe(0);
  expect(await rebuildChunks(pool(), { accountId: account.id, clock })).toBe('newer');
  expect(await chunkIds()).toEqual(ids);
  expect(await areInMemory(memory, ['waitSeconds', ...added])).toBe(true);
  expect(await areInMemory(memory, ['talkSeconds'])).toBe(false);
  const { differing, outdated } = await verifyChunks(pool(), { accountId: account.id });
  expect({ differing, outdated }).toEqual({ differing: 0, outdated: ids.length });
});

test('nothing of a rebuild is an outage: at each of its steps every question is answered from memory, and rightly', async () => {
  await insert(60);
  await rebuildChunks(pool(), { accountId: account.id, clock });
  await change(3);
  const before = await chunkIds();
  const memory = new PackedMemory(1_000_000);
  let steps = 0;
  const stepped = steppedPool(app.database.url, async () => {
    steps += 1;
    expect(await areInMemory(memory, columnNames)).toBe(true);
  });
  await rebuildChunks(stepped, { accountId: account.id, clock });
  await stepped.end();
  expect(steps).toBeGreaterThan(20);
  expect((await chunkIds()).filter((id) => before.includes(id))).toEqual([]);
  expect(await areInMemory(memory, columnNames)).toBe(true);
}, 120_000);

test('a rebuild that is broken off leaves the rest as it was', async () => {
  await insert(400);
  await rebuildChunks(pool(), { accountId: account.id, clock });
  const stopping = new AbortController();
  const onProgress = (packed: number) => packed > 100 && stopping.abort();
  await rebuildChunks(pool(), { accountId: account.id, clock, signal: stopping.signal, onProgress });
  expect(await areInMemory(new PackedMemory(0), columnNames)).toBe(true);
  expect(await verifyChunks(pool(), { accountId: account.id })).toMatchObject({ packed: 400, differing: 0 });
});

const services = { older, current: currentVersions, newer };
type Service = keyof typeof services;
type Step = { do: 'insert' | 'change' | 'expire'; n: number } | { do: 'pack' | 'rebuild'; by: Service };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom<'insert' | 'change'>('insert', 'change'), n: fc.nat(60) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant<'expire'>('expire'), n: fc.nat(20) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom<'pack' | 'rebuild'>('pack', 'pack', 'rebuild'),
        by: fc.constantFrom<Service>('older', 'current', 'newer'),
      }),
    },
  ),
  { minLength: 8, maxLength: 20 },
);

test('services of three versions on one database: whoever writes and packs, the figures of each are right, and none undoes what a newer has packed', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (todo) => {
      await app.database.db.execute(sql`truncate calls, ended_calls, call_chunks, call_chunk_marks`);
      await insert(40);
      await rebuildChunks(pool(), { accountId: account.id, clock, versions: older });
      const order: readonly Service[] = ['older', 'current', 'newer'];
      const memories = order.map((by) => ({ by, memory: new PackedMemory(100_000, services[by]) }));
      let newest = 0;
      for (const step of todo) {
        if (step.do === 'insert') await insert(1 + (step.n % 7));
        if (step.do === 'change') await change(step.n);
        if (step.do === 'expire') await expire(step.n);
        if (step.do === 'pack' || step.do === 'rebuild') {
          const rank = order.indexOf(step.by);
          const ids = await chunkIds();
          const pack = step.do === 'pack' ? packChanges : rebuildChunks;
          await pack(pool(), { accountId: account.id, clock, versions: services[step.by] });
          if (rank < newest) expect(await chunkIds()).toEqual(ids);
          newest = Math.max(newest, rank);
        }
        for (const { by, memory } of memories) {
          const asked: readonly ColumnName[] = by === 'older' ? ['talkSeconds'] : ['talkSeconds', 'keyPress'];
          // Nobody has changed what these are: all services have them in memory, however old or new.
          expect(await areInMemory(memory, ['waitSeconds', 'coins', 'endedAt'])).toBe(true);
          for (const name of asked) await areInMemory(memory, [name]);
        }
      }
      for (let pass = 0; pass < 20; pass++) {
        await packChanges(pool(), { accountId: account.id, clock, versions: newer });
      }
      const ofNewer = memories[2]?.memory as PackedMemory;
      expect(await areInMemory(ofNewer, columnNames)).toBe(true);
      expect(await verifyChunks(pool(), { accountId: account.id, versions: newer })).toMatchObject({
        differing: 0,
        outdated: 0,
      });
    }),
    { numRuns: 12 },
  );
}, 300_000);

test('a call that has changed is in the right chunk, also where that chunk was outdated', async () => {
  await insert(50);
  await rebuildChunks(pool(), { accountId: account.id, clock, versions: older });
  await change(0);
  await change(7);
  await packChanges(pool(), { accountId: account.id, clock });
  expect(await areInMemory(new PackedMemory(0), others)).toBe(true);
  expect(await verifyChunks(pool(), { accountId: account.id })).toMatchObject({ packed: 50, differing: 0 });
  const [count] = await app.database.db.select({ n: sql<number>`count(*)::int` }).from(calls);
  expect(count?.n).toBe(50);
});
