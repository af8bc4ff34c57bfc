/** A set of pairs of whole numbers, the first below 2^20, the second below 2^32. */
export class PairSet {
  #keys = new Float64Array(1024).fill(-1);
  #size = 0;

  /** Whether the pair was not in it before. */
  add(first: number, second: number): boolean {
    const keys = this.#keys;
    const key = first * 2 ** 32 + second;
    const mask = keys.length - 1;
    const mixed = Math.imul(first + 1, 0x9e37_79b1) ^ Math.imul(second, 0x85eb_ca6b);
    let place = (mixed ^ (mixed >>> 15)) & mask;
    while (keys[place] !== -1) {
      if (keys[place] === key) return false;
      place = (place + 1) & mask;
    }
    keys[place] = key;
    this.#size += 1;
    if (this.#size * 2 > keys.length) this.#grow();
    return true;
  }

  #grow(): void {
    const known = this.#keys;
    this.#keys = new Float64Array(known.length * 4).fill(-1);
    this.#size = 0;
    for (const key of known) if (key !== -1) this.add(Math.floor(key / 2 ** 32), key % 2 ** 32);
  }
}
