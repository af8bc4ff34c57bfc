import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accounts } from '../../src/accounts/account.table.ts';
import { ensureDefaultAccount } from '../../src/accounts/accounts.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test('a test database has all tables and no rows', async () => {
  expect(await database.db.select().from(accounts)).toEqual([]);
});

test('two test databases share nothing', async () => {
  const other = await createTestDatabase();
  await ensureDefaultAccount(other.db, { timeZone: 'Asia/Kolkata', region: 'IN' });
  expect(await database.db.$count(accounts)).toBe(0);
  await other.close();
});

test('lower() knows letters outside ASCII', async () => {
  const { rows } = await database.db.execute(sql`select lower('ÀŞЖ') as lower`);
  expect(rows).toEqual([{ lower: 'àşж' }]);
});
