import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bucket, bucketsOf, countBuckets, estimateBuckets, type TimeInterval } from '../../src/time/buckets.ts';
import { instantOf, msOf } from '../../src/time/instant.ts';
import { oddDays, oddZones, wallMinutes } from './wall-clock.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const future = '9999-12-31T23:59:59.999Z';

type Asked = { zone?: string; weekStartsOn?: number; now?: string };

function buckets(interval: TimeInterval, from: string, to: string, asked: Asked = {}): Bucket[] {
  const { zone = 'UTC', weekStartsOn = 1, now = future } = asked;
  const instant = (text: string) => new Date(text.length === 10 ? `${text}T00:00Z` : text).toISOString();
  return bucketsOf(interval, { from: instant(from), to: instant(to) }, { zone, weekStartsOn, now });
}

function minutesOf({ start, end }: Bucket): number {
  return (msOf(end) - msOf(start)) / minuteMs;
}

describe('hours and quarters', () => {
  test('the repeated hour of New York is two buckets', () => {
    const found = buckets('HOUR', '2026-11-01T04:00Z', '2026-11-01T08:00Z', { zone: 'America/New_York' });
    expect(found.map(({ label }) => label)).toEqual([
      '2026-11-01T00:00-04:00',
      '2026-11-01T01:00-04:00',
      '2026-11-01T01:00-05:00',
      '2026-11-01T02:00-05:00',
    ]);
    expect(found.map(minutesOf)).toEqual([60, 60, 60, 60]);
  });

  test('the missing hour of New York is none', () => {
    const found = buckets('HOUR', '2026-03-08T06:00Z', '2026-03-08T08:00Z', { zone: 'America/New_York' });
    expect(found.map(({ label }) => label)).toEqual(['2026-03-08T01:00-05:00', '2026-03-08T03:00-04:00']);
  });

  test("Lord Howe's repeated half hour is a bucket of 30 minutes", () => {
    const found = buckets('HOUR', '2026-04-04T14:00Z', '2026-04-04T16:30Z', { zone: 'Australia/Lord_Howe' });
    expect(found.map((bucket) => [bucket.label, minutesOf(bucket)])).toEqual([
      ['2026-04-05T01:00+11:00', 60],
      ['2026-04-05T01:30+10:30', 30],
      ['2026-04-05T02:00+10:30', 60],
    ]);
  });

  test("Lord Howe's hour that begins half past is a bucket of 30 minutes", () => {
    const found = buckets('HOUR', '2026-10-03T14:30Z', '2026-10-03T17:00Z', { zone: 'Australia/Lord_Howe' });
    expect(found.map((bucket) => [bucket.label, minutesOf(bucket)])).toEqual([
      ['2026-10-04T01:00+10:30', 60],
      ['2026-10-04T02:30+11:00', 30],
      ['2026-10-04T03:00+11:00', 60],
    ]);
  });

  test('a clock that changes at one minute past midnight begins a bucket there', () => {
    const found = buckets('HOUR', '2006-10-29T02:30Z', '2006-10-29T03:31Z', { zone: 'America/St_Johns' });
    expect(found.map((bucket) => [bucket.label, minutesOf(bucket)])).toEqual([
      ['2006-10-29T00:00-02:30', 1],
      ['2006-10-28T23:01-03:30', 59],
      ['2006-10-29T00:00-03:30', 60],
    ]);
  });

  test.each([
    ['Asia/Kolkata', '2026-06-30T18:30:00.000Z', '2026-07-01T00:00+05:30'],
    ['Asia/Kathmandu', '2026-06-30T18:15:00.000Z', '2026-07-01T00:00+05:45'],
    ['Pacific/Chatham', '2026-06-30T11:15:00.000Z', '2026-07-01T00:00+12:45'],
  ])('hours of %s are local ones', (zone, start, label) => {
    const [first] = buckets('HOUR', start, '2026-07-01T12:00Z', { zone });
    expect(first).toMatchObject({ start, label, isPartial: false });
  });

  test('local mean time is labelled to the second', () => {
    const found = buckets('HOUR', '1883-11-18T16:30Z', '1883-11-18T17:30Z', { zone: 'America/New_York' });
    expect(found.map((bucket) => [bucket.label, bucket.start])).toEqual([
      ['1883-11-18T11:00-04:56:02', '1883-11-18T15:56:02.000Z'],
      ['1883-11-18T12:00-04:56:02', '1883-11-18T16:56:02.000Z'],
      ['1883-11-18T12:00-05:00', '1883-11-18T17:00:00.000Z'],
    ]);
  });

  test.each(oddDays)('in %s begin at every full one and every clock change, around %s', (zone, date) => {
    const noon = Date.parse(`${date}T12:00Z`);
    const from = noon - dayMs + 7 * minuteMs;
    const to = noon + dayMs + 7 * minuteMs;
    const minutes = wallMinutes(zone, from - 2 * hourMs, to + 2 * hourMs);
    for (const [interval, step] of [['HOUR', hourMs] as const, ['QUARTER_HOUR', hourMs / 4] as const]) {
      const starts = minutes
        .filter(({ local, offset }, index) => local % step === 0 || offset !== (minutes[index - 1]?.offset ?? offset))
        .map(({ ms }) => ms);
      const touched = starts.filter((start, index) => start < to && (starts[index + 1] ?? to) > from);
      const found = buckets(interval, instantOf(from), instantOf(to), { zone });
      expect(found.map(({ start }) => start)).toEqual(touched.map(instantOf));
    }
  });
});

