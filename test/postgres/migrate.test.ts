import { readFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { readSealKeys } from '../../src/access/keys/read-seal-keys.ts';
import { lockForWriting } from '../../src/calls/write/lock-for-writing.ts';
import { PackedMemory } from '../../src/columnar/cache/packed-memory.ts';
import { packAccounts } from '../../src/columnar/packing/pack-accounts.ts';
import { rebuildChunks } from '../../src/columnar/packing/rebuild-chunks.ts';
import { verifyChunks } from '../../src/columnar/packing/verify-chunks.ts';
import { openPackedCalls } from '../../src/columnar/store/open-packed-calls.ts';
import { type OpenDatabase, openDatabase } from '../../src/postgres/client.ts';
import { checkServer } from '../../src/postgres/start/check-server.ts';
import { migrateDatabase, pendingMigrations } from '../../src/postgres/start/migrate.ts';
import { inTransaction } from '../../src/postgres/statement.ts';
import { nodeTypes } from '../../src/query/global-id.ts';
import { makeSeals } from '../../src/query/seals.ts';
import { databaseClock } from '../../src/time/instant.ts';
import { createEmptyDatabase, createTestDatabase } from '../support/database.ts';
import { aCall, insertAccount, insertCalls } from '../support/factories.ts';
import { expectPackedAreCalls } from '../support/packed-are-calls.ts';

const quiet = { info: () => {}, warn: () => {} };
const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

test('an empty database has every migration pending', async () => {
  const { db } = await openEmpty();
  expect(await pendingMigrations(db)).toContain('0000_first_calls');
});

test('several instances at once apply each migration once', async () => {
  const { db, url } = await openEmpty();
  await Promise.all(Array.from({ length: 5 }, () => migrateDatabase(url, quiet)));
  expect(await pendingMigrations(db)).toEqual([]);
  const { rows } = await db.execute(
    sql`select count(*)::int as applied, count(distinct hash)::int as different from drizzle.__drizzle_migrations`,
  );
  expect(rows[0]?.applied).toBe(rows[0]?.different);
});

test('a migrated database is left as it is', async () => {
  const database = await openTestDatabase();
  const before = await database.db.execute(sql`select * from drizzle.__drizzle_migrations`);
  await migrateDatabase(database.url, quiet);
  expect((await database.db.execute(sql`select * from drizzle.__drizzle_migrations`)).rows).toEqual(before.rows);
});

test('a database that a newer version migrated is refused, and stays ready for instances that run', async () => {
  const { db, url } = await openTestDatabase();
  await db.execute(sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 99999999999999)`);
  await expect(migrateDatabase(url, quiet)).rejects.toThrow(/used by a newer version of this service/);
  expect(await pendingMigrations(db)).toEqual([]);
});

test('a migration that was passed over is named, not ignored', async () => {
  const { db, url } = await openTestDatabase();
  await db.execute(
    sql`delete from drizzle.__drizzle_migrations where created_at = (select min(created_at) from drizzle.__drizzle_migrations)`,
  );
  const left = await db.execute(sql`select from drizzle.__drizzle_migrations`);
  // With a single migration there is none to be passed over: then it is pending, and its tables are in the way.
  const problem =
    left.rows.length > 0 ? /0000_first_calls is older than one/ : /could not be applied to the database: .*exists/;
  await expect(migrateDatabase(url, quiet)).rejects.toThrow(problem);
  expect(await pendingMigrations(db)).not.toEqual([]);
});

test('when deliveries came last is read from an inbox that was kept before', async () => {
  const { db } = await openTestDatabase();
  await db.execute(sql`drop table webhook_arrivals`);
  await db.execute(sql`insert into webhook_events (account_id, received_at, kind, form, state, body, content_hash) values
    (1, '2026-01-01Z', 'CALL_REPORT', 'JSON', 'RECORDED', '', ''), (1, '2026-01-02Z', 'LIVE_CALL', 'FORM', 'RECORDED', '', ''),
    (1, '2026-01-03Z', 'CALL_REPORT', 'IMPORT', 'RECORDED', '', ''), (2, '2026-01-04Z', 'OTHER', 'JSON', 'IGNORED', '', '')`);
  const statements = await readFile('migrations/0007_webhook_arrivals.sql', 'utf8');
  for (const statement of statements.split('--> statement-breakpoint')) await db.execute(sql.raw(statement));
  const { rows } = await db.execute(
    sql`select account_id, last_event_at, last_report_at from webhook_arrivals order by 1`,
  );
  expect(rows).toEqual([
    { account_id: 1, last_event_at: '2026-01-02 00:00:00+00', last_report_at: '2026-01-01 00:00:00+00' },
    { account_id: 2, last_event_at: '2026-01-04 00:00:00+00', last_report_at: null },
  ]);
});

test('ids that were given out before they were enciphered are of the rows that there were', async () => {
  const { db } = await openTestDatabase();
  const { id: accountId } = await insertAccount(db, { name: 'before' });
  const made = await insertCalls(db, [aCall({ accountId }), aCall({ accountId })]);
  const lastId = made.at(-1)?.id ?? 0;
  await db.execute(sql`drop table former_ids`);
  const statements = await readFile('migrations/0020_former_ids.sql', 'utf8');
  for (const statement of statements.split('--> statement-breakpoint')) await db.execute(sql.raw(statement));
  const { ids } = makeSeals(await readSealKeys(db));
  const former = (type: string, id: number) => Buffer.from(`${type}:${id}`).toString('base64url');
  for (const { id } of made) expect(ids.read(former('Call', id))).toEqual({ type: 'Call', id });
  expect(ids.read(former('Call', lastId + 1))).toBeNull();
  expect(ids.rowIdOf('Account', former('Account', accountId))).toBe(accountId);
  expect(ids.read(former('Account', accountId + 1))).toBeNull();
  for (const type of nodeTypes) if (type !== 'Call' && type !== 'Account') expect(ids.read(former(type, 1))).toBeNull();
});

test('calls that were packed before stay right: also where some were deleted of which nothing tells, and what writers must exceed', async () => {
  const { db, pool } = await openTestDatabase();
  const accountIds: number[] = [];
  for (const name of ['whole', 'stale']) {
    const { id } = await insertAccount(db, { name });
    accountIds.push(id);
    await insertCalls(
      db,
      [1, 2, 3].map(() => aCall({ accountId: id })),
    );
    await rebuildChunks(pool, { accountId: id, clock: databaseClock });
  }
  const [whole, stale] = accountIds as [number, number];
  // As the version before kept it, with a moment agreed on, and a call deleted without a word.
  await db.execute(sql`alter table write_marks drop column closed_through, drop column followed_through`);
  await db.execute(sql`drop index ended_calls_of_account`);
  await db.execute(sql`alter table call_chunk_marks add column barrier_at timestamp(3) with time zone`);
  await db.execute(sql`update call_chunk_marks set barrier_at = packed_through + interval '1 day'`);
  await db.execute(sql`alter table call_chunks add column is_stale boolean not null default false`);
  await db.execute(sql`create index call_chunks_stale on call_chunks (account_id) where is_stale`);
  await db.execute(sql`delete from calls where id = (select min(id) from calls where account_id = ${stale})`);
  await db.execute(sql`update call_chunks set is_stale = true where account_id = ${stale}`);
  const statements = await readFile('migrations/0014_writers_without_copy.sql', 'utf8');
  for (const statement of statements.split('--> statement-breakpoint')) await db.execute(sql.raw(statement));

  const memory = new PackedMemory(1_000_000);
  const { rows } = await db.execute<{ at: string }>(
    sql`select packed_through + interval '1 day 1 millisecond' as at from call_chunk_marks where account_id = ${whole}`,
  );
  const now = await inTransaction(pool, (on) => lockForWriting(on, whole, databaseClock));
  expect(Date.parse(now)).toBe(Date.parse(rows[0]?.at ?? ''));
  const counted = async () => {
    const packed = await openPackedCalls(db, memory, { accountIds: [stale], from: null, to: null, columns: ['id'] });
    return packed?.chunks.reduce((sum, { count }) => sum + count, 0) ?? null;
  };
  expect(await counted()).toBeNull();
  expect(await verifyChunks(pool, { accountId: whole })).toMatchObject({ packed: 3, differing: 0 });
  await packAccounts(pool, { clock: databaseClock });
  expect(await counted()).toBe(2);
  expect(await expectPackedAreCalls(pool, memory, accountIds)).toBe(true);
});

test('a failing migration is told in one line without its SQL', async () => {
  const { db, url } = await openEmpty();
  await db.execute(sql`create table public.calls (id int)`);
  const refusal = await migrateDatabase(url, quiet).catch((error: Error) => error.message);
  expect(refusal).toMatch(/^The migrations could not be applied to the database: .*"calls" already exists\.$/);
  expect(await pendingMigrations(db)).toContain('0000_first_calls');
});

test('a database in another encoding is refused', async () => {
  const { url } = await openEmpty("encoding 'SQL_ASCII' locale_provider libc lc_collate 'C' lc_ctype 'C'");
  await expect(migrateDatabase(url, quiet)).rejects.toThrow("the database's encoding is SQL_ASCII. Allowed: UTF8.");
});

test('of a database whose locale knows ASCII alone a warning tells', async () => {
  const warnings: unknown[] = [];
  const log = { info: () => {}, warn: (...told: unknown[]) => warnings.push(...told) };
  const { url: plain } = await openEmpty("locale_provider libc lc_collate 'C' lc_ctype 'C'");
  await migrateDatabase(plain, log);
  expect(warnings).toEqual([expect.stringMatching(/^DATABASE_URL: the locale .* lc_ctype C\.UTF-8 or the like$/)]);
  warnings.length = 0;
  const { url } = await openEmpty();
  await migrateDatabase(url, log);
  expect(warnings).toEqual([]);
});

test.each([
  [140_009, '14.9'],
  [90_624, '9.6.24'],
])('a server older than 15 is refused (%i)', async (number, version) => {
  const old = { query: async () => ({ rows: [{ number, version, encoding: 'UTF8' }] }) } as unknown as ClientBase;
  await expect(checkServer(old, quiet)).rejects.toThrow(
    `the server is PostgreSQL ${version}. Allowed: PostgreSQL 15 to 18.`,
  );
});

async function openEmpty(options?: string): Promise<OpenDatabase & { url: string }> {
  const { url, drop } = await createEmptyDatabase(options);
  cleanUp.push(drop);
  const opened = openDatabase({ url, name: 'tests' });
  cleanUp.push(opened.close);
  return { ...opened, url };
}

async function openTestDatabase() {
  const database = await createTestDatabase();
  cleanUp.push(database.close);
  return database;
}
