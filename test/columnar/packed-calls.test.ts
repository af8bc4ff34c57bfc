import { setImmediate as soon } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import { calls, type NewCall } from '../../src/calls/call.table.ts';
import { ageLiveCalls } from '../../src/calls/write/age-live-calls.ts';
import { deleteOldCalls } from '../../src/calls/write/delete-old-calls.ts';
import { lockForWriting } from '../../src/calls/write/lock-for-writing.ts';
import { PackedMemory } from '../../src/columnar/cache/packed-memory.ts';
import { columnNames } from '../../src/columnar/columns.ts';
import { packChanges } from '../../src/columnar/packing/pack-changes.ts';
import { rebuildChunks } from '../../src/columnar/packing/rebuild-chunks.ts';
import { callChunkMarks, callChunks } from '../../src/columnar/store/call-chunk.table.ts';
import { openPackedCalls } from '../../src/columnar/store/open-packed-calls.ts';
import { inTransaction } from '../../src/postgres/statement.ts';
import { instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertAccount, insertCalls } from '../support/factories.ts';
import { expectPackedAreCalls } from '../support/packed-are-calls.ts';
import { type CallSpec, callSpecs, clockChange, toRow } from '../support/recount/random-calls.ts';
import { makeWorld, serviceSettings, type World } from '../support/recount/world.ts';

let app: TestApp;
let world: World;
let memory: PackedMemory;

beforeAll(async () => {
  app = await startApp(serviceSettings);
  world = await makeWorld(app);
});
beforeEach(async () => {
  memory = new PackedMemory(1_000_000);
  await app.database.db.execute(sql`truncate ${calls}, ${callChunks}, ${callChunkMarks}`);
});
afterAll(() => app.close());

const everything = () => ({
  accountIds: world.accounts.map(({ id }) => id),
  from: null,
  to: null,
  columns: columnNames,
});

/** Reads packed calls and calls in one snapshot, and expects the same of both. */
async function expectExact(): Promise<void> {
  const accountIds = world.accounts.map(({ id }) => id);
  expect(await expectPackedAreCalls(pool(), memory, accountIds)).toBe(true);
}

let clockMs = Date.parse('2030-01-01T00:00:00Z');
/** A clock that stands still, and now and then steps back. */
const clock = () => instantOf(clockMs);
const pool = () => app.database.db.$client;
const packAll = async () => {
  // Few at once: what is left over is packed the next time.
  for (const { id } of world.accounts) await packChanges(pool(), { accountId: id, clock, atMost: 4 });
};

/** Writes calls as every writer does: under the account's lock, at the moment that it tells. */
async function write(account: Account, change: (now: string) => Promise<unknown>): Promise<void> {
  await inTransaction(pool(), async (on) => change(await lockForWriting(on, account.id, clock)));
}

type Step =
  | { do: 'insert'; specs: CallSpec[] }
  | { do: 'change'; place: number; spec: CallSpec }
  | { do: 'delete'; before: number }
  | { do: 'clock'; by: number }
  | { do: 'pack' | 'age' | 'rebuild' };

const steps = clockChange.chain((change) => {
  const insert = callSpecs(change, 12).map((specs): Step => ({ do: 'insert', specs }));
  const changes = fc.record({
    do: fc.constant('change' as const),
    place: fc.nat(50),
    spec: callSpecs(change, 1).filter(([spec]) => spec !== undefined),
  });
  return fc.array(
    fc.oneof(
      { weight: 4, arbitrary: insert },
      { weight: 6, arbitrary: changes.map((one): Step => ({ ...one, spec: one.spec[0] as CallSpec })) },
      { weight: 5, arbitrary: fc.constant<Step>({ do: 'pack' }) },
      { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'age' }, { do: 'rebuild' }) },
      {
        weight: 1,
        arbitrary: fc
          .integer({ min: -900, max: 900 })
          .map((days): Step => ({ do: 'delete', before: change + days * 86_400_000 })),
      },
      { weight: 2, arbitrary: fc.integer({ min: -60_000, max: 90_000 }).map((by): Step => ({ do: 'clock', by })) },
    ),
    { minLength: 10, maxLength: 30 },
  );
});

