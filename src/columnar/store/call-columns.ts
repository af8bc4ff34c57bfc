import type { CallClass } from './chunk.ts';

/** The columns of packed calls, all as numbers: instants in milliseconds since 1970, classes and coins by code. */
export const columnNames = [
  'callIds',
  'startedAt',
  'classCode',
  'agentId',
  'campaignId',
  'callGroupId',
  'virtualNumberId',
  'customerId',
  'durationSeconds',
  'talkSeconds',
  'ivrSeconds',
  'ringSeconds',
  'waitSeconds',
  'legAPickedAt',
  'legBStartedAt',
  'answeredAt',
  'endedAt',
  'coinsCode',
] as const;
export type PackedColumnName = (typeof columnNames)[number];

/** Calls of one account, column by column, in the order of their start, equal ones by id. NaN: no value. */
export type CallColumns = {
  readonly count: number;
  readonly of: Readonly<Record<PackedColumnName, Float64Array>>;
  readonly classes: readonly CallClass[];
  /** Exact decimals; null: none. */
  readonly coins: readonly (string | null)[];
};

/** Collects what codes stand for. */
export class Words<Word> {
  readonly words: Word[] = [];
  readonly #codes = new Map<string, number>();
  readonly #keyOf: (word: Word) => string;

  constructor(keyOf: (word: Word) => string) {
    this.#keyOf = keyOf;
  }

  codeOf(word: Word): number {
    const key = this.#keyOf(word);
    let code = this.#codes.get(key);
    if (code === undefined) {
      code = this.words.push(word) - 1;
      this.#codes.set(key, code);
    }
    return code;
  }
}

/** A class in words, the same for the same. */
export function keyOfClass({ direction, status, disposition, outcome, isLegAPicked, hasRecording }: CallClass): string {
  return [direction, status, disposition, outcome, isLegAPicked, hasRecording].join();
}

export const classWords = () => new Words<CallClass>(keyOfClass);
export const coinWords = () => new Words<string | null>((coins) => coins ?? 'none');

/** Room for so many calls. */
export function emptyColumns(count: number): Record<PackedColumnName, Float64Array> {
  return Object.fromEntries(columnNames.map((name) => [name, new Float64Array(count)])) as Record<
    PackedColumnName,
    Float64Array
  >;
}

/** The calls at these places, in that order. */
export function pickCalls({ of, classes, coins }: CallColumns, places: Int32Array): CallColumns {
  const picked = emptyColumns(places.length);
  for (const name of columnNames) {
    const [from, to] = [of[name], picked[name]];
    for (let i = 0; i < places.length; i++) to[i] = from[places[i] as number] as number;
  }
  return { count: places.length, of: picked, classes, coins };
}

const compare = ({ startedAt, callIds }: CallColumns['of'], a: number, b: number) =>
  (startedAt[a] as number) - (startedAt[b] as number) || (callIds[a] as number) - (callIds[b] as number);

/** In order of start and id. */
export function sortCalls(calls: CallColumns): CallColumns {
  const { count, of } = calls;
  for (let i = 1; i < count; i++) {
    if (compare(of, i - 1, i) <= 0) continue;
    const places = Int32Array.from({ length: count }, (_, place) => place);
    return pickCalls(
      calls,
      places.sort((a, b) => compare(of, a, b)),
    );
  }
  return calls;
}

/** Both together, in order. */
export function mergeCalls(a: CallColumns, b: CallColumns): CallColumns {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const classes = classWords();
  const coins = coinWords();
  const joined = emptyColumns(a.count + b.count);
  let at = 0;
  for (const part of [a, b]) {
    const classCodes = part.classes.map((word) => classes.codeOf(word));
    const coinCodes = part.coins.map((word) => coins.codeOf(word));
    for (const name of columnNames) joined[name].set(part.of[name], at);
    for (let i = 0; i < part.count; i++) {
      joined.classCode[at + i] = classCodes[part.of.classCode[i] as number] as number;
      joined.coinsCode[at + i] = coinCodes[part.of.coinsCode[i] as number] as number;
    }
    at += part.count;
  }
  const both = { count: at, of: joined, classes: classes.words, coins: coins.words };
  // Most often what is new began last.
  return compare(joined, a.count - 1, a.count) <= 0 ? both : pickCalls(both, interleave(joined, a.count, at));
}

/** The places of two ordered ranges, one behind the other, in the order of both. */
function interleave(of: CallColumns['of'], middle: number, end: number): Int32Array {
  const places = new Int32Array(end);
  let a = 0;
  let b = middle;
  for (let i = 0; i < end; i++) {
    places[i] = b === end || (a < middle && compare(of, a, b) <= 0) ? a++ : b++;
  }
  return places;
}

/** Those that a test of their place holds for. */
export function filterCalls(calls: CallColumns, keep: (place: number) => boolean): CallColumns {
  const places = new Int32Array(calls.count);
  let count = 0;
  for (let i = 0; i < calls.count; i++) if (keep(i)) places[count++] = i;
  return count === calls.count ? calls : pickCalls(calls, places.subarray(0, count));
}

const maxId = 2 ** 31 - 1;
const idColumns = ['agentId', 'campaignId', 'callGroupId', 'virtualNumberId', 'customerId'] as const;

/** Whether the ids of who and what took part fit into the 32 bits that a chunk has for each. */
export function fitsChunk({ of }: CallColumns): boolean {
  return idColumns.every((name) => of[name].every((id) => !(id > maxId)));
}
