import { type ColumnName, columnNames, columns, int32Columns, type WordColumn, wordColumns } from '../columns.ts';
import { type CallClass, type Chunk, noValue } from './chunk.ts';

/** What the codes of a chunk stand for; null: no value. Coins are exact decimals. */
export type CodedWords = { readonly classes: readonly CallClass[] } & Readonly<
  Record<WordColumn, readonly (string | null)[]>
>;

/**
 * Calls of one account, column by column, in the order of their start, equal ones by id: all as numbers, instants in milliseconds
 * since 1970, classes and words by code. NaN: no value.
 */
export type CallColumns = {
  readonly count: number;
  readonly of: Readonly<Record<ColumnName, Float64Array>>;
  readonly words: CodedWords;
};

/** A class in words, the same for the same. */
export function keyOfClass({ direction, status, disposition, outcome, isLegAPicked, hasRecording }: CallClass): string {
  return [direction, status, disposition, outcome, isLegAPicked, hasRecording].join();
}

/** Gives what it is told codes: 0, 1, 2 ... in order of appearance. */
class Codes<Word> {
  readonly words: Word[] = [];
  readonly #codes = new Map<unknown, number>();

  codeOf(word: Word, key: unknown = word): number {
    let code = this.#codes.get(key);
    if (code === undefined) {
      code = this.words.push(word) - 1;
      this.#codes.set(key, code);
    }
    return code;
  }
}

/** The codes of calls that are put together. */
export class WordCodes {
  readonly #classes = new Codes<CallClass>();
  readonly #of = new Map(wordColumns.map((name) => [name, new Codes<string | null>()]));
  readonly #told = new Map<string, number>();

  get words(): CodedWords {
    const of = Object.fromEntries([...this.#of].map(([name, { words }]) => [name, words]));
    return { classes: this.#classes.words, ...(of as Record<WordColumn, (string | null)[]>) };
  }

  codeOf(name: WordColumn, word: string | null): number {
    return (this.#of.get(name) as Codes<string | null>).codeOf(word);
  }

  codeOfClass(callClass: CallClass): number {
    return this.#classes.codeOf(callClass, keyOfClass(callClass));
  }

  /** Of a class as the database tells it. */
  codeOfTold(told: string): number {
    let code = this.#told.get(told);
    if (code === undefined) {
      code = this.codeOfClass(readClass(told));
      this.#told.set(told, code);
    }
    return code;
  }
}

function readClass(told: string): CallClass {
  const [direction, status, disposition, outcome, isLegAPicked, hasRecording] = told.split(',');
  return {
    direction,
    status,
    disposition: disposition === '-' ? null : disposition,
    outcome: outcome === '-' ? null : outcome,
    isLegAPicked: isLegAPicked === '1',
    hasRecording: hasRecording === '1',
  } as CallClass;
}

/** Room for so many calls. */
export function emptyColumns(count: number): Record<ColumnName, Float64Array> {
  const made = columnNames.map((name) => [name, new Float64Array(count)]);
  return Object.fromEntries(made) as Record<ColumnName, Float64Array>;
}

export const noCalls: CallColumns = { count: 0, of: emptyColumns(0), words: new WordCodes().words };

/** The calls at these places, in that order. */
export function pickCalls({ of, words }: CallColumns, places: Int32Array): CallColumns {
  const picked = emptyColumns(places.length);
  for (const name of columnNames) {
    const [from, to] = [of[name], picked[name]];
    for (let i = 0; i < places.length; i++) to[i] = from[places[i] as number] as number;
  }
  return { count: places.length, of: picked, words };
}

const compare = ({ startedAt, id }: CallColumns['of'], a: number, b: number) =>
  (startedAt[a] as number) - (startedAt[b] as number) || (id[a] as number) - (id[b] as number);

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
  const codes = new WordCodes();
  const joined = emptyColumns(a.count + b.count);
  let at = 0;
  for (const { count, of, words } of [a, b]) {
    for (const name of columnNames) {
      const { kind } = columns[name];
      if (kind !== 'class' && kind !== 'words') {
        joined[name].set(of[name], at);
        continue;
      }
      const coded =
        kind === 'class'
          ? words.classes.map((one) => codes.codeOfClass(one))
          : words[name as WordColumn].map((one) => codes.codeOf(name as WordColumn, one));
      for (let i = 0; i < count; i++) joined[name][at + i] = coded[of[name][i] as number] as number;
    }
    at += count;
  }
  const both = { count: at, of: joined, words: codes.words };
  // Most often what is new began last.
  return compare(joined, a.count - 1, a.count) <= 0 ? both : pickCalls(both, interleave(joined, a.count, at));
}

/** The places of two ordered lists, one behind the other, in the order of both. */
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

const greatest = 2 ** 31 - 1;

/** Whether ids and numbers fit into the 32 bits that a chunk has for each. */
export function fitsChunk({ of }: CallColumns): boolean {
  return int32Columns.every((name) => of[name].every((value) => !(value > greatest || value < -greatest)));
}

/** Calls of an account as a chunk. */
export function makeChunk(
  accountId: number,
  { count, of, words }: CallColumns,
  range?: { from: number; to: number },
): Chunk {
  const once = onceEach();
  return {
    accountId,
    from: range?.from ?? of.startedAt[0] ?? 0,
    to: range?.to ?? (of.startedAt[count - 1] ?? 0) + 1,
    count,
    startedAt: of.startedAt,
    classes: words.classes,
    classCode: Uint16Array.from(of.class),
    superseded: null,
    int32: (name) => once(name, () => int32Of(of[name])),
    moment: (name) => of[name],
    words: (name) => ({ codes: once(name, () => Uint16Array.from(of[name])), values: words[name] }),
    id: () => of.id,
  };
}

function int32Of(values: Float64Array): Int32Array {
  const numbers = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    numbers[i] = Number.isNaN(value) ? noValue : value;
  }
  return numbers;
}

function onceEach() {
  const made = new Map<string, unknown>();
  return <Made>(name: string, make: () => Made): Made => {
    const known = (made.get(name) as Made | undefined) ?? make();
    made.set(name, known);
    return known;
  };
}
