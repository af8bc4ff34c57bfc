import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callCondition } from '../../../src/calls/list/call-filter.ts';
import { compileRowFilter, fillRows } from '../../../src/columnar/scan/row-filter.ts';
import type { CallFilter } from '../../../src/graphql/generated/inputs.ts';
import type { Predicate } from '../../../src/query/predicate.ts';
import { imaginedCalls, imaginedWorld, packCalls } from '../../support/packed-world.ts';
import { matchesCall, regionOf } from '../../support/recount/match.ts';
import { callSpecs, clockChange, toRow } from '../../support/recount/random-calls.ts';
import { callFilter } from '../../support/recount/random-filters.ts';
import { fillInIds } from '../../support/recount/world.ts';

const world = imaginedWorld();
const cases = clockChange.chain((change) =>
  fc.record({
    specs: callSpecs(change, 60),
    chunkSize: fc.integer({ min: 1, max: 40 }),
    filters: fc.array(callFilter(change), { minLength: 60, maxLength: 80, size: 'max' }),
  }),
);

test('a filter that packed calls can be asked keeps exactly the calls that it matches', () => {
  let kept = 0;
  let asked = 0;
  fc.assert(
    fc.property(cases, ({ specs, chunkSize, filters }) => {
      const calls = imaginedCalls(specs.map((spec, i) => toRow(spec, i, world)));
      const chunks = packCalls(calls, chunkSize, []);
      for (const marked of filters) {
        const filter = fillInIds<CallFilter>(marked, world, calls);
        const condition: { test?: Predicate } = callCondition(filter, { region: regionOf(world, filter) });
        if (!condition.test) continue;
        const keep = compileRowFilter(condition.test);
        const found = chunks.flatMap((chunk) => {
          const rows = new Int32Array(chunk.count);
          const count = keep(chunk, rows, fillRows(chunk, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, rows));
          return Array.from(rows.subarray(0, count), (row) => chunk.id()[row]);
        });
        const expected = calls.filter((call) => matchesCall(filter, call, world)).map(({ id }) => id);
        expect(new Set(found), JSON.stringify(filter)).toEqual(new Set(expected));
        expect(found).toHaveLength(expected.length);
        asked += 1;
        if (found.length > 0 && found.length < calls.length) kept += 1;
      }
    }),
    { numRuns: 30 },
  );
  expect(asked).toBeGreaterThan(500);
  expect(kept).toBeGreaterThan(100);
}, 120_000);
