import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isKeyText, makeKeyText } from '../../../src/access/keys/key-text.ts';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const numberIn = (text: string) => [...text].reduce((sum, digit) => sum * 62n + BigInt(digits.indexOf(digit)), 0n);

test('a key is a prefix, 32 bytes and their checksum, in letters and digits alone', () => {
  const keys = Array.from({ length: 500 }, makeKeyText);
  for (const key of keys) {
    expect(key).toMatch(/^cak_[0-9A-Za-z]{49}$/);
    expect(numberIn(key.slice(4, 47))).toBeLessThan(2n ** 256n);
    expect(numberIn(key.slice(47))).toBe(BigInt(crc32(key.slice(0, 47))));
    expect(isKeyText(key)).toBe(true);
  }
  expect(new Set(keys).size).toBe(500);
});

test('of random bytes every bit is there: each place of a key takes many digits', () => {
  const keys = Array.from({ length: 500 }, makeKeyText);
  // The first of 43 digits holds what is left of 256 bits, which is little.
  for (let place = 5; place < 47; place++) expect(new Set(keys.map((key) => key[place])).size).toBeGreaterThan(40);
});

test('what was changed in one place is no key', () => {
  fc.assert(
    fc.property(fc.nat(52), fc.constantFrom(...digits), (place, digit) => {
      const key = makeKeyText();
      const other = key.slice(0, place) + digit + key.slice(place + 1);
      expect(isKeyText(other)).toBe(other === key);
    }),
  );
});

test.each(['', 'cak_', 'undefined', 'cak_ſ', `cak_${'0'.repeat(49)}`, 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'])(
  '%s is no key',
  (text) => expect(isKeyText(text)).toBe(false),
);

test('no key is longer, shorter, or has blanks around it', () => {
  const key = makeKeyText();
  for (const other of [`${key}0`, key.slice(0, -1), ` ${key}`, `${key}\n`, key.toLowerCase(), key.toUpperCase()]) {
    expect(isKeyText(other)).toBe(false);
  }
});
