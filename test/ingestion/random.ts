/** Draws that are the same for the same seed, on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) >>> 0;
  }

  /** From 0 to below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below a limit. */
  upTo(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  isTrue(probability: number): boolean {
    return this.next() < probability;
  }

  one<T>(of: readonly T[]): T {
    return of[this.upTo(of.length)] as T;
  }

  /** Some of them, one at least, in their order. */
  some<T>(of: readonly T[]): T[] {
    const chosen = of.filter(() => this.isTrue(0.4));
    return chosen.length > 0 ? chosen : [this.one(of)];
  }

  weighted<T>(of: readonly (readonly [weight: number, value: T])[]): T {
    let at = this.next() * of.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of of) {
      at -= weight;
      if (at < 0) return value;
    }
    return (of.at(-1) as readonly [number, T])[1];
  }
}
