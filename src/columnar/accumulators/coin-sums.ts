import { fractionDigitsOf, scaleDecimal, unscaleDecimal } from '../../query/decimal.ts';
import type { Chunk } from '../store/chunk.ts';
import type { Accumulator, AggregateValues, Batch } from './accumulator.ts';

/** An exact sum of coins: a whole number of units of 10^-digits. */
export type CoinSum = { units: bigint; digits: number };

/** Exact sums of coins: whole numbers of the finest unit that occurred, as floats as long as these hold them exactly. */
export class CoinSums implements Accumulator {
  #digits = 0;
  /** Null where floats do not hold them exactly. */
  #sums: Float64Array | null;
  #exactSums: bigint[] = [];
  /** No sum is greater, either way. */
  #bound = 0;

  constructor(slotCount: number) {
    this.#sums = new Float64Array(slotCount);
  }

  add({ chunk, rows, slots, count }: Batch): void {
    const { codes } = chunk.words('coins');
    const units = this.#unitsOf(chunk, count);
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

  addSum(sum: CoinSum, slot: number): void {
    this.#scaleTo(sum.digits);
    const units = sum.units * 10n ** BigInt(this.#digits - sum.digits);
    this.#makeRoomFor(sizeOf(units));
    this.#addUnits(units, slot);
  }

  clear(slotCount: number): void {
    this.#sums?.fill(0, 0, slotCount);
    this.#exactSums.fill(0n, 0, slotCount);
    if (this.#sums) this.#bound = 0;
  }

  sumOf(slot: number): CoinSum {
    const units = this.#sums ? BigInt(this.#sums[slot] as number) : (this.#exactSums[slot] as bigint);
    return { units, digits: this.#digits };
  }

  values(): AggregateValues {
    return (slot) => {
      const { units, digits } = this.sumOf(slot);
      return unscaleDecimal(units, digits);
    };
  }

  /** The values of a chunk's codes as whole numbers of units, of which so many may be added now. */
  #unitsOf(chunk: Chunk, count: number): readonly bigint[] {
    const { units, digits, most } = scaled(chunk.words('coins').values);
    this.#scaleTo(digits);
    const factor = 10n ** BigInt(this.#digits - digits);
    this.#makeRoomFor(Number(most * factor) * count);
    return factor === 1n ? units : units.map((value) => value * factor);
  }

  #scaleTo(digits: number): void {
    if (digits <= this.#digits) return;
    const factor = 10n ** BigInt(digits - this.#digits);
    this.#digits = digits;
    this.#makeRoomFor(this.#bound * (Number(factor) - 1));
    const sums = this.#sums;
    if (!sums) this.#exactSums = this.#exactSums.map((units) => units * factor);
    else for (let slot = 0; slot < sums.length; slot++) sums[slot] = (sums[slot] as number) * Number(factor);
  }

  #makeRoomFor(size: number): void {
    this.#bound += size;
    if (!this.#sums || this.#bound <= Number.MAX_SAFE_INTEGER) return;
    this.#exactSums = Array.from(this.#sums, BigInt);
    this.#sums = null;
  }

  #addUnits(units: bigint, slot: number): void {
    if (this.#sums) this.#sums[slot] = (this.#sums[slot] as number) + Number(units);
    else this.#exactSums[slot] = (this.#exactSums[slot] as bigint) + units;
  }
}

const sizeOf = (units: bigint) => Number(units < 0n ? -units : units);

type Scaled = { units: readonly bigint[]; digits: number; most: bigint };
const scaledOf = new WeakMap<readonly (string | null)[], Scaled>();

/** A chunk's values as whole numbers of the finest unit among them, 0 for a missing one; and the greatest, either way. */
function scaled(values: readonly (string | null)[]): Scaled {
  const known = scaledOf.get(values);
  if (known) return known;
  let digits = 0;
  for (const value of values) if (value !== null) digits = Math.max(digits, fractionDigitsOf(value));
  const units = values.map((value) => (value === null ? 0n : scaleDecimal(value, digits)));
  let most = 0n;
  for (const value of units) {
    const size = value < 0n ? -value : value;
    if (size > most) most = size;
  }
  const made = { units, digits, most };
  scaledOf.set(values, made);
  return made;
}
