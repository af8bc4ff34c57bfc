import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { describe, expect, it } from 'vitest';
import { isIdentity, normalizeNumber } from '../../src/phone-numbers/normalize-number.ts';

describe('a number that is possible in the region is kept as E.164', () => {
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
    ['+12025550123', 'IN', '+12025550123'],
    ['(202) 555-0123', 'US', '+12025550123'],
    ['020 7946 0958', 'GB', '+442079460958'],
  ])('%j in %s is %s', (text, region, number) => {
    expect(normalizeNumber(text, region)).toBe(number);
  });
});

describe('other digits are kept as digits', () => {
  it.each([
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
