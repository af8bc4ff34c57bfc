import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { instantOf, msOf } from '../../src/time/instant.ts';
import { epochDayOf, localDateOf } from '../../src/time/local-date.ts';
import { type LocalTime, localToInstant, offsetAt, offsetSegments, startOfDay } from '../../src/time/zone.ts';
import { oddDays, oddZones, wallClock, wallMinutes } from './wall-clock.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const everyZone = Intl.supportedValuesOf('timeZone');

function localTime(text: string): LocalTime {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/[-T:]/).map(Number);
  return { year, month, day, hour, minute, second };
}

function hoursOfDay(zone: string, date: string): number {
  const start = localTime(date);
  const next = localDateOf(epochDayOf(start) + 1);
  return (msOf(startOfDay(zone, next)) - msOf(startOfDay(zone, start))) / hourMs;
}

describe('a local time becomes one instant', () => {
  test.each([
    ['Asia/Kolkata', '2026-07-01T15:00:00', '2026-07-01T09:30:00.000Z'],
    ['Asia/Kathmandu', '2026-07-01T05:45:00', '2026-07-01T00:00:00.000Z'],
    ['Pacific/Chatham', '2026-01-01T13:45:00', '2026-01-01T00:00:00.000Z'],
    ['UTC', '2026-07-01T09:30:00', '2026-07-01T09:30:00.000Z'],
    ['Asia/Kolkata', '0050-07-01T12:00:00', '0050-07-01T06:06:32.000Z'],
  ])('in %s %s is %s', (zone, local, instant) => {
    expect(localToInstant(zone, localTime(local))).toBe(instant);
  });

  test.each([
    ['America/New_York', '2026-03-08T02:30:00', '2026-03-08T07:30:00.000Z'],
    ['America/New_York', '2026-03-08T02:00:00', '2026-03-08T07:00:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-04T02:10:00', '2026-10-03T15:40:00.000Z'],
    ['America/Havana', '2026-03-08T00:00:00', '2026-03-08T05:00:00.000Z'],
    ['Pacific/Apia', '2011-12-30T12:00:00', '2011-12-30T22:00:00.000Z'],
  ])('in %s the missing %s moves forward by the gap', (zone, local, instant) => {
    expect(localToInstant(zone, localTime(local))).toBe(instant);
  });

  test.each([
    ['America/New_York', '2026-11-01T01:00:00', '2026-11-01T06:00:00.000Z'],
    ['America/New_York', '2026-11-01T01:59:59', '2026-11-01T06:59:59.000Z'],
    ['Australia/Lord_Howe', '2026-04-05T01:30:00', '2026-04-04T15:00:00.000Z'],
    ['Atlantic/Azores', '2026-10-25T00:00:00', '2026-10-25T01:00:00.000Z'],
    ['America/St_Johns', '2006-10-28T23:30:00', '2006-10-29T03:00:00.000Z'],
  ])('in %s the repeated %s is its second', (zone, local, instant) => {
    expect(localToInstant(zone, localTime(local))).toBe(instant);
  });

  test.each([
    '2026-02-29T00:00:00',
    '2026-13-01T00:00:00',
    '2026-00-10T00:00:00',
    '2026-01-00T00:00:00',
    '2026-01-01T24:00:00',
    '2026-01-01T00:60:00',
    '2026-01-01T00:00:60',
    '2026-01-01T00:00:0.5',
  ])('%s is no local time', (local) => {
    expect(() => localToInstant('Asia/Kolkata', localTime(local))).toThrow(RangeError);
  });

  test('only of the years 0001 to 9999 in UTC', () => {
    expect(() => localToInstant('Asia/Kolkata', localTime('0001-01-01T00:00:00'))).toThrow(RangeError);
    expect(() => localToInstant('America/New_York', localTime('9999-12-31T23:00:00'))).toThrow(RangeError);
  });

  test('in every zone as the standard says, in any year', () => {
    const anyTime = fc.date({
      min: new Date('1900-01-01'),
      max: new Date('2100-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(fc.constantFrom(...everyZone), anyTime, (zone, date) => {
        const local = localTime(date.toISOString().slice(0, 19));
        expect(localToInstant(zone, local)).toBe(standardInstant(zone, local));
      }),
      { numRuns: 300 },
    );
  });

  test.each(oddDays)('in %s as the standard says, at every half hour around %s', (zone, date) => {
    const noon = Date.parse(`${date}T12:00Z`);
    for (let ms = noon - 2 * dayMs; ms < noon + 2 * dayMs; ms += hourMs / 2) {
      const local = localTime(instantOf(ms).slice(0, 19));
      expect(localToInstant(zone, local)).toBe(standardInstant(zone, local));
    }
  });
});

function standardInstant(zone: string, local: LocalTime): string {
  const zoned = Temporal.PlainDateTime.from(local).toZonedDateTime(zone, { disambiguation: 'later' });
  return instantOf(zoned.epochMilliseconds);
}

