import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Comparison, compareRange } from '../../src/time/compare.ts';
import { instantOf, msOf } from '../../src/time/instant.ts';
import { type CalendarPeriod, resolveRange, type TimeRange } from '../../src/time/range.ts';
import { oddZones } from './wall-clock.ts';

function shifted(from: string, to: string, comparison: Comparison, zone = 'UTC'): [string, string] {
  const instant = (text: string) => new Date(text).toISOString();
  const range = { from: instant(from), to: instant(to), period: null };
  const { from: newFrom, to: newTo } = compareRange(range, comparison, { zone, weekStartsOn: 1 });
  return [newFrom, newTo];
}

function calendar(name: CalendarPeriod, now: string, zone: string, weekStartsOn = 1): TimeRange {
  return resolveRange({ calendar: name }, { zone, now, weekStartsOn, path: ['range'] });
}

describe('the previous period', () => {
  const now = '2026-03-31T12:00:00.000Z';

  test.each([
    ['TODAY', 'YESTERDAY'],
    ['THIS_WEEK', 'LAST_WEEK'],
    ['THIS_MONTH', 'LAST_MONTH'],
    ['THIS_QUARTER', 'LAST_QUARTER'],
    ['THIS_YEAR', 'LAST_YEAR'],
  ] as const)('of %s is %s, in every zone and whatever day a week begins', (current, previous) => {
    for (const zone of oddZones) {
      for (const weekStartsOn of [1, 6, 7]) {
        const range = calendar(current, now, zone, weekStartsOn);
        const before = compareRange(range, 'PREVIOUS_PERIOD', { zone, weekStartsOn });
        expect(before).toEqual(calendar(previous, now, zone, weekStartsOn));
      }
    }
  });

  test('can be asked for again and again', () => {
    const context = { zone: 'Asia/Kolkata', weekStartsOn: 1 };
    let range = calendar('THIS_MONTH', now, 'Asia/Kolkata');
    for (let month = 0; month < 14; month++) range = compareRange(range, 'PREVIOUS_PERIOD', context);
    expect(range).toEqual({ from: '2024-12-31T18:30:00.000Z', to: '2025-01-31T18:30:00.000Z', period: 'MONTH' });
  });

  test.each([
    ['one month', '2026-03-01T00:00Z', '2026-04-01T00:00Z', '2026-02-01T00:00:00.000Z'],
    ['two months', '2026-01-01T00:00Z', '2026-03-01T00:00Z', '2025-11-01T00:00:00.000Z'],
    ['a year', '2024-01-01T00:00Z', '2025-01-01T00:00Z', '2023-01-01T00:00:00.000Z'],
    ['days', '2026-03-02T00:00Z', '2026-03-05T00:00Z', '2026-02-27T00:00:00.000Z'],
    ['from a first to another day', '2026-03-01T00:00Z', '2026-03-31T00:00Z', '2026-01-30T00:00:00.000Z'],
    ['hours', '2026-03-02T09:00Z', '2026-03-02T17:30Z', '2026-03-02T00:30:00.000Z'],
    ['from midnight to noon', '2026-03-02T00:00Z', '2026-03-02T12:00Z', '2026-03-01T12:00:00.000Z'],
  ])('of %s ends where the range begins', (_, from, to, newFrom) => {
    expect(shifted(from, to, 'PREVIOUS_PERIOD')).toEqual([newFrom, new Date(from).toISOString()]);
  });

  test('of local days is as many local days, of hours as much elapsed time', () => {
    const zone = 'America/New_York';
    // 9 to 10 March, local midnights: before it a day of 23 hours
    expect(shifted('2026-03-09T04:00Z', '2026-03-10T04:00Z', 'PREVIOUS_PERIOD', zone)[0]).toBe(
      '2026-03-08T05:00:00.000Z',
    );
    expect(shifted('2026-03-09T04:00Z', '2026-03-10T03:00Z', 'PREVIOUS_PERIOD', zone)[0]).toBe(
      '2026-03-08T05:00:00.000Z',
    );
    expect(shifted('2026-03-09T05:00Z', '2026-03-10T05:00Z', 'PREVIOUS_PERIOD', zone)[0]).toBe(
      '2026-03-08T05:00:00.000Z',
    );
  });

  test('of local months begins at the local midnight', () => {
    expect(shifted('2026-03-31T23:00Z', '2026-04-30T23:00Z', 'PREVIOUS_PERIOD', 'Europe/London')).toEqual([
      '2026-03-01T00:00:00.000Z',
      '2026-03-31T23:00:00.000Z',
    ]);
  });

  test('a day that begins at 01:00 begins at a midnight', () => {
    expect(shifted('2026-03-08T05:00Z', '2026-03-09T04:00Z', 'PREVIOUS_PERIOD', 'America/Havana')).toEqual([
      '2026-03-07T05:00:00.000Z',
      '2026-03-08T05:00:00.000Z',
    ]);
  });
});