describe('days and longer', () => {
  test.each([
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['America/Havana', '2026-03-08', 23],
    ['Atlantic/Azores', '2026-10-25', 25],
  ])('in %s the day %s lasts %d hours', (zone, label, hours) => {
    const day = Date.parse(`${label}T00:00Z`);
    const found = buckets('DAY', instantOf(day - dayMs), instantOf(day + 2 * dayMs), { zone });
    const bucket = found.find((candidate) => candidate.label === label);
    expect(bucket && minutesOf(bucket) / 60).toBe(hours);
  });

  test('a date that a zone skipped is no bucket', () => {
    const found = buckets('DAY', '2011-12-29T10:00Z', '2011-12-31T10:00Z', { zone: 'Pacific/Apia' });
    expect(found.map((bucket) => [bucket.label, bucket.start, minutesOf(bucket) / 60])).toEqual([
      ['2011-12-29', '2011-12-29T10:00:00.000Z', 24],
      ['2011-12-31', '2011-12-30T10:00:00.000Z', 24],
    ]);
  });

  test.each(oddDays)('in %s begin when the clock first shows the date, around %s', (zone, date) => {
    const noon = Date.parse(`${date}T12:00Z`);
    const minutes = wallMinutes(zone, noon - 4 * dayMs, noon + 2 * dayMs);
    let latest = Math.floor((minutes[0]?.local ?? 0) / dayMs);
    const starts: number[] = [];
    for (const { ms, local } of minutes) {
      if (Math.floor(local / dayMs) <= latest) continue;
      latest = Math.floor(local / dayMs);
      starts.push(ms);
    }
    const from = noon - 2 * dayMs;
    const to = noon + dayMs;
    const touched = starts.filter((start, index) => start < to && (starts[index + 1] ?? to) > from);
    const found = buckets('DAY', instantOf(from), instantOf(to), { zone });
    expect(found.map(({ start }) => start)).toEqual(touched.map(instantOf));
  });

  test('weeks begin on the asked day and are labelled by their first day', () => {
    for (const [weekStartsOn, first] of [
      [1, '2026-08-17'],
      [4, '2026-08-13'],
      [7, '2026-08-16'],
    ] as const) {
      const found = buckets('WEEK', '2026-08-19', '2026-08-27', { weekStartsOn });
      expect(found[0]).toMatchObject({ start: `${first}T00:00:00.000Z`, label: first, isPartial: true });
      expect(found.map(minutesOf)).toEqual([7 * 1440, 7 * 1440]);
    }
  });

  test('months, quarters and years are labelled by their names', () => {
    const labels = (interval: TimeInterval) => buckets(interval, '2025-12-31', '2026-08-01').map(({ label }) => label);
    expect(labels('MONTH').slice(0, 3)).toEqual(['2025-12', '2026-01', '2026-02']);
    expect(labels('QUARTER')).toEqual(['2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3']);
    expect(labels('YEAR')).toEqual(['2025', '2026']);
  });

  test('a quarter in London is as long as its clocks say', () => {
    const [quarter] = buckets('QUARTER', '2026-02-01', '2026-02-02', { zone: 'Europe/London' });
    expect(quarter).toMatchObject({ start: '2026-01-01T00:00:00.000Z', end: '2026-03-31T23:00:00.000Z' });
  });
});

