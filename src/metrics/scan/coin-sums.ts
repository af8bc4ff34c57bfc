import { fractionDigitsOf, scaleDecimal, unscaleDecimal } from '../../filter/decimal.ts';
import type { Chunk } from '../../packed-calls/chunk.ts';
import type { Run } from './run.ts';
import type { AggregateValues, Batch, Tally } from './tally.ts';

/** Exact sums of coins: whole numbers of the finest unit that occurs, as floats as long as these hold them exactly. */
export class CoinSums implements Tally {
  readonly #digits: number;
  readonly #sums: Float64Array | null;
  readonly #exactSums: bigint[];

  constructor(chunks: readonly Chunk[], slotCount: number) {
    let digits = 0;
    let most = 0n;
    let calls = 0;
    const values = new Set<string>();
    for (const chunk of chunks) {
      calls += chunk.count;
      for (const value of chunk.coins().values) if (value !== null) values.add(value);
    }
    for (const value of values) digits = Math.max(digits, fractionDigitsOf(value));
    for (const value of values) {
      const units = scaleDecimal(value, digits);
      const size = units < 0n ? -units : units;
      if (size > most) most = size;
    }
    this.#digits = digits;
    const isSmall = most * BigInt(calls) <= BigInt(Number.MAX_SAFE_INTEGER);
    this.#sums = isSmall ? new Float64Array(slotCount) : null;
    this.#exactSums = isSmall ? [] : Array.from({ length: slotCount }, () => 0n);
  }

  add({ chunk, rows, slots, count }: Batch): void {
    const { codes, values } = chunk.coins();
    const units = values.map((value) => (value === null ? 0n : scaleDecimal(value, this.#digits)));
    const sums = this.#sums;
    if (sums) {
      const byCode = Float64Array.from(units, Number);
      for (let k = 0; k < count; k++) {
        const slot = slots[k] as number;
        sums[slot] = (sums[slot] as number) + (byCode[codes[rows[k] as number] as number] as number);
      }
      return;
    }
    const exact = this.#exactSums;
    for (let k = 0; k < count; k++) {
      const slot = slots[k] as number;
      exact[slot] = (exact[slot] as bigint) + (units[codes[rows[k] as number] as number] as bigint);
    }
  }

  addRun(run: Run): void {
    const { slot } = run;
    const { values } = run.chunk.coins();
    const counts = run.coinCounts();
    for (const [code, value] of values.entries()) {
      if (value === null || counts[code] === 0) continue;
      const units = scaleDecimal(value, this.#digits) * BigInt(counts[code] as number);
      if (this.#sums) this.#sums[slot] = (this.#sums[slot] as number) + Number(units);
      else this.#exactSums[slot] = (this.#exactSums[slot] as bigint) + units;
    }
  }

  values(): AggregateValues {
    return (slot) =>
      unscaleDecimal(this.#sums ? BigInt(this.#sums[slot] as number) : (this.#exactSums[slot] as bigint), this.#digits);
  }
}
