import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { instantOf, msOf } from '../../src/time/instant.ts';
import { type CalendarPeriod, resolveRange, type TimeRange, type TimeRangeInput } from '../../src/time/range.ts';
import { oddZones } from './wall-clock.ts';

type Asked = { zone?: string; now?: string; weekStartsOn?: number };

function resolve(input: TimeRangeInput, asked: Asked = {}): TimeRange {
  const { zone = 'UTC', now = '2026-07-01T09:30:00.000Z', weekStartsOn = 1 } = asked;
  return resolveRange(input, { zone, now, weekStartsOn, path: ['range'] });
}

function refusal(input: unknown, asked: Asked = {}): Record<string, unknown> {
  try {
    resolve(input as TimeRangeInput, asked);
  } catch (error) {
    if (error instanceof AppError && error.code === 'BAD_USER_INPUT') return error.details;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('between', () => {
  test('reads any offset and keeps from and to', () => {
    expect(resolve({ between: { from: '2026-07-01T00:00:00+05:30', to: '2026-07-02T00:00:00+05:30' } })).toEqual({
      from: '2026-06-30T18:30:00.000Z',
      to: '2026-07-01T18:30:00.000Z',
      period: null,
    });
  });

  test('from = to is an empty range', () => {
    const moment = '2026-07-01T00:00:00.000Z';
    expect(resolve({ between: { from: moment, to: moment } })).toEqual({ from: moment, to: moment, period: null });
  });

  test('from after to is refused at to', () => {
    const between = { from: '2026-07-01T00:00:00.001Z', to: '2026-07-01T00:00:00Z' };
    expect(refusal({ between }).argument).toEqual(['range', 'between', 'to']);
  });

  test.each([['2026-07-01'], ['2026-07-01T00:00:00'], ['2026-02-30T00:00:00Z'], [1782864000000], [null], [undefined]])(
    'refuses %s where it stands',
    (value) => {
      const good = '2026-07-01T00:00:00Z';
      const details = refusal({ between: { from: value, to: good } });
      expect(details.argument).toEqual(['range', 'between', 'from']);
      expect(details.allowed).toContain('RFC 3339');
      expect(refusal({ between: { from: good, to: value } }).argument).toEqual(['range', 'between', 'to']);
    },
  );
});

describe('exactly one kind of range', () => {
  test.each([
    [{ between: null }, ['range', 'between']],
    [{ last: null }, ['range', 'last']],
    [{ calendar: null }, ['range', 'calendar']],
    [{}, ['range']],
    [{ last: 'P1D', calendar: 'TODAY' }, ['range']],
    [{ last: 'P1D', calendar: null }, ['range']],
  ])('%j is refused', (input, argument) => {
    expect(refusal(input).argument).toEqual(argument);
  });

  test('what a client left out does not count', () => {
    expect(resolve({ last: 'P1D', between: undefined }).from).toBe('2026-06-30T09:30:00.000Z');
  });
});

describe('last', () => {
  test.each([
    ['P1D', 'UTC', '2026-07-01T09:30:00.000Z', '2026-06-30T09:30:00.000Z'],
    ['PT90M', 'UTC', '2026-07-01T09:30:00.000Z', '2026-07-01T08:00:00.000Z'],
    ['P1M', 'UTC', '2026-03-31T12:00:00.000Z', '2026-02-28T12:00:00.000Z'],
    ['P1M', 'UTC', '2024-03-31T12:00:00.000Z', '2024-02-29T12:00:00.000Z'],
    ['P1Y', 'UTC', '2024-02-29T12:00:00.000Z', '2023-02-28T12:00:00.000Z'],
    ['P1Y1M', 'UTC', '2025-03-29T00:00:00.000Z', '2024-02-29T00:00:00.000Z'],
    ['P1M1D', 'UTC', '2026-03-31T12:00:00.000Z', '2026-02-27T12:00:00.000Z'],
    ['P2W3D', 'UTC', '2026-07-18T00:00:00.000Z', '2026-07-01T00:00:00.000Z'],
    ['P1MT36H', 'UTC', '2026-03-31T12:00:00.000Z', '2026-02-27T00:00:00.000Z'],
    ['P10Y', 'UTC', '2026-07-01T00:00:00.000Z', '2016-07-01T00:00:00.000Z'],
    ['P120M', 'UTC', '2026-07-01T00:00:00.000Z', '2016-07-01T00:00:00.000Z'],
    ['P9Y12M', 'UTC', '2026-07-01T00:00:00.000Z', '2016-07-01T00:00:00.000Z'],
    ['P3652D', 'UTC', '2026-07-01T00:00:00.000Z', '2016-07-01T00:00:00.000Z'],
  ])('%s in %s at %s begins at %s', (last, zone, now, from) => {
    expect(resolve({ last }, { zone, now })).toEqual({ from, to: now, period: null });
  });

  test.each([
    ['a day over the clock change is 23 hours', 'P1D', '2026-03-09T00:00:00.000Z', '2026-03-08T01:00:00.000Z'],
    ['24 hours are 24 hours', 'PT24H', '2026-03-09T00:00:00.000Z', '2026-03-08T00:00:00.000Z'],
    ['a start in the missing hour moves forward', 'P1D', '2026-03-09T06:30:00.000Z', '2026-03-08T07:30:00.000Z'],
    ['a start in the repeated hour is its second', 'P1D', '2026-11-02T06:30:00.000Z', '2026-11-01T06:30:00.000Z'],
    ['hours come off after the days', 'P1DT1H', '2026-03-09T06:30:00.000Z', '2026-03-08T06:30:00.000Z'],
    ['elapsed time does not see the repeated hour', 'PT1S', '2026-11-01T05:30:00.000Z', '2026-11-01T05:29:59.000Z'],
  ])('in New York %s', (_, last, now, from) => {
    expect(resolve({ last }, { zone: 'America/New_York', now }).from).toBe(from);
  });

  test('never begins after it ends', () => {
    const now = '2011-12-30T10:00:00.000Z';
    expect(resolve({ last: 'P1D' }, { zone: 'Pacific/Apia', now })).toEqual({ from: now, to: now, period: null });
  });

  test.each([
    'P',
    'PT',
    'P1DT',
    '',
    'P0D',
    'PT0S',
    'P1DT0H',
    'P-1D',
    '-P1D',
    '+P1D',
    'P1.5D',
    'PT0.5H',
    'P1,5D',
    'p1d',
    '1D',
    'P1D1M',
    'P1H',
    'PT1D',
    'P1S',
    ' P1D',
    'P1D\n',
    'P٣D',
    'R/P1D',
  ])('refuses %j and says what is allowed', (last) => {
    const details = refusal({ last });
    expect(details.argument).toEqual(['range', 'last']);
    expect(details.allowed).toContain('ISO 8601');
  });

  test.each([
    'P11Y',
    'P10Y1D',
    'P10YT1S',
    'P121M',
    'P3653D',
    'P522W',
    'PT87649H',
    'PT999999999999999999999999S',
    `P${'9'.repeat(400)}Y`,
  ])('refuses %s as longer than ten years', (last) => {
    expect(refusal({ last }, { now: '2026-07-01T00:00:00.000Z' }).allowed).toContain('P10Y');
  });

  test('agrees with the standard in every zone', () => {
    const count = (max: number) => fc.option(fc.integer({ min: 1, max }), { nil: undefined });
    const parts = fc.record({
      years: count(4),
      months: count(30),
      weeks: count(9),
      days: count(100),
      hours: count(50),
      minutes: count(500),
      seconds: count(5000),
    });
    const anyNow = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2040, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...oddZones), anyNow, parts, (zone, ms, length) => {
        fc.pre(Object.values(length).some(Boolean));
        const { years, months, weeks, days, hours, minutes, seconds } = length;
        const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime();
        const earlier = local.subtract({ years: years ?? 0, months: months ?? 0 });
        const onClock = earlier.subtract({ weeks: weeks ?? 0, days: days ?? 0 });
        const isElapsedOnly = !(years || months || weeks || days);
        const start = isElapsedOnly
          ? ms
          : Math.min(ms, onClock.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds);
        const elapsed = ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000;
        const last = Temporal.Duration.from(
          Object.fromEntries(Object.entries(length).filter(([, value]) => value)),
        ).toString();
        expect(resolve({ last }, { zone, now: instantOf(ms) }).from).toBe(instantOf(start - elapsed));
      }),
    );
  });
});