describe('the same period last week', () => {
  test.each([
    ['UTC', '2026-07-08T09:00Z', '2026-07-08T10:00Z', '2026-07-01T09:00:00.000Z', '2026-07-01T10:00:00.000Z'],
    [
      'America/Havana',
      '2026-03-15T04:00Z',
      '2026-03-16T04:00Z',
      '2026-03-08T05:00:00.000Z',
      '2026-03-09T04:00:00.000Z',
    ],
    [
      'America/Havana',
      '2026-03-08T05:00Z',
      '2026-03-09T04:00Z',
      '2026-03-01T05:00:00.000Z',
      '2026-03-02T05:00:00.000Z',
    ],
    [
      'Atlantic/Azores',
      '2026-11-01T01:00Z',
      '2026-11-02T01:00Z',
      '2026-10-25T00:00:00.000Z',
      '2026-10-26T01:00:00.000Z',
    ],
    // 01:30 to 02:30 on the day the clock skips 02:00 to 03:00
    [
      'America/New_York',
      '2026-03-15T05:30Z',
      '2026-03-15T06:30Z',
      '2026-03-08T06:30:00.000Z',
      '2026-03-08T07:30:00.000Z',
    ],
    // 01:00 to 03:00 on the day with two hours from 01:00
    [
      'America/New_York',
      '2026-11-08T06:00Z',
      '2026-11-08T08:00Z',
      '2026-11-01T06:00:00.000Z',
      '2026-11-01T08:00:00.000Z',
    ],
  ])('in %s of %s to %s is 7 local days back', (zone, from, to, newFrom, newTo) => {
    expect(shifted(from, to, 'SAME_PERIOD_LAST_WEEK', zone)).toEqual([newFrom, newTo]);
  });

  test('is empty where its ends would change places', () => {
    // 01:50 before and 01:10 after the clock goes back
    const [from, to] = shifted('2026-11-01T05:50Z', '2026-11-01T06:10Z', 'SAME_PERIOD_LAST_WEEK', 'America/New_York');
    expect(from).toBe('2026-10-25T05:50:00.000Z');
    expect(to).toBe(from);
  });
});

