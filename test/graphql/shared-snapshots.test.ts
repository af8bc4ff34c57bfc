import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ensureDefaultAccount } from '../../src/accounts/accounts.ts';
import { Cancellation } from '../../src/cancellation.ts';
import { PackedMemory } from '../../src/columnar/cache/packed-memory.ts';
import { type SharedSnapshot, SharedSnapshots } from '../../src/graphql/snapshots/shared-snapshots.ts';
import { StatementCanceller } from '../../src/postgres/cancel-statement.ts';
import { type OpenDatabase, openDatabase } from '../../src/postgres/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let pools: { snapshots: OpenDatabase; queries: OpenDatabase };
let canceller: StatementCanceller;
let statements: string[] = [];
const open: SharedSnapshot[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await ensureDefaultAccount(database.db, { timeZone: 'Asia/Kolkata', region: 'IN' });
  await database.db.execute(sql`create table notes (n integer)`);
  const poolOf = (max: number) => openDatabase({ url: database.url, name: 'snapshots-test', max });
  pools = { snapshots: poolOf(2), queries: poolOf(3) };
  canceller = new StatementCanceller(database.db.$client);
});
afterEach(() => releaseAll());
afterAll(async () => {
  await pools.snapshots.close();
  await pools.queries.close();
  await database.close();
});

function snapshotsOf(onStatement = (text: string) => void statements.push(text)) {
  statements = [];
  const shared = new SharedSnapshots(
    { snapshots: pools.snapshots.pool, queries: pools.queries.pool },
    { listTimeoutMs: 1000, canceller, onStatement },
  );
  return (cancellation = new Cancellation()) => {
    const snapshot = shared.open(cancellation);
    open.push(snapshot);
    return snapshot;
  };
}

const write = () => database.db.execute(sql`insert into notes values (1)`);
const countIn = async ({ db }: SharedSnapshot) =>
  Number((await db.execute<{ count: string }>(sql`select count(*) from notes`)).rows[0]?.count);
const releaseAll = () => Promise.all(open.splice(0).map((snapshot) => snapshot.release()));

const readings = () => statements.filter((text) => text.includes('from "accounts"')).length;

test('who asks until a snapshot is taken shares it, reads the accounts once, and sees what the others see', async () => {
  const openOne = snapshotsOf();
  await write();
  const all = Array.from({ length: 5 }, openOne);
  await Promise.all(all.map((one) => one.accounts()));
  expect(readings()).toBe(1);

  const [one, two, three] = all as [SharedSnapshot, SharedSnapshot, SharedSnapshot];
  const before = await countIn(one);
  await write();
  // One has the snapshot's own connection, the others import it.
  expect(await Promise.all([countIn(two), countIn(one), countIn(three)])).toEqual([before, before, before]);
  const later = openOne();
  await later.accounts();
  expect(readings()).toBe(2);
  expect(await countIn(later)).toBe(before + 1);
});

test('none sees the database as it was before it asked, while others write and ask all the time', async () => {
  const openOne = snapshotsOf();
  let written = await countIn(openOne());
  let isOver = false;
  const writing = (async () => {
    while (!isOver) {
      await write();
      written += 1;
    }
  })();
  const ask = async () => {
    for (let i = 0; i < 20; i++) {
      const snapshot = openOne();
      const known = written;
      await snapshot.accounts();
      const seen = await countIn(snapshot);
      expect(seen).toBeGreaterThanOrEqual(known);
      expect(await countIn(snapshot)).toBe(seen);
      await snapshot.release();
    }
  };
  await Promise.all(Array.from({ length: 12 }, ask));
  isOver = true;
  await writing;
  await releaseAll();
  expect(pools.snapshots.pool.idleCount).toBe(pools.snapshots.pool.totalCount);
  expect(pools.queries.pool.idleCount).toBe(pools.queries.pool.totalCount);
});

test('a statement that fails takes no other along, and one who leaves early takes no snapshot along', async () => {
  const openOne = snapshotsOf();
  const [one, two, gone] = [openOne(), openOne(), openOne()];
  const known = gone.accounts();
  await gone.release();
  await known;
  await Promise.all([one.accounts(), two.accounts()]);
  const before = await countIn(one);
  const failing = () => expect(one.db.execute(sql`select 1 / 0`)).rejects.toMatchObject({ cause: { code: '22012' } });
  const failingList = () =>
    expect(one.lists.execute(sql`select 1 / 0`)).rejects.toMatchObject({ cause: { code: '22012' } });
  const counting = async () => expect(await countIn(one)).toBe(before);
  // All are under way at once.
  await Promise.all([counting(), failing(), counting(), failing(), failingList(), counting(), failing(), counting()]);
  await counting();
  expect(await countIn(two)).toBe(before);
  await expect(two.lists.execute(sql`select pg_sleep(5)`)).rejects.toMatchObject({ cause: { code: '57014' } });
  expect(await countIn(two)).toBe(before);
});

test('where no snapshot can be taken each who waits for it is told, and the next is tried anew', async () => {
  const away = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/nothing', name: 'snapshots-test' });
  const there = pools.snapshots.pool;
  const switched = { snapshots: away.pool, queries: pools.queries.pool };
  const shared = new SharedSnapshots(switched, { listTimeoutMs: 1000, canceller });
  const [one, two] = [shared.open(new Cancellation()), shared.open(new Cancellation())];
  const failed = await Promise.allSettled([one.accounts(), two.accounts()]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await Promise.all([one.release(), two.release()]);
  switched.snapshots = there;
  const later = shared.open(new Cancellation());
  expect(await later.accounts()).toHaveLength(1);
  await later.release();
  await away.close();
});

test('who leaves has its statement cancelled; others on the same connection and of the same snapshot have their answers', async () => {
  const open = snapshotsOf();
  const [leaving, lateLeaving] = [new Cancellation(), new Cancellation()];
  // The first has the connection on which the snapshot was taken, and on which what all need is read.
  const [lent, other, third] = [open(leaving), open(), open(lateLeaving)];
  await Promise.all([lent.accounts(), other.accounts(), third.accounts()]);
  const before = await countIn(lent);
  await write();
  const marked = (n: number) => sql.raw(`select pg_sleep(${n}), 'cancelled statement' as mark`);
  const running = () =>
    database.db.execute(sql`select pid from pg_stat_activity where query like '%cancelled statement%' and state = 'active'
      and pid <> pg_backend_pid()`);
  const slow = [lent.db.execute(marked(30)), third.lists.execute(marked(30)), lent.db.execute(marked(31))];
  const behind = other.states.of(new PackedMemory(1000), [1]);
  const failed = slow.map((one) => expect(one).rejects.toThrow());
  await expect.poll(async () => (await running()).rows.length).toBe(2);
  leaving.cancel();
  lateLeaving.cancel();
  await Promise.all(failed);
  expect(await behind).toBeDefined();
  expect(await countIn(other)).toBe(before);
  await Promise.all([lent.release(), third.release()]);
  await expect.poll(async () => (await running()).rows.length, { timeout: 5000 }).toBe(0);
  expect(await countIn(other)).toBe(before);
  await other.release();
  for (const { pool } of Object.values(pools)) {
    await expect.poll(() => pool.totalCount - pool.idleCount, { timeout: 5000 }).toBe(0);
    expect(pool.waitingCount).toBe(0);
  }
});