describe('calendar periods', () => {
  test.each([
    ['TODAY', '2026-08-18T18:30:00.000Z', '2026-08-19T18:30:00.000Z', 'DAY'],
    ['YESTERDAY', '2026-08-17T18:30:00.000Z', '2026-08-18T18:30:00.000Z', 'DAY'],
    ['THIS_WEEK', '2026-08-16T18:30:00.000Z', '2026-08-23T18:30:00.000Z', 'WEEK'],
    ['LAST_WEEK', '2026-08-09T18:30:00.000Z', '2026-08-16T18:30:00.000Z', 'WEEK'],
    ['THIS_MONTH', '2026-07-31T18:30:00.000Z', '2026-08-31T18:30:00.000Z', 'MONTH'],
    ['LAST_MONTH', '2026-06-30T18:30:00.000Z', '2026-07-31T18:30:00.000Z', 'MONTH'],
    ['THIS_QUARTER', '2026-06-30T18:30:00.000Z', '2026-09-30T18:30:00.000Z', 'QUARTER'],
    ['LAST_QUARTER', '2026-03-31T18:30:00.000Z', '2026-06-30T18:30:00.000Z', 'QUARTER'],
    ['THIS_YEAR', '2025-12-31T18:30:00.000Z', '2026-12-31T18:30:00.000Z', 'YEAR'],
    ['LAST_YEAR', '2024-12-31T18:30:00.000Z', '2025-12-31T18:30:00.000Z', 'YEAR'],
  ] as const)('on Wednesday 19 August in Kolkata %s is %s to %s', (calendar, from, to, period) => {
    const asked = { zone: 'Asia/Kolkata', now: '2026-08-19T10:00:00.000Z' };
    expect(resolve({ calendar }, asked)).toEqual({ from, to, period });
  });

  test.each([
    [1, '2026-08-17'],
    [2, '2026-08-18'],
    [3, '2026-08-19'],
    [4, '2026-08-13'],
    [5, '2026-08-14'],
    [6, '2026-08-15'],
    [7, '2026-08-16'],
  ])('a week that begins on day %d begins on %s', (weekStartsOn, date) => {
    const range = resolve({ calendar: 'THIS_WEEK' }, { now: '2026-08-19T10:00:00.000Z', weekStartsOn });
    expect(range.from).toBe(`${date}T00:00:00.000Z`);
    expect(msOf(range.to) - msOf(range.from)).toBe(7 * 86_400_000);
  });

  test.each([0, 8, -1, 1.5, Number.NaN])('a week cannot begin on day %d, whatever the range', (weekStartsOn) => {
    const details = refusal({ last: 'P1D' }, { weekStartsOn });
    expect(details).toEqual({ argument: ['weekStartsOn'], allowed: '1 (Monday) to 7 (Sunday)' });
  });

  test.each([
    ['TODAY', 'America/Havana', '2026-03-08T20:00:00.000Z', '2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z'],
    ['TODAY', 'Atlantic/Azores', '2026-10-25T12:00:00.000Z', '2026-10-25T00:00:00.000Z', '2026-10-26T01:00:00.000Z'],
    ['THIS_MONTH', 'Europe/London', '2026-03-15T12:00:00.000Z', '2026-03-01T00:00:00.000Z', '2026-03-31T23:00:00.000Z'],
    ['LAST_QUARTER', 'UTC', '2026-02-01T00:00:00.000Z', '2025-10-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
    ['YESTERDAY', 'Pacific/Apia', '2011-12-31T00:00:00.000Z', '2011-12-29T10:00:00.000Z', '2011-12-30T10:00:00.000Z'],
  ] as const)('%s in %s at %s is %s to %s', (calendar, zone, now, from, to) => {
    expect(resolve({ calendar }, { zone, now })).toMatchObject({ from, to });
  });

  test('today holds this moment, also when the clock has gone back over midnight', () => {
    const now = '2006-10-29T03:00:00.000Z'; // 23:30 of the 28th once more, half an hour after the 29th began
    const today = resolve({ calendar: 'TODAY' }, { zone: 'America/St_Johns', now });
    expect(today.from).toBe('2006-10-29T02:30:00.000Z');
  });

  test('the current period holds now and the last one ends where it begins', () => {
    const units = ['WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const;
    const pairs: [CalendarPeriod, CalendarPeriod][] = [
      ['TODAY', 'YESTERDAY'],
      ...units.map((unit): [CalendarPeriod, CalendarPeriod] => [`THIS_${unit}`, `LAST_${unit}`]),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...oddZones),
        fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2040, 0, 1) }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(...pairs),
        (zone, ms, weekStartsOn, [current, previous]) => {
          const asked = { zone, now: instantOf(ms), weekStartsOn };
          const { from, to } = resolve({ calendar: current }, asked);
          expect(from <= asked.now && asked.now < to).toBe(true);
          const before = resolve({ calendar: previous }, asked);
          expect(before.to).toBe(from);
          expect(before.from < before.to).toBe(true);
          const startsOn = Temporal.Instant.from(from).toZonedDateTimeISO(zone).dayOfWeek;
          if (current === 'THIS_WEEK') expect(startsOn).toBe(weekStartsOn);
        },
      ),
    );
  });

  test('another word is refused', () => {
    expect(refusal({ calendar: 'TOMORROW' }).argument).toEqual(['range', 'calendar']);
    expect(refusal({ calendar: 'toString' }).argument).toEqual(['range', 'calendar']);
  });
});
