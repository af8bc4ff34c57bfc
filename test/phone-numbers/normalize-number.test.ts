import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { readingsOf, rereadNumber } from '../../src/phone-numbers/former-readings.ts';
import { isIdentity, normalizeNumber } from '../../src/phone-numbers/normalize-number.ts';

describe('a number of the region, or of the country that it names, is kept as E.164', () => {
  it.each([
    ['9812345678', 'IN', '+919812345678'],
    ['09812345678', 'IN', '+919812345678'],
    ['919812345678', 'IN', '+919812345678'],
    ['+919812345678', 'IN', '+919812345678'],
    ['00919812345678', 'IN', '+919812345678'],
    ['+91-98123-45678', 'IN', '+919812345678'],
    ['+91 (98123) 45.678', 'IN', '+919812345678'],
    ['\u00a0+91\u00a098123\u201145678 ', 'IN', '+919812345678'],
    ['0120/456 7890', 'IN', '+911204567890'],
    ['0806286123', 'IN', '+91806286123'],
    ['9812361777.0', 'IN', '+919812361777'],
    ['919812361777.00', 'IN', '+919812361777'],
    ['0806286123.0', 'IN', '+91806286123'],
    ['0919812361777', 'IN', '+919812361777'],
    ['+91 0 98123 61777', 'IN', '+919812361777'],
    ['9198123617', 'IN', '+919198123617'],
    ['1800 123 4567', 'IN', '+9118001234567'],
    ['18602662345', 'IN', '+9118602662345'],
    ['971501234567', 'IN', '+971501234567'],
    ['14155550123', 'IN', '+14155550123'],
    ['442079460958', 'IN', '+442079460958'],
    ['00447911123456', 'IN', '+447911123456'],
    ['0501234567', 'AE', '+971501234567'],
    ['971501234567', 'AE', '+971501234567'],
    ['919812345678', 'AE', '+919812345678'],
    ['1 202 555 0123', 'US', '+12025550123'],
    ['011 44 20 7946 0958', 'US', '+442079460958'],
    ['06 698 12345', 'IT', '+390669812345'],
    ['8 916 123-45-67', 'RU', '+79161234567'],
    ['+12025550123', 'IN', '+12025550123'],
    ['(202) 555-0123', 'US', '+12025550123'],
    ['020 7946 0958', 'GB', '+442079460958'],
  ])('%j in %s is %s', (text, region, number) => {
    expect(normalizeNumber(text, region)).toBe(number);
  });
});

describe('other digits are kept as digits', () => {
  it.each([
    ['447700900123', 'IN', '447700900123'],
    ['23456789', 'IN', '23456789'],
    ['981234567', 'IN', '981234567'],
    ['98123617770', 'IN', '98123617770'],
    ['100', 'IN', '100'],
    ['+1 234', 'IN', '1234'],
    ['12-345', 'IN', '12345'],
    ['98123456789012345678', 'IN', '98123456789012345678'],
    ['9812345678', 'ZZ', '9812345678'],
  ])('%j in %s is %s', (text, region, number) => {
    expect(normalizeNumber(text, region)).toBe(number);
    expect(isIdentity(number)).toBe(true);
  });
});

describe('anything else is kept as received, trimmed, and stands for nobody in particular', () => {
  it.each([
    ['9812361777/9812361778', '9812361777/9812361778'],
    ['9812361777 / 9812361778', '9812361777 / 9812361778'],
    ['9812361777,9812361778', '9812361777,9812361778'],
    ['9812361777/78', '9812361777/78'],
    ['100/101', '100/101'],
    ['98123-61777 981236177 8/9812361779', '98123-61777 981236177 8/9812361779'],
    ['9812361777 9812361778', '9812361777 9812361778'],
    ['9.812361777E+9', '9.812361777E+9'],
    ['99xxxxx', '99xxxxx'],
    [' 0120xxxx\u00a0', '0120xxxx'],
    ['98XXXXXX78', '98XXXXXX78'],
    ['+91 98***45678', '+91 98***45678'],
    ['++919812345678', '++919812345678'],
    ['sip:desk-7@example.in', 'sip:desk-7@example.in'],
    ['९८१२३४५६७८', '९८१२३४५६७८'],
  ])('%j is %s', (text, number) => {
    expect(normalizeNumber(text, 'IN')).toBe(number);
    expect(isIdentity(number)).toBe(false);
  });
});

