import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstAtOrAfter } from '../../../src/columnar/scan/row-filter.ts';
import { fillRowsOf, splitById } from '../../../src/columnar/scan/select-rows.ts';
import { type Chunk, noValue } from '../../../src/columnar/store/chunk.ts';
import type { Predicate } from '../../../src/query/predicate.ts';

const cases = fc.record({
  calls: fc.array(
    fc.record({
      ms: fc.integer({ min: 0, max: 50 }),
      // 0 is no id that is ever given; 20,000 is too far for an index.
      agent: fc.constantFrom(noValue, 0, 1, 1, 2, 3, 7),
      isSuperseded: fc.constantFrom(false, false, true),
    }),
    { maxLength: 60 },
  ),
  hasFarId: fc.constantFrom(false, false, false, true),
  ids: fc.array(fc.constantFrom(0, 1, 2, 3, 8, 20_000, -5), { maxLength: 5 }),
  from: fc.integer({ min: -5, max: 40 }),
  length: fc.integer({ min: 0, max: 60 }),
});

test('the rows of some ids are those that looking at every row finds, in their order', () => {
  let indexed = 0;
  fc.assert(
    fc.property(cases, ({ calls, hasFarId, ids, from, length }) => {
      const sorted = calls.toSorted((a, b) => a.ms - b.ms);
      const agents = Int32Array.from(sorted, ({ agent }, i) => (hasFarId && i === 0 ? 20_000 : agent));
      const chunk: Chunk = {
        accountId: 1,
        from: 0,
        to: 51,
        count: sorted.length,
        startedAt: Float64Array.from(sorted, ({ ms }) => ms),
        classes: [],
        classCode: new Uint16Array(sorted.length),
        superseded: sorted.some(({ isSuperseded }) => isSuperseded)
          ? Uint8Array.from(sorted, ({ isSuperseded }) => Number(isSuperseded))
          : null,
        int32: () => agents,
        moment: () => new Float64Array(sorted.length),
        words: () => ({ codes: new Uint16Array(sorted.length), values: [] }),
        id: () => Float64Array.from(sorted.keys()),
      };
      const expected = [...sorted.keys()].filter((row) => {
        const { ms, isSuperseded } = sorted[row] as (typeof sorted)[number];
        return ms >= from && ms < from + length && !isSuperseded && (ids as number[]).includes(agents[row] as number);
      });
      const byId = splitById({ of: 'agentId', in: ids });
      expect(byId).not.toBeNull();
      for (let asked = 0; asked < 3; asked++) {
        const rows = new Int32Array(sorted.length);
        const [first, end] = [from, from + length].map((ms) => firstAtOrAfter(chunk.startedAt, ms)) as [number, number];
        const count = byId && fillRowsOf(chunk, byId, first, end, rows);
        if (count === null) continue;
        indexed += 1;
        expect([...rows.subarray(0, count)]).toEqual(expected);
      }
    }),
    { numRuns: 500 },
  );
  expect(indexed).toBeGreaterThan(500);
});

test('ids are asked first only where a filter says that they must hold', () => {
  const agent: Predicate = { of: 'agentId', in: [1, 1, 2] };
  const inbound: Predicate = { of: 'direction', in: ['INBOUND'] };
  expect(splitById({ all: [inbound, agent] })).toEqual({ field: 'agentId', ids: [1, 2], rest: { all: [inbound] } });
  expect(splitById(agent)).toEqual({ field: 'agentId', ids: [1, 2], rest: { all: [] } });
  expect(splitById({ any: [inbound, agent] })).toBeNull();
  expect(splitById({ not: agent })).toBeNull();
  expect(splitById({ all: [{ of: 'customerId', in: [1] }] })).toBeNull();
});
