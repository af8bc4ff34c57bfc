import type { RangeFigures } from '../scan/range-figures.ts';
import { RangeSums } from '../scan/range-sums.ts';
import type { Aggregate } from './aggregate.ts';
import { type CoinSum, CoinSums } from './coin-sums.ts';
import { CustomerCount, type CustomerSet } from './customer-count.ts';
import { GroupCodes, type GroupPart } from './group-codes.ts';

/** The figures of several ranges together; null where their customers cannot be told shortly. */
export function mergeFigures(
  parts: readonly RangeFigures[],
  adding: readonly Aggregate[],
  by: readonly GroupPart[],
): RangeFigures | null {
  const [first] = parts;
  if (first && parts.length === 1) return first;
  const codes = by.length > 0 ? new GroupCodes(by) : null;
  const most = codes ? parts.reduce((sum, { keys }) => sum + keys.length, 0) : 1;
  const sums = new RangeSums(adding, codes && { by, slotOf: (keys) => codes.codeOf(keys) }, most);
  for (const part of parts) sums.add(part, 0);
  const keys = codes ? codes.keys() : [[]];
  const coins = parts.flatMap((part) => part.coins ?? []);
  const figures = { keys, values: sums.values(keys.length), ...(coins.length > 0 && { coins: addCoins(coins) }) };
  const sets = parts.flatMap(({ customers }) => customers ?? []);
  if (sets.length === 0) return figures;
  const customers = mergeSets(sets);
  return customers && { ...figures, customers };
}

function addCoins(coins: readonly CoinSum[]): CoinSum {
  const sums = new CoinSums(1);
  for (const one of coins) sums.addSum(one, 0);
  return sums.sumOf(0);
}

/** Few ids stay a list: that is smaller than a mark for each that there may be. */
function mergeSets(sets: readonly CustomerSet[]): CustomerSet | null {
  const count = new CustomerCount();
  for (const set of sets) count.addSet(set);
  const marks = count.marks();
  if (!marks) return null;
  const lists = sets.map((set) => ('ids' in set ? set.ids : null));
  const length = lists.reduce((sum, ids) => sum + (ids?.length ?? Number.POSITIVE_INFINITY), 0);
  if (length >= marks.length) return { marks };
  const ids = new Int32Array(length);
  let place = 0;
  for (const list of lists) {
    if (!list) continue;
    ids.set(list, place);
    place += list.length;
  }
  return { ids };
}
