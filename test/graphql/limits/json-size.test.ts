import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonSize } from '../../../src/graphql/limits/requested-operation.ts';

const jsonDepth = (text: string, depth: number) => jsonSize(text, { depth, values: 1_000_000 }).depth;
const jsonValues = (text: string, values = 1_000_000) => jsonSize(text, { depth: 100, values }).values;

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

test('the depth of a JSON text is that of its value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), fc.nat(2), (value, indent) => {
      expect(jsonDepth(JSON.stringify(value, null, indent), 100)).toBe(depthOf(value));
    }),
    { numRuns: 500 },
  );
});

test('brackets in strings do not count, escaped quotes and backslashes end none', () => {
  expect(jsonDepth('["[[[", "\\"[[[", "\\\\", {"[": "]"}]', 100)).toBe(2);
  expect(jsonDepth('["\\\\"[[', 100)).toBe(3);
});

test('counting ends above what is allowed', () => {
  expect(jsonDepth('['.repeat(100_000), 64)).toBe(65);
  expect(jsonDepth(`"${'['.repeat(100)}`, 64)).toBe(0);
});

test('objects, lists and entries count, those in strings do not', () => {
  expect(jsonValues('5')).toBe(1);
  expect(jsonValues('{ "a": [1, 2, 3], "b": ",,,[[" }')).toBe(6);
  expect(jsonValues(`[${'{},'.repeat(1000)}]`, 100)).toBe(101);
});