it.each([
  null,
  undefined,
  '',
  '  ',
  '\u00a0',
  '-',
  '+',
  '0',
  '0000000000',
  '+00',
  'Anonymous',
  'PRIVATE',
  'unknown ',
  'Withheld',
  'restricted',
  'Unavailable',
])('%j is no number', (text) => {
  expect(normalizeNumber(text, 'IN')).toBeNull();
});

it('what is too long for a number is cut, and stands for nobody', () => {
  const number = normalizeNumber('9'.repeat(60_000), 'IN') ?? '';
  expect(number).toHaveLength(64);
  expect(isIdentity(number)).toBe(false);
  expect(normalizeNumber(`${'x'.repeat(63)}\u{1f600}`, 'IN')).toBe('x'.repeat(63));
});

it('a kept number read again is the same number', () => {
  const text = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[+0-9 ()-]{0,18}$/),
    fc.integer({ min: 1, max: 9_999_999_999 }).map(String),
  );
  fc.assert(
    fc.property(text, (received) => {
      const number = normalizeNumber(received, 'IN');
      if (number?.startsWith('+')) expect(normalizeNumber(number, 'IN')).toBe(number);
      if (number !== null) expect(number.length).toBeLessThanOrEqual(64);
    }),
  );
});

it('Indian mobile numbers, which are not parsed, are what parsing makes of them', () => {
  const mobile = fc.tuple(
    fc.constantFrom('', '0', '91', '+91'),
    fc.integer({ min: 6_000_000_000, max: 9_999_999_999 }),
  );
  fc.assert(
    fc.property(mobile, ([prefix, digits]) => {
      const parsed = parsePhoneNumberFromString(`${prefix}${digits}`, { defaultCountry: 'IN', extract: false });
      expect(parsed?.isPossible() ? parsed.number : null).toBe(normalizeNumber(`${prefix}${digits}`, 'IN'));
    }),
    { numRuns: 2000 },
  );
});

describe('a number is found by how it was read before the rules changed, too', () => {
  it.each([
    ['447700900123', 'IN', '447700900123', '+91447700900123'],
    ['+971501234567', 'IN', '+971501234567', '+91971501234567'],
    ['09812361777', 'IN', '+919812361777', '+91919812361777'],
    ['9812361777', 'IN', '+919812361777', '+9198123617770'],
    ['+14155550123', 'IN', '+14155550123', '+9114155550123'],
  ])('%s in %s: %s, once %s', (text, region, now, before) => {
    const readings = readingsOf(text, region);
    expect(readings[0]).toBe(now);
    expect(readings).toContain(before);
    expect(rereadNumber(now, region)).toBe(now);
  });

  it('and none is found where none was sent', () => {
    expect(readingsOf('private', 'IN')).toEqual([]);
    expect(readingsOf('', 'IN')).toEqual([]);
  });

  it.each([
    ['+91447700900123', '447700900123'],
    ['+91971501234567', '+971501234567'],
    ['+91919812361777', '+919812361777'],
    ['+9114155550123', '+14155550123'],
    ['+9118001234567', '+9118001234567'],
    ['+919812361777', '+919812361777'],
    ['+91806286123', '+91806286123'],
    ['+12025550123', '+12025550123'],
    ['971501234567', '+971501234567'],
    ['12345', '12345'],
    ['99xxxxx', '99xxxxx'],
    [null, null],
  ])('what is kept as %j is read anew as %j', (kept, number) => {
    expect(rereadNumber(kept, 'IN')).toBe(number);
  });
});