describe('a bucket is partial', () => {
  test('where the range cuts it, and keeps its own start and end', () => {
    expect(buckets('HOUR', '2026-07-01T09:30Z', '2026-07-01T11:30Z')).toEqual([
      {
        start: '2026-07-01T09:00:00.000Z',
        end: '2026-07-01T10:00:00.000Z',
        label: '2026-07-01T09:00+00:00',
        isPartial: true,
      },
      {
        start: '2026-07-01T10:00:00.000Z',
        end: '2026-07-01T11:00:00.000Z',
        label: '2026-07-01T10:00+00:00',
        isPartial: false,
      },
      {
        start: '2026-07-01T11:00:00.000Z',
        end: '2026-07-01T12:00:00.000Z',
        label: '2026-07-01T11:00+00:00',
        isPartial: true,
      },
    ]);
  });

  test('until it has ended', () => {
    const isPartial = (now: string) => buckets('DAY', '2026-07-01', '2026-07-02', { now })[0]?.isPartial;
    expect(isPartial('2026-07-01T23:59:59.999Z')).toBe(true);
    expect(isPartial('2026-07-02T00:00:00.000Z')).toBe(false);
  });
});

describe('the ends of a range', () => {
  test('an empty range has no buckets', () => {
    for (const interval of ['QUARTER_HOUR', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const) {
      expect(buckets(interval, '2026-07-01', '2026-07-01')).toEqual([]);
      expect(buckets(interval, '2026-07-01T00:00:00.001Z', '2026-07-01T00:00:00.001Z')).toEqual([]);
    }
  });

  test('a millisecond is in one bucket, and the end of the range begins none', () => {
    expect(buckets('HOUR', '2026-07-01T09:59:59.999Z', '2026-07-01T10:00:00.000Z')).toHaveLength(1);
    expect(buckets('HOUR', '2026-07-01T09:59:59.999Z', '2026-07-01T10:00:00.001Z')).toHaveLength(2);
    expect(buckets('DAY', '2026-07-01', '2026-07-02')).toHaveLength(1);
  });

  test.each(['Asia/Kolkata', 'America/New_York', 'UTC'])('in %s all years can be asked for', (zone) => {
    const years = buckets('YEAR', '0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', { zone });
    expect(years.length).toBeGreaterThanOrEqual(9999);
    expect(years[0]?.start).toBe('0001-01-01T00:00:00.000Z');
    expect(years.at(-1)?.end).toBe('9999-12-31T23:59:59.999Z');
    expect(new Set(years.map(({ label }) => label)).size).toBe(years.length);
    const hours = buckets('HOUR', '9999-12-31T20:30:00.000Z', '9999-12-31T23:59:59.999Z', { zone });
    for (const { start, end, label } of hours) {
      expect(start < end && end <= '9999-12-31T23:59:59.999Z').toBe(true);
      expect(label).toMatch(/^(9999|10000)-\d\d-\d\dT\d\d:\d\d[+-]\d\d:\d\d$/);
    }
  });
});

describe('for any range, in every zone', () => {
  const stepDays = { QUARTER_HOUR: 1 / 96, HOUR: 1 / 24, DAY: 1, WEEK: 7, MONTH: 30, QUARTER: 91, YEAR: 365 };
  const anyQuestion = fc
    .record({
      interval: fc.constantFrom<TimeInterval>('QUARTER_HOUR', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'),
      zone: fc.constantFrom(...oddZones, 'Africa/Casablanca', 'Asia/Tehran', 'America/Sao_Paulo'),
      from: fc.integer({ min: Date.UTC(1885, 0, 1), max: Date.UTC(2060, 0, 1) }),
      steps: fc.double({ min: 0.001, max: 150, noNaN: true }),
      weekStartsOn: fc.integer({ min: 1, max: 7 }),
    })
    .map(({ steps, ...question }) => {
      const to = question.from + Math.ceil(steps * stepDays[question.interval] * dayMs);
      return { ...question, to };
    });
  const nearChange = fc
    .tuple(fc.constantFrom(...oddDays), fc.integer({ min: -3000, max: 3000 }), fc.integer({ min: 1, max: 5000 }))
    .chain(([[zone, date], before, length]) =>
      fc.record({
        interval: fc.constantFrom<TimeInterval>('QUARTER_HOUR', 'HOUR', 'DAY', 'WEEK', 'MONTH'),
        zone: fc.constant(zone),
        from: fc.constant(Date.parse(`${date}T12:00Z`) + before * minuteMs),
        to: fc.constant(Date.parse(`${date}T12:00Z`) + (before + length) * minuteMs),
        weekStartsOn: fc.integer({ min: 1, max: 7 }),
      }),
    );

  test('the buckets rise, tile, cover it and hold every instant once', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyQuestion, nearChange),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        ({ interval, zone, from, to, weekStartsOn }, where) => {
          const found = buckets(interval, instantOf(from), instantOf(to), { zone, weekStartsOn });
          expect(found.every(({ start, end }) => start < end)).toBe(true);
          expect(found.slice(1).map(({ start }) => start)).toEqual(found.slice(0, -1).map(({ end }) => end));
          const first = found[0];
          const last = found.at(-1);
          if (!first || !last) throw new Error('no buckets');
          expect(msOf(first.start) <= from && from < msOf(first.end)).toBe(true);
          expect(msOf(last.start) < to && to <= msOf(last.end)).toBe(true);
          expect(first.isPartial).toBe(msOf(first.start) < from || msOf(first.end) > to);
          expect(found.slice(1, -1).every(({ isPartial }) => !isPartial)).toBe(true);
          const instant = instantOf(from + Math.floor(where * (to - from)));
          expect(found.filter(({ start, end }) => start <= instant && instant < end)).toHaveLength(1);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('the labels differ, those of a repeated hour by their offset', () => {
    fc.assert(
      fc.property(fc.oneof(anyQuestion, nearChange), ({ interval, zone, from, to, weekStartsOn }) => {
        const found = buckets(interval, instantOf(from), instantOf(to), { zone, weekStartsOn });
        expect(new Set(found.map(({ label }) => label)).size).toBe(found.length);
      }),
      { numRuns: 200 },
    );
  });

  test('the count is exact; the estimate is never too low, and hardly too high', () => {
    fc.assert(
      fc.property(fc.oneof(anyQuestion, nearChange), ({ interval, zone, from, to, weekStartsOn }) => {
        const range = { from: instantOf(from), to: instantOf(to) };
        const count = buckets(interval, range.from, range.to, { zone, weekStartsOn }).length;
        const estimate = estimateBuckets(interval, range);
        expect(estimate).toBeGreaterThanOrEqual(count);
        expect(estimate).toBeLessThanOrEqual(count * 1.03 + 12);
        expect(countBuckets(interval, range, { zone, weekStartsOn })).toBe(count);
      }),
      {
        numRuns: 200,
        examples: [
          [{ interval: 'DAY', zone: 'Pacific/Apia', from: 1325121540000, to: 1325415300000, weekStartsOn: 1 }],
        ],
      },
    );
  });
});

test('a day that a zone left out is no bucket, and is not counted', () => {
  const [from, to] = [instantOf(Date.UTC(2011, 11, 28)), instantOf(Date.UTC(2012, 0, 3))];
  const labels = buckets('DAY', from, to, { zone: 'Pacific/Apia' }).map(({ label }) => label);
  expect(labels).not.toContain('2011-12-30');
  expect(countBuckets('DAY', { from, to }, { zone: 'Pacific/Apia', weekStartsOn: 1 })).toBe(labels.length);
});

describe('the estimate', () => {
  test('of all time by quarters of an hour is there at once', () => {
    const all = { from: '0001-01-01T00:00:00.000Z', to: '9999-12-31T23:59:59.999Z' };
    expect(estimateBuckets('QUARTER_HOUR', all)).toBeGreaterThan(350_000_000);
  });

  test('of nothing is 0', () => {
    const moment = '2026-07-01T00:00:00.000Z';
    expect(estimateBuckets('DAY', { from: moment, to: moment })).toBe(0);
  });
});
