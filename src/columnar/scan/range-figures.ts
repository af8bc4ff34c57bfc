import { memoize } from '../../memoize.ts';
import type { Predicate } from '../../query/predicate.ts';
import type { Accumulator, FillValues } from '../accumulators/accumulator.ts';
import { type Aggregate, wordsOf } from '../accumulators/aggregate.ts';
import { type CoinSum, CoinSums } from '../accumulators/coin-sums.ts';
import { bytesOfSet, type CustomerSet } from '../accumulators/customer-count.ts';
import { GroupCodes, type GroupKey, type GroupPart } from '../accumulators/group-codes.ts';
import type { AccumulatorPlan, MakeAccumulators } from '../accumulators/plan-accumulators.ts';
import type { Chunk } from '../store/chunk.ts';
import type { SlotRange } from './cut-row-ranges.ts';
import { compileSelectRows } from './select-rows.ts';

/**
 * The values of some aggregates over the calls of a range that count: of the first in each group, then of the next; NaN where
 * there is none. And its customers and coins, where they were asked for.
 */
export type RangeFigures = {
  keys: readonly (readonly GroupKey[])[];
  values: Float64Array;
  customers?: CustomerSet;
  coins?: CoinSum;
};

/** Those of a range, kept where they are asked for again unless its calls are few; null where its calls must be gone through. */
export type FiguresOfRange = (range: SlotRange) => RangeFigures | null;

/** What figures are of: which calls count, by which groups, and what of them is told: aggregates that add up. */
export type FiguresPlan = {
  test: Predicate;
  by: readonly GroupPart[];
  adding: readonly Aggregate[];
  hasCustomers: boolean;
  hasCoins: boolean;
};

/** Whether the value of several ranges together is told by the value of each. */
export function addsUp(aggregate: Aggregate): boolean {
  return aggregate.of === 'calls' || (aggregate.of === 'spans' && typeof aggregate.take === 'string');
}

// Where groups have fewer calls than this, going through the calls takes about as long.
const callsOfGroup = 4;
// Of a few calls figures are made for the block that they are in, in which groups have more of them.
const callsOfGroupAmongFew = 1.5;
// Where so many ranges in a row have too many groups, the others of the same question will have, too.
const enoughRefused = 8;
const bytesOfKeys = 16;
const bytesOfAny = 200;
const bytesOfCoins = 64;
const noGroups: readonly (readonly GroupKey[])[] = [[]];

/** What tells the figures of a plan from others; null where they are not kept: groups must be told by columns alone. */
export function nameOfFigures({ test, by, adding, hasCustomers, hasCoins }: FiguresPlan): string | null {
  const isAsked = adding.length > 0 || hasCustomers || hasCoins;
  if (!isAsked || by.some((part) => typeof part === 'object')) return null;
  const beside = `${hasCustomers ? ' customers' : ''}${hasCoins ? ' coins' : ''}`;
  return shortName(`${JSON.stringify([test, by])} ${adding.map(wordsOf).join()}${beside}`).name;
}

/** How many bytes they take, but for what they share with others. */
export function bytesOfFigures({ keys, values, customers, coins }: RangeFigures): number {
  const beside = (customers ? bytesOfSet(customers) : 0) + (coins ? bytesOfCoins : 0);
  return bytesOfAny + keys.length * bytesOfKeys + values.byteLength + beside;
}

