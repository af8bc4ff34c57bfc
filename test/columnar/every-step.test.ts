import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { deleteOldCalls } from '../../src/calls/write/delete-old-calls.ts';
import { lockForWriting } from '../../src/calls/write/lock-for-writing.ts';
import { PackedMemory } from '../../src/columnar/cache/packed-memory.ts';
import { packChanges } from '../../src/columnar/packing/pack-changes.ts';
import { rebuildChunks } from '../../src/columnar/packing/rebuild-chunks.ts';
import { verifyChunks } from '../../src/columnar/packing/verify-chunks.ts';
import { openPackedCalls } from '../../src/columnar/store/open-packed-calls.ts';
import { importRows } from '../../src/imports/import-rows.ts';
import { inTransaction } from '../../src/postgres/statement.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { databaseClock, instantOf } from '../../src/time/instant.ts';
import { appDefaults, startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls } from '../support/factories.ts';
import { expectPackedAreCalls } from '../support/packed-are-calls.ts';
import { steppedPool } from '../support/stepped-pool.ts';

let app: TestApp;
let memory = new PackedMemory(1_000_000);
const pools: pg.Pool[] = [];

beforeAll(async () => {
  appDefaults.openPackedCalls = (db, question) => openPackedCalls(db, memory, question);
  app = await startApp();
});
afterAll(async () => {
  appDefaults.openPackedCalls = null;
  await app.close();
});
beforeEach(reset);
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.end();
});

async function reset(): Promise<void> {
  memory = new PackedMemory(1_000_000);
  await app.database.db.execute(
    sql`truncate calls, webhook_events, ended_calls, agents, customers, virtual_numbers, call_chunks, call_chunk_marks`,
  );
}

const pool = () => app.database.pool;
const dayOf = (n: number) => Date.parse('2026-01-01T10:00:00Z') + n * 86_400_000;

/** An outgoing call that the list and the webhook name differently; the report tells that it is one. */
function tellings(n: number) {
  const day = new Date(dayOf(200 + n)).toISOString().slice(0, 10);
  const customer = `98${String(n).padStart(8, '0')}`;
  const numbers = { Direction: 'WEBOBD', SourceNumber: '9281234567', DialWhomNumber: customer };
  const number = '08062861230';
  const [start, end] = [`${day} 10:00:00`, `${day} 10:01:00`];
  return {
    row: {
      sid_id: `9${n}`,
      deskphone: number,
      member_num: '9281234567',
      caller_num: customer,
      startdatetime: start,
      enddatetime: end,
      talk_duration: '40',
      callresult: 'ANSWER',
      Flow_type: 'WEBOBD',
    },
    live: { ...numbers, DestinationNumber: number, type: 'live_call', CallSid: `5${n}`, Status: 'Picked' },
    report: {
      ...numbers,
      DestinationNumber: number,
      type: 'call_report',
      CallSid: `5${n}`,
      Status: 'ANSWER',
      StartTime: start,
      EndTime: end,
      TalkDuration: '41',
    },
  };
}

async function write(change: (now: string) => Promise<unknown>): Promise<void> {
  await inTransaction(pool(), async (on) => change(await lockForWriting(on, app.account.id, databaseClock)));
}

/** Old calls, calls that can be merged, and calls that change: enough of each for so many writes; the first are packed. */
async function makeCalls(count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, n) => JSON.stringify(tellings(n).row));
  for (let n = 0; n < count; n++) expect(await app.send(tellings(n).live)).toBe(200);
  const read = rows.map((row, i) => ({ where: `row ${i + 1}`, body: Buffer.from(row) }));
  const batches = (async function* () {
    yield read;
  })();
  await importRows(pool(), { providers, account: app.account, rows: batches, form: 'BACKFILL' });
  const other = (start: number) =>
    Array.from({ length: count }, (_, n) =>
      aCall({ accountId: app.account.id, startedAt: instantOf(dayOf(start + n)), talkSeconds: n }),
    );
  await write((now) =>
    insertCalls(
      app.database.db,
      [...other(0), ...other(100)].map((row) => ({ ...row, updatedAt: now })),
    ),
  );
}

const changeCall = (n: number) =>
  write((now) =>
    app.database.db.execute(sql`update calls set talk_seconds = talk_seconds + 100, updated_at = ${now},
      started_at = started_at + interval '3 days'
      where started_at = ${instantOf(dayOf(100 + n))} and talk_seconds < 100`),
  );