test('whatever is written, moved, aged, deleted and packed, with a clock that steps back: packed calls are the calls', async () => {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (todo) => {
      await app.database.db.execute(sql`truncate ${calls}, ${callChunks}, ${callChunkMarks}`);
      // Marks that were thrown away may come again, as they never do otherwise.
      memory = new PackedMemory(1_000_000);
      for (const { id } of world.accounts) await rebuildChunks(pool(), { accountId: id, clock });
      for (const step of todo) {
        if (step.do === 'insert') {
          for (const account of world.accounts) {
            const rows = step.specs
              .map((spec) => ({ ...toRow(spec, ++made, world), callSid: `made-${made}` }))
              .filter((row) => row.accountId === account.id);
            await write(account, (now) =>
              insertCalls(
                app.database.db,
                rows.map((row) => ({ ...row, updatedAt: now })),
              ),
            );
          }
        } else if (step.do === 'change') {
          const all = await app.database.db.select().from(calls).orderBy(calls.id);
          const call = all[step.place % Math.max(all.length, 1)];
          const account = world.accounts.find(({ id }) => id === call?.accountId);
          if (!call || !account) continue;
          const { accountId: _a, callSid: _s, createdAt: _c, ...row } = toRow(step.spec, 1, world);
          await write(account, (now) =>
            app.database.db
              .update(calls)
              .set({ ...row, updatedAt: now })
              .where(sql`id = ${call.id}`),
          );
        } else if (step.do === 'delete') await deleteOldCalls(pool(), { before: instantOf(step.before) });
        else if (step.do === 'age') await ageLiveCalls(pool(), { silentSince: clock(), clock });
        else if (step.do === 'pack') await packAll();
        else if (step.do === 'clock') clockMs += step.by;
        else for (const { id } of world.accounts) await rebuildChunks(pool(), { accountId: id, clock });
        await expectExact();
      }
    }),
    { numRuns: 10 },
  );
}, 120_000);

test('beside writers and a packer that never rest, every snapshot is exact', async () => {
  for (const { id } of world.accounts) await rebuildChunks(pool(), { accountId: id, clock });
  const [specs] = fc.sample(
    clockChange.chain((change) => callSpecs(change, 40)),
    { numRuns: 1, seed: 5 },
  ) as [CallSpec[]];
  let running = true;
  const rows = (from: number): NewCall[] =>
    specs.map((spec, i) => ({ ...toRow(spec, i, world), callSid: `${from}-${i}` }));
  const writer = (async () => {
    for (let n = 0; running; n++) {
      for (const account of world.accounts) {
        const own = rows(n).filter(({ accountId }) => accountId === account.id);
        await inTransaction(pool(), async (on) => {
          const now = await lockForWriting(on, account.id, () => instantOf(Date.now()));
          const db = drizzle({ client: on as never });
          for (const row of own.slice(0, 5)) await db.insert(calls).values({ ...row, updatedAt: now });
          await db
            .update(calls)
            .set({ status: 'COMPLETED', talkSeconds: n, updatedAt: now, startedAt: instantOf(clockMs + n) })
            .where(sql`account_id = ${account.id} and id % 7 = ${n % 7}`);
        });
      }
      await soon();
    }
  })();
  const packer = (async () => {
    while (running) {
      for (const { id } of world.accounts) {
        await packChanges(pool(), { accountId: id, clock: () => instantOf(Date.now()) });
      }
      await soon();
    }
  })();
  try {
    for (let i = 0; i < 120; i++) await expectExact();
  } finally {
    running = false;
    await Promise.all([writer, packer]);
  }
  await expectExact();
}, 60_000);

test('an account that was never packed, or of which too much has changed, is not answered', async () => {
  expect(await openPackedCalls(app.database.db, memory, everything())).toBeNull();
  const other = await insertAccount(app.database.db, { name: 'New', timeZone: 'UTC', region: 'IN' });
  for (const { id } of world.accounts) await rebuildChunks(pool(), { accountId: id, clock });
  expect(await openPackedCalls(app.database.db, memory, everything())).toEqual({ chunks: [] });
  expect(
    await openPackedCalls(app.database.db, memory, { ...everything(), accountIds: [app.account.id, other.id] }),
  ).toBeNull();
});

test('a call that moved and was deleted before it was packed again is gone, from the chunk that it stood in too', async () => {
  const [account] = world.accounts as [Account];
  const starts = ['2026-03-01T10:00:00.000Z', '2026-03-02T10:00:00.000Z'];
  const made = await insertCalls(
    app.database.db,
    starts.map((startedAt) => aCall({ accountId: account.id, startedAt })),
  );
  for (const { id } of world.accounts) await rebuildChunks(pool(), { accountId: id, clock });
  await write(account, (now) =>
    app.database.db
      .update(calls)
      .set({ startedAt: '2020-01-01T00:00:00.000Z', updatedAt: now })
      .where(sql`id = ${made[0]?.id}`),
  );
  expect(await deleteOldCalls(pool(), { before: '2021-01-01T00:00:00.000Z' })).toBe(1);
  await expectExact();
  await packAll();
  await expectExact();
});
