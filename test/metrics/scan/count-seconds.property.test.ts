import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countSeconds } from '../../../src/columnar/accumulators/read-seconds.ts';
import { noValue } from '../../../src/columnar/store/chunk.ts';

const seconds = fc.oneof(
  fc.constantFrom(0, 1, 4094, 4095, 4096, -1, 2 ** 31 - 1, -(2 ** 31 - 1), noValue),
  fc.integer({ min: -10, max: 9000 }),
);

test('every call is counted once, under its class and its seconds', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 60_000 }), seconds), { maxLength: 80 }), (calls) => {
      const classCount = Math.max(0, ...calls.map(([code]) => code % 5)) + 1;
      const codes = Uint16Array.from(calls, ([code]) => code % classCount);
      const found = countSeconds(
        codes,
        Int32Array.from(calls, ([, value]) => value),
        classCount,
      );
      const wanted = new Map<string, number>();
      for (const [i, [, value]] of calls.entries()) {
        const key = `${codes[i]} ${value}`;
        wanted.set(key, (wanted.get(key) ?? 0) + 1);
      }
      const keys = [...found.counts].map((_, i) => `${found.codes[i]} ${found.seconds[i]}`);
      expect(keys).toHaveLength(wanted.size);
      expect(new Map(keys.map((key, i) => [key, found.counts[i]]))).toEqual(wanted);
    }),
  );
});