describe('the same period last year', () => {
  test.each([
    ['a month', '2025-02-01T00:00Z', '2025-03-01T00:00Z', '2024-02-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['a quarter', '2025-01-01T00:00Z', '2025-04-01T00:00Z', '2024-01-01T00:00:00.000Z', '2024-04-01T00:00:00.000Z'],
    ['a leap day', '2024-02-29T00:00Z', '2024-03-01T00:00Z', '2023-02-28T00:00:00.000Z', '2023-03-01T00:00:00.000Z'],
    ['hours', '2026-07-08T09:00Z', '2026-07-08T17:00Z', '2025-07-08T09:00:00.000Z', '2025-07-08T17:00:00.000Z'],
    ['days', '2026-07-08T00:00Z', '2026-07-15T00:00Z', '2025-07-08T00:00:00.000Z', '2025-07-15T00:00:00.000Z'],
    [
      'days over a leap day',
      '2024-02-28T00:00Z',
      '2024-03-02T00:00Z',
      '2023-02-28T00:00:00.000Z',
      '2023-03-03T00:00:00.000Z',
    ],
    [
      'days to a first',
      '2024-02-20T00:00Z',
      '2024-03-01T00:00Z',
      '2023-02-20T00:00:00.000Z',
      '2023-03-02T00:00:00.000Z',
    ],
  ])('of %s, %s to %s, is %s to %s', (_, from, to, newFrom, newTo) => {
    expect(shifted(from, to, 'SAME_PERIOD_LAST_YEAR')).toEqual([newFrom, newTo]);
  });

  test('keeps local midnights and clock readings', () => {
    // All of 8 March 2026 in New York, 23 hours long; a year before, the clocks changed on the 9th
    expect(shifted('2026-03-08T05:00Z', '2026-03-09T04:00Z', 'SAME_PERIOD_LAST_YEAR', 'America/New_York')).toEqual([
      '2025-03-08T05:00:00.000Z',
      '2025-03-09T05:00:00.000Z',
    ]);
    // Noon to 18:00 in London, in summer time a year ago but not now
    expect(shifted('2027-03-27T12:00Z', '2027-03-28T17:00Z', 'SAME_PERIOD_LAST_YEAR', 'Europe/London')).toEqual([
      '2026-03-27T12:00:00.000Z',
      '2026-03-28T18:00:00.000Z',
    ]);
    expect(shifted('2027-03-08T05:00Z', '2027-03-09T05:00Z', 'SAME_PERIOD_LAST_YEAR', 'America/Havana')).toEqual([
      '2026-03-08T05:00:00.000Z',
      '2026-03-09T04:00:00.000Z',
    ]);
  });

  test.each(['THIS_MONTH', 'THIS_QUARTER', 'THIS_YEAR'] as const)('of %s is that of a year ago', (name) => {
    for (const zone of oddZones) {
      const range = calendar(name, '2026-08-19T12:00:00.000Z', zone);
      const lastYear = compareRange(range, 'SAME_PERIOD_LAST_YEAR', { zone, weekStartsOn: 1 });
      expect(lastYear).toEqual(calendar(name, '2025-08-19T12:00:00.000Z', zone));
    }
  });
});

describe('any comparison', () => {
  const comparisons: Comparison[] = ['PREVIOUS_PERIOD', 'SAME_PERIOD_LAST_WEEK', 'SAME_PERIOD_LAST_YEAR'];

  test('gives a range that does not end before it begins, and begins before the asked one', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...comparisons),
        fc.constantFrom(...oddZones),
        fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2040, 0, 1) }),
        fc.integer({ min: 1, max: 400 * 86_400_000 }),
        (comparison, zone, ms, length) => {
          const range = { from: instantOf(ms), to: instantOf(ms + length), period: null };
          const found = compareRange(range, comparison, { zone, weekStartsOn: 1 });
          expect(found.from <= found.to && found.from < range.from).toBe(true);
          if (comparison !== 'PREVIOUS_PERIOD') return;
          expect(found.to).toBe(range.from);
        },
      ),
    );
  });

  test.each(comparisons)('%s keeps an empty range empty, and every range within the years 1 to 9999', (comparison) => {
    const moment = '2026-07-08T09:00:00.000Z';
    const [from, to] = shifted(moment, moment, comparison);
    expect(from).toBe(to);
    const [first] = shifted('0001-01-01T00:00:00.000Z', '0001-02-01T00:00:00.000Z', comparison, 'America/New_York');
    expect(first).toBe('0001-01-01T00:00:00.000Z');
    expect(msOf(first)).not.toBeNaN();
  });
});