describe('a day begins at its first instant', () => {
  test.each([
    ['Asia/Kolkata', '2026-07-01', '2026-06-30T18:30:00.000Z'],
    ['America/Havana', '2026-03-08', '2026-03-08T05:00:00.000Z'],
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z'],
    ['Atlantic/Azores', '2026-03-29', '2026-03-29T01:00:00.000Z'],
    ['Atlantic/Azores', '2026-10-25', '2026-10-25T00:00:00.000Z'],
    ['America/St_Johns', '2006-10-29', '2006-10-29T02:30:00.000Z'],
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z'],
    ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00.000Z'],
  ])('in %s %s begins at %s', (zone, date, instant) => {
    expect(startOfDay(zone, localTime(date))).toBe(instant);
  });

  test.each([
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Asia/Kathmandu', '1986-01-01', 23.75],
    ['Pacific/Chatham', '2026-04-05', 25],
    ['Pacific/Chatham', '2026-09-27', 23],
    ['America/Havana', '2026-03-08', 23],
    ['America/Havana', '2026-11-01', 25],
    ['Atlantic/Azores', '2026-10-25', 25],
    ['America/St_Johns', '2006-10-28', 24],
    ['America/St_Johns', '2006-10-29', 25],
    ['Pacific/Apia', '2011-12-30', 0],
    ['Europe/London', '2026-03-29', 23],
    ['Asia/Kolkata', '2026-03-29', 24],
  ])('in %s %s lasts %d hours', (zone, date, hours) => {
    expect(hoursOfDay(zone, date)).toBe(hours);
  });

  test.each(oddDays)('in %s the clock shows the date for the first time then, around %s', (zone, date) => {
    const noon = Date.parse(`${date}T12:00Z`);
    const minutes = wallMinutes(zone, noon - 3 * dayMs, noon + 2 * dayMs);
    for (let day = Math.floor(noon / dayMs) - 1; day < noon / dayMs + 1; day++) {
      const first = minutes.find(({ local }) => local >= day * dayMs);
      expect(startOfDay(zone, localDateOf(day))).toBe(instantOf(first?.ms ?? Number.NaN));
    }
  });
});

describe('the UTC offset', () => {
  test('is what Intl says, in every zone and any year', () => {
    const anyMs = fc.integer({ min: Date.UTC(1800, 0, 1), max: Date.UTC(2300, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...everyZone), anyMs, (zone, ms) => {
        const whole = Math.floor(ms / 1000) * 1000;
        expect(offsetAt(zone, whole)).toBe(wallClock(zone)(whole) - whole);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['America/Boa_Vista', '2000-10-01'],
    ['Africa/Tunis', '1943-03-25'],
    ['Europe/Vienna', '1945-03-28'],
    ['Africa/Casablanca', '2026-02-10'],
    ['America/Argentina/Tucuman', '2004-05-25'],
  ])('of %s is right also where it lasted only days, from %s on', (zone, date) => {
    const clock = wallClock(zone);
    const start = Date.parse(`${date}T00:00Z`);
    for (let ms = start; ms < start + 45 * dayMs; ms += hourMs) expect(offsetAt(zone, ms)).toBe(clock(ms) - ms);
  });

  test('changes at the second of the change', () => {
    const change = Date.parse('2026-11-01T06:00:00Z');
    expect(offsetAt('America/New_York', change - 1)).toBe(-4 * hourMs);
    expect(offsetAt('America/New_York', change)).toBe(-5 * hourMs);
  });

  test('is the same whichever part of the past was asked for first', () => {
    const moments = [20, 3, 11, 4, 19, 2, 21, 10, 12, 5].map((day) => Date.UTC(2026, 9, day + 10));
    for (const ms of moments) expect(offsetAt('Europe/Paris', ms)).toBe(wallClock('Europe/Paris')(ms) - ms);
  });

  test('of a name that is no zone throws', () => {
    expect(() => offsetAt('Mars/Olympus', 0)).toThrow(RangeError);
  });
});

describe('offset segments', () => {
  test('of a year in New York are three', () => {
    expect(offsetSegments('America/New_York', '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z')).toEqual([
      { from: '2026-01-01T00:00:00.000Z', to: '2026-03-08T07:00:00.000Z', offsetSeconds: -18_000 },
      { from: '2026-03-08T07:00:00.000Z', to: '2026-11-01T06:00:00.000Z', offsetSeconds: -14_400 },
      { from: '2026-11-01T06:00:00.000Z', to: '2027-01-01T00:00:00.000Z', offsetSeconds: -18_000 },
    ]);
  });

  test('begin and end where a change does, without empty ones', () => {
    const change = '2026-11-01T06:00:00.000Z';
    const before = '2026-10-01T00:00:00.000Z';
    const after = '2026-12-01T00:00:00.000Z';
    expect(offsetSegments('America/New_York', before, change)).toHaveLength(1);
    expect(offsetSegments('America/New_York', change, after)).toHaveLength(1);
    expect(offsetSegments('America/New_York', change, change)).toEqual([]);
  });

  test('tile their range, differ from their neighbours and agree with the clock', () => {
    const anyMs = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2060, 0, 1) });
    fc.assert(
      fc.property(
        fc.constantFrom(...oddZones),
        anyMs,
        fc.integer({ min: 1, max: 4 * 365 * dayMs }),
        (zone, ms, length) => {
          const from = instantOf(ms);
          const to = instantOf(ms + length);
          const segments = offsetSegments(zone, from, to);
          expect(segments[0]?.from).toBe(from);
          expect(segments.at(-1)?.to).toBe(to);
          segments.forEach((segment, index) => {
            expect(segment.from < segment.to).toBe(true);
            expect(offsetAt(zone, msOf(segment.from))).toBe(segment.offsetSeconds * 1000);
            expect(offsetAt(zone, msOf(segment.to) - 1)).toBe(segment.offsetSeconds * 1000);
            const next = segments[index + 1];
            if (!next) return;
            expect(next.from).toBe(segment.to);
            expect(next.offsetSeconds).not.toBe(segment.offsetSeconds);
          });
        },
      ),
    );
  });
});
