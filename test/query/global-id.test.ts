import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromGlobalId, nodeTypes, rowIdOf, toGlobalId } from '../../src/query/global-id.ts';

test('an id is base64url of its type and number, and is read back as what it was made of', () => {
  const numbers = fc.oneof(
    fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    fc.maxSafeNat().filter((id) => id > 0),
  );
  fc.assert(
    fc.property(fc.constantFrom(...nodeTypes), numbers, (type, id) => {
      fc.pre(type !== 'Account' || id < 2 ** 31);
      const text = toGlobalId(type, id);
      expect(text).toBe(Buffer.from(`${type}:${id}`).toString('base64url'));
      expect(fromGlobalId(text)).toEqual({ type, id });
    }),
    { numRuns: 500 },
  );
});

test.each([
  '',
  'Call:1',
  toGlobalId('Call', 1).slice(0, -1),
  `${toGlobalId('Call', 1)}=`,
  Buffer.from('Call:01').toString('base64url'),
])('%j names nothing', (text) => {
  expect(fromGlobalId(text)).toBeNull();
  expect(rowIdOf('Call', text)).toBeNull();
});
