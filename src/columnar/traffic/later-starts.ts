import { noValue } from '../store/chunk.ts';

/** When customers called next, as one goes back in time. */
export class LaterStarts {
  // The earliest start met, and the earliest after it: of calls at the same moment neither is later.
  readonly #next: Float64Array;
  readonly #afterNext: Float64Array;

  constructor(customerCount: number) {
    this.#next = new Float64Array(customerCount).fill(Number.NaN);
    this.#afterNext = new Float64Array(customerCount).fill(Number.NaN);
  }

  meet(customer: number, ms: number): void {
    const next = this.#next[customer] as number;
    if (next === ms) return;
    this.#afterNext[customer] = next;
    this.#next[customer] = ms;
  }

  /** The first start after a moment at or before all starts met; NaN: none. */
  after(customer: number, ms: number): number {
    const next = this.#next[customer] as number;
    return next === ms ? (this.#afterNext[customer] as number) : next;
  }
}

/** Numbers customers from 0, as they are where their ids are not far apart. */
export class CustomerNumbers {
  readonly count: number;
  readonly #numbers: Map<number, number> | null;

  constructor(columns: readonly Int32Array[]) {
    let rows = 0;
    let largest = 0;
    for (const ids of columns) {
      rows += ids.length;
      for (let row = 0; row < ids.length; row++) if ((ids[row] as number) > largest) largest = ids[row] as number;
    }
    const isDense = largest < Math.max(2 ** 22, rows * 8);
    this.#numbers = isDense ? null : new Map();
    if (this.#numbers) {
      for (const ids of columns) {
        for (const id of ids) if (id !== noValue && !this.#numbers.has(id)) this.#numbers.set(id, this.#numbers.size);
      }
    }
    this.count = this.#numbers ? this.#numbers.size : largest + 1;
  }

  numberOf(id: number): number {
    return this.#numbers ? (this.#numbers.get(id) as number) : id;
  }
}
