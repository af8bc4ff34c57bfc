import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadTimeZoneNames } from '../../src/time/time-zone-names.ts';
import { offsetAt } from '../../src/time/zone-offsets.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { oddZones } from './wall-clock.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ max: 1 });
});
afterAll(() => database?.close());

describe('the names of time zones', () => {
  test('are those of the world, spelt as the database spells them', async () => {
    const names = await loadTimeZoneNames(database.db);
    for (const zone of [...oddZones, 'Etc/GMT+5', 'US/Eastern']) expect(names).toContain(zone);
    for (const name of ['asia/kolkata', 'ASIA/KOLKATA', 'Mars/Olympus', '+05:30', ''])
      expect(names).not.toContain(name);
    expect(names.size).toBeGreaterThan(400);
  });

  test('are no copies of other names and no settings of a machine', async () => {
    const names = [...(await loadTimeZoneNames(database.db))];
    const odd = /^posix|^right\/|^localtime$|^Factory$/;
    expect(names.filter((name) => odd.test(name))).toEqual([]);
  });

  test('work on both sides', async () => {
    const names = [...(await loadTimeZoneNames(database.db))];
    for (const name of names) expect(Math.abs(offsetAt(name, 0))).toBeLessThan(86_400_000);
    const { rows } = await database.db.execute<{ known: number }>(
      sql`select count(timestamptz 'epoch' at time zone name)::int as known from unnest(${sql.param(names)}::text[]) as name`,
    );
    expect(rows[0]?.known).toBe(names.length);
  });

  test('do not depend on the settings of the session', async () => {
    const names = await loadTimeZoneNames(database.db);
    await database.db.execute(sql`create temporary table pg_timezone_names (name text)`);
    await database.db.execute(sql`set search_path = pg_temp, pg_catalog`);
    await database.db.execute(sql`set timezone = 'Asia/Kathmandu'`);
    await database.db.execute(sql`set datestyle = 'SQL, DMY'`);
    await database.db.execute(sql`set client_encoding = 'LATIN1'`);
    expect(await loadTimeZoneNames(database.db)).toEqual(names);
  });
});