const addCall = () =>
  write((now) =>
    insertCalls(app.database.db, [
      aCall({ accountId: app.account.id, startedAt: instantOf(dayOf(130)), updatedAt: now }),
    ]),
  );
const merge = async (n: number) => expect(await app.send(tellings(n).report)).toBe(200);
const retain = async (n: number) => {
  expect(await deleteOldCalls(pool(), { before: instantOf(dayOf(n) + 1) })).toBe(1);
};

/** Everything that a writer may do, once; the calls that it takes are those of a number. */
async function writeAll(n: number): Promise<void> {
  await retain(n);
  await merge(n);
  await changeCall(n);
  await addCall();
}

const range = 'range: { between: { from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z" } }';
const figures = '{ totals { callCount answeredCount uniqueCustomerCount talkTime { count sum max } } }';

/** Packed calls are the calls; and figures are those that SQL counts, in one snapshot. */
async function expectRight(): Promise<void> {
  await expectPackedAreCalls(pool(), memory, [app.account.id]);
  // No call has this word: the filter keeps all, but what it asks for is not packed.
  const { packed, plain } = await app.query(`{ packed: callMetrics(${range}) ${figures}
    plain: callMetrics(${range}, filter: { providerStatus: { ne: "never" } }) ${figures} }`);
  expect(packed).toEqual(plain);
}

const isLockFree = async () => {
  const { rows } = await pool().query(
    `select pg_try_advisory_xact_lock(hashtext('call-analytics account'), $1) as free`,
    [app.account.id],
  );
  return rows[0].free as boolean;
};

type Packer = (on: pg.Pool) => Promise<unknown>;
const packers: [string, Packer][] = [
  ['a packing', (on) => packChanges(on, { accountId: app.account.id, clock: databaseClock })],
  ['a rebuild', (on) => rebuildChunks(on, { accountId: app.account.id, clock: databaseClock })],
];

/** Runs a packer with something else between its statements; those that hold the lock of writers are not waited with. */
async function stepThrough(packer: Packer, between: (step: number) => Promise<void>): Promise<number> {
  let step = 0;
  let waiting: Promise<void> = Promise.resolve();
  const stepped = steppedPool(app.database.url, async () => {
    const own = step++;
    if (await isLockFree()) {
      await waiting;
      await between(own);
    } else {
      waiting = waiting.then(() => between(own));
      waiting.catch(() => {}); // waited for once the lock is free
    }
  });
  pools.push(stepped);
  await packer(stepped);
  await waiting;
  return step;
}

/** Packed calls, and changes of each kind that are not packed yet. */
async function begin(count: number): Promise<void> {
  await reset();
  await makeCalls(count);
  await rebuildChunks(pool(), { accountId: app.account.id, clock: databaseClock });
  await writeAll(0);
}

async function expectPackedInTheEnd(): Promise<void> {
  await expectRight();
  await packChanges(pool(), { accountId: app.account.id, clock: databaseClock });
  expect(await expectPackedAreCalls(pool(), memory, [app.account.id])).toBe(true);
  await expectRight();
  const { rows } = await pool().query('select count(*)::int as n from calls');
  const verified = await verifyChunks(pool(), { accountId: app.account.id });
  expect(verified).toMatchObject({ packed: rows[0].n, differing: 0 });
}

test.each(packers)(
  'whatever is written at any one step of %s, no call is doubled or comes back',
  async (_what, packer) => {
    await begin(1);
    const steps = await stepThrough(packer, expectRight);
    await expectPackedInTheEnd();
    expect(steps).toBeGreaterThan(10);
    for (let at = 0; at < steps; at++) {
      await begin(2);
      await stepThrough(packer, async (step) => {
        if (step === at) await writeAll(1);
        if (step === at || step === at + 1) await expectRight();
      });
      await expectPackedInTheEnd();
    }
  },
  600_000,
);

test.each(packers)(
  'with calls merged, deleted, changed and added at every step of %s, figures are right at each',
  async (_what, packer) => {
    const count = 60;
    await begin(count);
    await stepThrough(packer, async (step) => {
      if (step + 1 < count) await writeAll(step + 1);
      await expectRight();
    });
    await expectPackedInTheEnd();
  },
  600_000,
);
