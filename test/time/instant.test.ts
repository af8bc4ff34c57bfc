import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clampMs, firstMs, instantOf, lastMs, msOf, parseInstant } from '../../src/time/instant.ts';

describe('an instant is written as toISOString writes it', () => {
  test('at any millisecond of the years 1 to 9999', () => {
    fc.assert(
      fc.property(fc.integer({ min: firstMs, max: lastMs }), (ms) => {
        expect(instantOf(ms)).toBe(new Date(ms).toISOString());
        expect(msOf(instantOf(ms))).toBe(ms);
      }),
    );
  });

  test('at both ends of a day, before and after 1970', () => {
    for (const day of [-719_162, -1, 0, 1, 20_000]) {
      for (const ms of [day * 86_400_000, day * 86_400_000 - 1, day * 86_400_000 + 86_399_999]) {
        expect(instantOf(ms)).toBe(new Date(ms).toISOString());
      }
    }
  });

  test('and what is no number of milliseconds throws', () => {
    expect(() => instantOf(Number.NaN)).toThrow(RangeError);
    expect(() => instantOf(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });

  test('clampMs keeps to the years that can be written', () => {
    expect(instantOf(clampMs(firstMs - 1))).toBe('0001-01-01T00:00:00.000Z');
    expect(instantOf(clampMs(lastMs + 1))).toBe('9999-12-31T23:59:59.999Z');
    expect(clampMs(5)).toBe(5);
  });
});

describe('parseInstant', () => {
  test.each([
    ['2026-07-01T09:30:00Z', '2026-07-01T09:30:00.000Z'],
    ['2026-07-01t09:30:00z', '2026-07-01T09:30:00.000Z'],
    ['2026-07-01T15:00:00+05:30', '2026-07-01T09:30:00.000Z'],
    ['2026-07-01T00:30:00+05:30', '2026-06-30T19:00:00.000Z'],
    ['2026-06-30T21:30:00.5-09:00', '2026-07-01T06:30:00.500Z'],
    ['2026-07-01T09:30:00-00:00', '2026-07-01T09:30:00.000Z'],
    ['2026-07-01T09:30:00+00:00', '2026-07-01T09:30:00.000Z'],
    ['2026-07-01T09:30:00+23:59', '2026-06-30T09:31:00.000Z'],
    ['2026-07-01T09:30:00.1Z', '2026-07-01T09:30:00.100Z'],
    ['2026-07-01T09:30:00.12Z', '2026-07-01T09:30:00.120Z'],
    ['2026-07-01T09:30:00.123Z', '2026-07-01T09:30:00.123Z'],
    ['2026-07-01T09:30:00.123000Z', '2026-07-01T09:30:00.123Z'],
    ['2026-07-01T09:30:00.000000000Z', '2026-07-01T09:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['0000-12-31T23:00:00-01:00', '0001-01-01T00:00:00.000Z'],
    ['0050-01-01T00:00:00Z', '0050-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('reads %s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  test.each([
    ['without an offset', '2026-07-01T09:30:00'],
    ['a date alone', '2026-07-01'],
    ['a space between date and time', '2026-07-01 09:30:00Z'],
    ['without seconds', '2026-07-01T09:30Z'],
    ['an offset without a colon', '2026-07-01T09:30:00+0530'],
    ['an offset of hours alone', '2026-07-01T09:30:00+05'],
    ['an offset of 24 hours', '2026-07-01T09:30:00+24:00'],
    ['an offset of 60 minutes', '2026-07-01T09:30:00+05:60'],
    ['a fourth fractional digit', '2026-07-01T09:30:00.1234Z'],
    ['microseconds', '2026-07-01T09:30:00.123001Z'],
    ['a point without digits', '2026-07-01T09:30:00.Z'],
    ['a comma', '2026-07-01T09:30:00,5Z'],
    ['30 February', '2026-02-30T00:00:00Z'],
    ['29 February of a common year', '2026-02-29T00:00:00Z'],
    ['29 February 1900', '1900-02-29T00:00:00Z'],
    ['31 April', '2026-04-31T00:00:00Z'],
    ['month 0', '2026-00-01T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['day 0', '2026-01-00T00:00:00Z'],
    ['hour 24', '2026-07-01T24:00:00Z'],
    ['minute 60', '2026-07-01T09:60:00Z'],
    ['second 60', '2016-12-31T23:59:60Z'],
    ['the year 0', '0000-12-31T23:59:59Z'],
    ['a moment before the year 1 in UTC', '0001-01-01T00:00:00+01:00'],
    ['a moment after the year 9999 in UTC', '9999-12-31T23:59:59-01:00'],
    ['a year of five digits', '+10000-01-01T00:00:00Z'],
    ['digits of another script', '٢٠٢٦-07-01T09:30:00Z'],
    ['space around it', ' 2026-07-01T09:30:00Z'],
    ['a line break after it', '2026-07-01T09:30:00Z\n'],
    ['a count of milliseconds', '1782898200000'],
    ['a zone name', '2026-07-01T09:30:00+05:30[Asia/Kolkata]'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(parseInstant(text)).toBeNull();
  });

  test('reads back every instant, at any offset', () => {
    const anyOffset = fc.integer({ min: -1439, max: 1439 });
    fc.assert(
      fc.property(fc.integer({ min: firstMs + 86_400_000, max: lastMs - 86_400_000 }), anyOffset, (ms, minutes) => {
        const local = new Date(ms + minutes * 60_000).toISOString().slice(0, -1);
        const size = Math.abs(minutes);
        const offset = `${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
        expect(parseInstant(`${local}${minutes < 0 ? '-' : '+'}${offset}`)).toBe(instantOf(ms));
        expect(parseInstant(instantOf(ms))).toBe(instantOf(ms));
      }),
    );
  });
});
