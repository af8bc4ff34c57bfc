import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isTimeZoneName } from '../../src/time/time-zone-names.ts';
import { offsetAt } from '../../src/time/zone.ts';
import { zoneSpellings } from '../../src/time/zone-spellings.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { oddZones } from './wall-clock.ts';

let app: TestApp;
let ofDatabase: string[];
beforeAll(async () => {
  app = await startApp();
  const { rows } = await app.database.db.execute<{ name: string }>(sql`select name from pg_catalog.pg_timezone_names`);
  ofDatabase = rows.map(({ name }) => name).filter((name) => !/^(posix|right)|^(localtime|Factory)$/.test(name));
});
afterAll(() => app?.close());

const isKnownHere = (zone: string) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
};

describe('the names of time zones', () => {
  test('are all that Node knows: its own, and the aliases that a database knows', () => {
    const names = [...Intl.supportedValuesOf('timeZone'), ...ofDatabase.filter(isKnownHere), ...zoneSpellings.values()];
    expect(names.filter((name) => isKnownHere(name) !== isTimeZoneName(name))).toEqual([]);
    expect(new Set(names.filter(isTimeZoneName)).size).toBeGreaterThan(500);
    const aliases = [
      'Asia/Calcutta',
      'US/Eastern',
      'Europe/Kiev',
      'Europe/Kyiv',
      'Asia/Saigon',
      'GB',
      'EST5EDT',
      'W-SU',
    ];
    expect([...oddZones, ...aliases, 'Etc/GMT+5', 'UTC'].filter((name) => !isTimeZoneName(name))).toEqual([]);
  });

  test('are spelt as they are in the time zone database', () => {
    const names = [...zoneSpellings.values()];
    const otherwise = names
      .flatMap((name) => [name.toLowerCase(), name.toUpperCase()])
      .filter((text) => !names.includes(text));
    expect(otherwise.length).toBeGreaterThan(1000);
    expect(otherwise.filter(isTimeZoneName)).toEqual([]);
  });

  test.each([
    '',
    ' UTC',
    'UTC ',
    'Mars/Olympus',
    '+05:30',
    '-0800',
    'GMT+5',
    'UTC+5',
    'IST',
    'PST',
    'SystemV/AST4',
    'Factory',
    'localtime',
    'posixrules',
    'posix/UTC',
    'right/UTC',
    'Etc/Unknown',
    'Asia/Kolkata\0',
    'Asia/Kolkata, UTC',
    '../UTC',
    'constructor',
  ])('%j is none', (text) => {
    expect(isTimeZoneName(text)).toBe(false);
  });

  test('are none that a session of the database is set to: one without files of zones refuses even UTC', async () => {
    const { rows } = await app.database.db.execute<{ TimeZone: string }>(sql`show timezone`);
    expect(rows).toEqual([{ TimeZone: 'GMT' }]);
  });

  test('all have a clock', () => {
    for (const name of zoneSpellings.values()) expect(Math.abs(offsetAt(name, 0))).toBeLessThan(86_400_000);
  });

  test.each(['Asia/Calcutta', 'US/Eastern', 'Europe/Kiev'])('answers name %s as it was asked for', async (timeZone) => {
    const query = `query ($timeZone: TimeZone) {
      callMetrics(range: { calendar: TODAY }, timeZone: $timeZone) { timeZone timeSeries(interval: HOUR) { start } }
    }`;
    app.takeStatements();
    const { callMetrics } = await app.query<{ callMetrics: { timeZone: string } }>(query, { timeZone });
    expect(callMetrics).toMatchObject({ timeZone, timeSeries: expect.any(Array) });
    expect(app.takeStatements().filter((text) => /time zone|timezone/i.test(text))).toEqual([]);
  });
});
