// A table of all pairs is the fastest; where it would be larger than 16 MB, a map holds those that occur.
const maxTableSize = 2 ** 22;

/** Gives each pair of small whole numbers a code of its own: 0, 1, 2 ... in order of appearance. */
export class PairCodes {
  readonly firsts: number[] = [];
  readonly seconds: number[] = [];
  /** One more than the code of each pair, at first * width + second. */
  #table = new Int32Array(64 * 16);
  #width = 16;
  #map: Map<number, number> | null = null;

  get size(): number {
    return this.firsts.length;
  }

  /** The code of a pair; of one not seen before a new one, or -1 where `learn` is false. */
  codeOf(first: number, second: number, learn: boolean): number {
    if (second < this.#width) {
      const place = first * this.#width + second;
      if (place < this.#table.length) {
        const known = this.#table[place] as number;
        if (known > 0) return known - 1;
      }
    }
    return this.#codeOfOther(first, second, learn);
  }

  #codeOfOther(first: number, second: number, learn: boolean): number {
    const known = this.#map?.get(keyOf(first, second));
    if (known !== undefined || !learn) return known ?? -1;
    const code = this.firsts.push(first) - 1;
    this.seconds.push(second);
    this.#makeRoom(first, second);
    if (this.#map) this.#map.set(keyOf(first, second), code);
    else this.#table[first * this.#width + second] = code + 1;
    return code;
  }

  /** Enlarges the table so that it holds a pair, or goes over to a map. */
  #makeRoom(first: number, second: number): void {
    const width = second < this.#width ? this.#width : sizeAbove(second);
    const height = Math.max(this.#table.length / this.#width, sizeAbove(first));
    const isLarge = width * height > maxTableSize;
    if (this.#map || (width === this.#width && width * height === this.#table.length)) return;
    const pairs = this.firsts.map((one, code) => ({ one, other: this.seconds[code] as number }));
    if (isLarge) {
      this.#map = new Map(pairs.map(({ one, other }, code) => [keyOf(one, other), code]));
      this.#table = new Int32Array(0);
      return;
    }
    this.#table = new Int32Array(width * height);
    this.#width = width;
    for (const [code, { one, other }] of pairs.entries()) this.#table[one * width + other] = code + 1;
  }
}

const keyOf = (first: number, second: number) => first * 2 ** 26 + second;
/** The power of two above a number. */
const sizeAbove = (number: number) => 2 ** (32 - Math.clz32(number));
