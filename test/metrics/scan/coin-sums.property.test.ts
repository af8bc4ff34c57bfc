import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CoinSums } from '../../../src/columnar/accumulators/coin-sums.ts';
import { SlotRange } from '../../../src/columnar/scan/cut-row-ranges.ts';
import { rowsOf } from '../../../src/columnar/scan/scan-chunk.ts';
import { compileSelectRows } from '../../../src/columnar/scan/select-rows.ts';
import type { Chunk } from '../../../src/columnar/store/chunk.ts';
import { scaleDecimal, unscaleDecimal } from '../../../src/query/decimal.ts';
import { instantOf } from '../../../src/time/instant.ts';
import { aCall } from '../../support/factories.ts';
import { imaginedCalls, packCalls } from '../../support/packed-world.ts';

const finest = 9;
const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.constantFrom(0, 1, 2, finest))
  .map(([units, digits]) => unscaleDecimal(units, digits));
const coins = fc.option(fc.oneof(fc.constantFrom('1', '0.5', '0', '0.25'), decimal));
const way = fc.constantFrom('rows', 'range', 'sum');
const parts = fc.array(fc.record({ coins: fc.array(coins, { minLength: 1, maxLength: 8 }), way }), { maxLength: 6 });

const selectAll = compileSelectRows({ all: [] });
const rangeOf = (chunk: Chunk, slot: number) =>
  rowsOf(
    new SlotRange(chunk, 0, chunk.count, slot),
    selectAll,
    new Int32Array(chunk.count),
    new Int32Array(chunk.count),
  );

/** Adds the coins of some calls to slot 1 of two. */
function addTo(sums: CoinSums, values: readonly (string | null)[], how: 'rows' | 'range' | 'sum'): void {
  const calls = imaginedCalls(
    values.map((value, i) =>
      aCall({ accountId: 1, coins: value, startedAt: instantOf(Date.UTC(2030, 0, 1, 0, 0, i)) }),
    ),
  );
  for (const chunk of packCalls(calls, 100, [])) {
    const rows = Int32Array.from({ length: chunk.count }, (_, row) => row);
    if (how === 'rows') sums.add({ chunk, rows, slots: rows.map(() => 1), count: chunk.count });
    else if (how === 'range') sums.add(rangeOf(chunk, 1));
    else {
      const own = new CoinSums(1);
      own.add(rangeOf(chunk, 0));
      sums.addSum(own.sumOf(0), 1);
    }
  }
}

test('sums of coins are exact, however large and fine they are, and in whichever way they are added', () => {
  fc.assert(
    fc.property(parts, parts, (before, added) => {
      const sums = new CoinSums(2);
      for (const part of before) addTo(sums, part.coins, part.way);
      sums.clear(2);
      for (const part of added) addTo(sums, part.coins, part.way);
      let units = 0n;
      for (const part of added) for (const value of part.coins) if (value) units += scaleDecimal(value, finest);
      expect([0, 1].map(sums.values())).toEqual(['0', unscaleDecimal(units, finest)]);
    }),
    { numRuns: 500 },
  );
});
