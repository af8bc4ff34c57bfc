import type { KeyField } from '../../query/predicate.ts';
import { placeInTime, type TimePieces } from '../scan/time-pieces.ts';
import { type Chunk, noValue } from '../store/chunk.ts';

/** What calls are grouped by: a field, or the slot of the piece of time in which they started. */
export type GroupPart = KeyField | 'accountId' | 'direction' | 'disposition' | TimePieces;
export type GroupKey = number | string | null;

/** Gives each combination of keys a code: 0, 1, 2 ... in order of appearance. */
export class GroupCodes {
  readonly #parts: PartCodes[];
  /** Of the first two parts, then of that and the third. */
  readonly #pairs: PairCodes[];
  #codes = new Int32Array(0);

  constructor(parts: readonly GroupPart[]) {
    this.#parts = parts.map((part) => new PartCodes(part));
    this.#pairs = parts.slice(1).map(() => new PairCodes());
  }

  get size(): number {
    return this.#pairs.at(-1)?.size ?? this.#parts[0]?.size ?? 0;
  }

  /** The code of a combination, known from now on. */
  codeOf(keys: readonly GroupKey[]): number {
    return this.#find(keys, true);
  }

  /** The code of a combination; -1 where it is not known. */
  findCode(keys: readonly GroupKey[]): number {
    return this.#find(keys, false);
  }

  #find(keys: readonly GroupKey[], learn: boolean): number {
    let code = 0;
    for (let i = 0; i < this.#parts.length; i++) {
      const next = (this.#parts[i] as PartCodes).codeOf(keys[i] ?? null, learn);
      if (next < 0) return -1;
      code = i === 0 ? next : (this.#pairs[i - 1] as PairCodes).codeOf(code, next, learn);
      if (code < 0) return -1;
    }
    return code;
  }

  /** The keys of each combination, by code. */
  keys(): GroupKey[][] {
    return Array.from({ length: this.size }, (_, code) => this.keysOf(code));
  }

  /** The keys of one. */
  keysOf(code: number): GroupKey[] {
    const keys: GroupKey[] = new Array(this.#parts.length).fill(null);
    let rest = code;
    for (let i = this.#pairs.length - 1; i >= 0; i--) {
      const pairs = this.#pairs[i] as PairCodes;
      keys[i + 1] = this.#parts[i + 1]?.keys[pairs.seconds[rest] as number] ?? null;
      rest = pairs.firsts[rest] as number;
    }
    keys[0] = this.#parts[0]?.keys[rest] ?? null;
    return keys;
  }

  /** Puts the code of each row's combination into `slots`; of an unknown one -1, unless they are to be learned. */
  place(chunk: Chunk, rows: Int32Array, count: number, slots: Int32Array, learn: boolean): void {
    if (this.#codes.length < count) this.#codes = new Int32Array(slots.length);
    this.#parts[0]?.place(chunk, rows, count, slots, learn);
    for (let i = 0; i < this.#pairs.length; i++) {
      const codes = this.#codes;
      this.#parts[i + 1]?.place(chunk, rows, count, codes, learn);
      const pairs = this.#pairs[i] as PairCodes;
      for (let k = 0; k < count; k++) {
        const first = slots[k] as number;
        const second = codes[k] as number;
        slots[k] = first < 0 || second < 0 ? -1 : pairs.codeOf(first, second, learn);
      }
    }
  }
}

/** The codes of one part's keys. */
class PartCodes {
  readonly keys: GroupKey[] = [];
  readonly #part: GroupPart;
  readonly #codes = new Map<GroupKey, number>();
  /** By id, at 0 for a missing one: its code and codeShift; 0 where it was not looked up yet. */
  #byId = new Int32Array(1024);

  constructor(part: GroupPart) {
    this.#part = part;
  }

  get size(): number {
    return this.keys.length;
  }

  codeOf(key: GroupKey, learn: boolean): number {
    const known = this.#codes.get(key);
    if (known !== undefined || !learn) return known ?? -1;
    const code = this.keys.push(key) - 1;
    this.#codes.set(key, code);
    const place = typeof key === 'number' ? key : 0;
    if (place < this.#byId.length) this.#byId[place] = 0;
    return code;
  }

  place(chunk: Chunk, rows: Int32Array, count: number, codes: Int32Array, learn: boolean): void {
    const part = this.#part;
    if (typeof part === 'object') {
      placeInTime(part, chunk.startedAt, rows, count, codes);
      this.#replaceSlots(count, codes, learn);
    } else if (part === 'accountId') {
      codes.fill(count > 0 ? this.codeOf(chunk.accountId, learn) : -1, 0, count);
    } else if (part === 'direction' || part === 'disposition') {
      this.#placeWords(chunk, part, rows, count, codes, learn);
    } else {
      this.#placeIds(chunk.int32(part), rows, count, codes, learn);
    }
  }

  #replaceSlots(count: number, codes: Int32Array, learn: boolean): void {
    let slot = -1;
    let code = -1;
    for (let k = 0; k < count; k++) {
      const next = codes[k] as number;
      if (next !== slot) {
        slot = next;
        code = next < 0 ? -1 : this.codeOf(next, learn);
      }
      codes[k] = code;
    }
  }

  #placeWords(
    { classes, classCode }: Chunk,
    field: 'direction' | 'disposition',
    rows: Int32Array,
    count: number,
    codes: Int32Array,
    learn: boolean,
  ): void {
    const unseen = -2;
    const byClass = new Int32Array(classes.length).fill(unseen);
    for (let k = 0; k < count; k++) {
      const number = classCode[rows[k] as number] as number;
      let code = byClass[number] as number;
      if (code === unseen) {
        code = this.codeOf(classes[number]?.[field] ?? null, learn);
        byClass[number] = code;
      }
      codes[k] = code;
    }
  }

  #placeIds(ids: Int32Array, rows: Int32Array, count: number, codes: Int32Array, learn: boolean): void {
    let byId = this.#byId;
    for (let k = 0; k < count; k++) {
      const id = ids[rows[k] as number] as number;
      const place = id & greatestId;
      // An id of 0, which nothing has, would be at the place of a missing one.
      const known = place < byId.length && id !== 0 ? (byId[place] as number) : 0;
      if (known !== 0) {
        codes[k] = known - codeShift;
        continue;
      }
      codes[k] = this.#codeOfId(id, learn);
      byId = this.#byId;
    }
  }

  /** Looks it up, and notes it for the next time. */
  #codeOfId(id: number, learn: boolean): number {
    const code = this.codeOf(id === noValue ? null : id, learn);
    const place = id & greatestId;
    if (id !== 0 && place < maxTableSize) this.#tableWith(place)[place] = code + codeShift;
    return code;
  }

  #tableWith(place: number): Int32Array {
    if (place < this.#byId.length) return this.#byId;
    const larger = new Int32Array(Math.min(maxTableSize, 2 ** (32 - Math.clz32(place))));
    larger.set(this.#byId);
    this.#byId = larger;
    return larger;
  }
}

// So that one that is known to have no code, -1, is told from one not looked up yet.
const codeShift = 2;
// Without the sign, which a missing one alone has: that is then 0.
const greatestId = 2 ** 31 - 1;
// Ids of participants count from 1 upwards; what is beyond is looked up in a map.
const maxTableSize = 2 ** 22;

// A table of all pairs is the fastest; where it would be larger than 16 MB, a map holds those that occur.
const maxPairs = 2 ** 22;

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
    const isLarge = width * height > maxPairs;
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