/** Figures of each group of a range; where there are none, of all. What gathers is made once for all ranges of these chunks. */
export function compileFigures(
  name: string,
  { test, by, adding, hasCustomers, hasCoins }: FiguresPlan,
  makeAccumulators: MakeAccumulators,
  hasGroups: boolean,
): FiguresOfRange {
  const select = compileSelectRows(test);
  const place = hasGroups ? compileRangeGroups(by) : placeInOne;
  const coins = hasCoins ? new CoinSums(1) : null;
  let rows = new Int32Array(0);
  let slots = new Int32Array(0);
  let capacity = 0;
  let gathering: Gathering = { accumulators: [], fills: [] };
  const gatherFor = (size: number) => {
    if (size > capacity) {
      capacity = Math.max(2 * capacity, size);
      gathering = gatheringOf(makeAccumulators(capacity));
    }
    return gathering;
  };

  const make = (range: SlotRange, maxBytes: number): { figures: RangeFigures; bytes: number } | null => {
    const { chunk, first, end } = range;
    if (rows.length < end - first) {
      rows = new Int32Array(end - first);
      slots = new Int32Array(end - first);
    }
    const count = select(chunk, first, end, rows);
    const keys = place(chunk, rows, count, slots);
    const size = keys.length;
    const most = (end - first) / (range.isFew ? callsOfGroupAmongFew : callsOfGroup);
    if (hasGroups && (size - 1 > most || size * (8 * adding.length + bytesOfKeys) > maxBytes)) return null;
    const { accumulators, fills } = gatherFor(Math.max(size, 1));
    const batch = { chunk, rows, slots, count };
    for (const accumulator of accumulators) accumulator.add(batch);
    const values = valuesOf(fills, size);
    for (const accumulator of accumulators) accumulator.clear?.(size);
    coins?.clear(1);
    coins?.add(batch);
    const own = { keys, values, ...(coins && { coins: coins.sumOf(0) }) };
    if (!hasCustomers) return { figures: own, bytes: bytesOfFigures(own) };
    const all = chunk.int32('customerId').subarray(first, end);
    // Where all calls count, their customers are a view of the column.
    if (count === all.length) return { figures: { ...own, customers: { ids: all } }, bytes: bytesOfFigures(own) };
    const customers = { ids: Int32Array.from(rows.subarray(0, count), (row) => all[row - first] as number) };
    const figures = { ...own, customers };
    return { figures, bytes: bytesOfFigures(figures) };
  };
  let refused = 0;
  return (range) => {
    if (refused === enoughRefused || range.chunk.superseded !== null) return null;
    // Of a few calls they are worked out each time, until those of the block that they are in are kept: many small chunks would
    // have hundreds of figures each.
    const figures = range.isFew
      ? (make(range, Number.POSITIVE_INFINITY)?.figures ?? null)
      : range.figures(name, (maxBytes) => make(range, maxBytes));
    refused = figures || !hasGroups ? 0 : refused + 1;
    return figures;
  };
}

function placeInOne(_chunk: Chunk, _rows: Int32Array, count: number, slots: Int32Array) {
  slots.fill(0, 0, count);
  return noGroups;
}

type Gathering = { accumulators: readonly Accumulator[]; fills: readonly FillValues[] };

function gatheringOf({ accumulators, answers }: AccumulatorPlan): Gathering {
  return { accumulators, fills: answers.flatMap(({ fill }) => fill?.() ?? []) };
}

function valuesOf(fills: readonly FillValues[], size: number): Float64Array {
  const values = new Float64Array(fills.length * size);
  for (const [i, fill] of fills.entries()) fill(values.subarray(i * size, (i + 1) * size));
  return values;
}

/** Puts the group of each row into `slots`, from 0 for each range, and tells the keys of these groups. */
function compileRangeGroups(by: readonly GroupPart[]) {
  const codes = new GroupCodes(by);
  const keys: (readonly GroupKey[])[] = [];
  let groupOfCode = new Int32Array(0);
  return (chunk: Chunk, rows: Int32Array, count: number, slots: Int32Array): (readonly GroupKey[])[] => {
    codes.place(chunk, rows, count, slots, true);
    while (keys.length < codes.size) keys.push(codes.keysOf(keys.length));
    if (groupOfCode.length < codes.size) groupOfCode = new Int32Array(2 * codes.size);
    groupOfCode.fill(-1);
    const own: (readonly GroupKey[])[] = [];
    for (let k = 0; k < count; k++) {
      const code = slots[k] as number;
      let group = groupOfCode[code] as number;
      if (group < 0) {
        group = own.push(keys[code] as readonly GroupKey[]) - 1;
        groupOfCode[code] = group;
      }
      slots[k] = group;
    }
    return own;
  };
}

let names = 0;
/** A short name for each question, or part of one. */
export const shortName = memoize(
  (words: string) => words,
  () => ({ name: `figures ${++names}` }),
);
