import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packNumbers, unpackNumbers } from '../../src/columnar/packing/pack-numbers.ts';

const numbers = fc.array(
  fc.oneof(
    fc.integer({ min: -5, max: 300 }),
    fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }),
    fc.maxSafeInteger(),
    fc.integer({ min: -100_000, max: 100_000 }).map((seconds) => seconds * 1000),
    fc.constant(Number.NaN),
  ),
  { maxLength: 40 },
);

test('numbers come back from their bytes as they were, missing ones too, wherever the bytes lie', () => {
  fc.assert(
    fc.property(numbers, fc.nat(9), fc.constantFrom([1], [1000, 1]), (values, offset, scales) => {
      const packed = packNumbers(Float64Array.from(values), scales);
      const moved = Buffer.concat([Buffer.alloc(offset), packed]).subarray(offset);
      expect([...unpackNumbers(moved, new Float64Array(values.length), Number.NaN)]).toEqual(values);
    }),
    { numRuns: 500 },
  );
});

test('small numbers are small: a byte for less than 256, nothing where all are the same', () => {
  const sizeOf = (values: number[], scales?: number[]) => packNumbers(Float64Array.from(values), scales).length - 24;
  expect(sizeOf([7, 7, 7])).toBe(0);
  expect(sizeOf([1000, 1255, Number.NaN])).toBe(6);
  expect(sizeOf([1000, 1254, Number.NaN])).toBe(3);
  expect(sizeOf([0, 200_000, 90_000], [1000, 1])).toBe(3);
  expect(sizeOf([0, 65_535])).toBe(4);
  expect(sizeOf([0, 65_536])).toBe(8);
  expect(sizeOf([0, 2 ** 33])).toBe(16);
});
