import type { Cancellation } from '../../cancellation.ts';
import { memoize } from '../../memoize.ts';
import { isEverything, type Predicate } from '../../query/predicate.ts';
import type { AggregateValues } from '../accumulators/accumulator.ts';
import { type Aggregate, wordsOf } from '../accumulators/aggregate.ts';
import { CoinSums } from '../accumulators/coin-sums.ts';
import { CustomerCount } from '../accumulators/customer-count.ts';
import { type AccumulatorPlan, type Answer, compileAccumulators } from '../accumulators/plan-accumulators.ts';
import { BlockFigures } from '../cache/block-figures.ts';
import type { Chunk } from '../store/chunk.ts';
import { type CutRowRanges, compileRowRanges } from './cut-row-ranges.ts';
import { LoopYield } from './loop-yield.ts';
import { addsUp, compileFigures, nameOfFigures, shortName } from './range-figures.ts';
import { type GroupsOfRanges, RangeSums } from './range-sums.ts';
import { isOfClass } from './row-filter.ts';
import { scanBlocks } from './scan-blocks.ts';
import { compileScan, type Gathering } from './scan-chunk.ts';
import { compileSelectRows } from './select-rows.ts';
import { compileSlotPlan, type PlaceRows, type SlotPlan, slotCountOf, slotOfGroups } from './slot-plan.ts';

/** Which calls are counted: those started in [from, to), in milliseconds since 1970, that a test holds for. */
export type CallSelection = {
  from: number;
  to: number;
  test: Predicate;
  /** Whether anybody still wants to know. */
  cancellation?: Cancellation | undefined;
};

/** Where calls go: `groups` is null where the time in which calls started tells all. */
export type ScanSlots = { place: PlaceRows; ranges: CutRowRanges; groups: GroupsOfRanges | null; slotCount: number };

/** The value of each aggregate in each slot, over packed calls that hold at least the columns that are needed. */
export function scanCalls(
  chunks: readonly Chunk[],
  selection: CallSelection,
  plan: SlotPlan,
  aggregates: readonly Aggregate[],
): Promise<AggregateValues[]> {
  const groups = plan.groups ? { by: plan.groups.by, slotOf: slotOfGroups(plan) } : null;
  const { test, ...range } = selection;
  // What the class decides can be asked of each class instead of each call; all calls then count.
  const isByClass = !groups && !isEverything(test) && isOfClass(test) && aggregates.every(isOverClasses);
  const counted: Predicate = isByClass ? { all: [] } : test;
  const ranges = compileRowRanges(plan, groups || isEverything(counted) ? '' : shortName(JSON.stringify(counted)).name);
  const slots = { place: compileSlotPlan(plan), ranges, groups, slotCount: slotCountOf(plan) };
  const wanted = isByClass ? narrow(aggregates, test) : aggregates;
  return scanInto(chunks, { ...range, test: counted }, slots, wanted);
}

const isOverClasses = ({ of }: Aggregate) => of === 'calls' || of === 'spans';

// An aggregate is the same one whenever it is asked for, and so is what it becomes.
const narrowedBy = memoize(
  (test: Predicate) => JSON.stringify(test),
  () => new WeakMap<Aggregate, Aggregate>(),
);

function narrow(aggregates: readonly Aggregate[], test: Predicate): Aggregate[] {
  const known = narrowedBy(test);
  return aggregates.map((aggregate) => {
    const narrowed = known.get(aggregate) ?? narrowOne(aggregate, test);
    known.set(aggregate, narrowed);
    return narrowed;
  });
}

function narrowOne(aggregate: Aggregate, test: Predicate): Aggregate {
  return 'over' in aggregate ? { ...aggregate, over: { all: [test, aggregate.over] } } : aggregate;
}

/** The same for slots that may be found on the way; a slot beyond the count is left out. */
export async function scanInto(
  chunks: readonly Chunk[],
  { from, to, test, cancellation }: CallSelection,
  { place, ranges, groups, slotCount }: ScanSlots,
  aggregates: readonly Aggregate[],
): Promise<AggregateValues[]> {
  // Figures that add up may be kept, coins where time alone tells the slot, and the customers where one slot has all of them.
  const customers = !groups && slotCount === 1 && aggregates.some(isOfCustomers) ? new CustomerCount() : null;
  const coins = !groups && aggregates.some(isOfCoins) ? new CoinSums(slotCount) : null;
  const beside = [...(customers ? [customers] : []), ...(coins ? [coins] : [])];
  const besideOf = (aggregate: Aggregate) =>
    isOfCustomers(aggregate) ? customers : isOfCoins(aggregate) ? coins : null;
  const adding = inOrder(aggregates.filter(addsUp));
  const others = aggregates.filter((one) => !addsUp(one) && !besideOf(one));
  const plan = {
    test,
    by: groups?.by ?? [],
    adding,
    hasCustomers: customers !== null,
    hasCoins: coins !== null,
  };
  const name = nameOfFigures(plan);
  const makeAdding = compileAccumulators(adding);
  const figuresOf = name === null ? null : compileFigures(name, plan, makeAdding, groups !== null);
  const sums = new RangeSums(adding, groups, slotCount);
  const ofOthers = compileAccumulators(others)(slotCount);
  let ofAdding: AccumulatorPlan | undefined;
  const gathering: Gathering = {
    addFigures: (figures, slot) => {
      sums.add(figures, slot);
      if (figures.customers) customers?.addSet(figures.customers);
      if (figures.coins) coins?.addSum(figures.coins, slot);
    },
    unkept: () => {
      ofAdding ??= makeAdding(slotCount);
      return beside.length > 0 ? [...ofAdding.accumulators, ...beside] : ofAdding.accumulators;
    },
    others: ofOthers.accumulators,
  };
  const select = compileSelectRows(test);
  const addChunk = compileScan({ cut: ranges.cut, figuresOf, gathering, select, place, isByTime: !groups });

  const loopYield = new LoopYield(cancellation);
  const blocks = name === null ? null : new BlockFigures(name, ranges.piecesOf, plan);
  await scanBlocks(chunks, { range: { from, to }, addChunk, gathering, blocks, loopYield });

  const values = new Map<string, AggregateValues>();
  for (const [i, aggregate] of adding.entries()) {
    values.set(wordsOf(aggregate), sums.together(i, ofAdding?.answers[i]?.values() ?? null));
    await loopYield.take();
  }
  for (const [i, aggregate] of others.entries()) {
    values.set(wordsOf(aggregate), (ofOthers.answers[i] as Answer).values());
    await loopYield.take();
  }
  return aggregates.map((one) => values.get(wordsOf(one)) ?? (besideOf(one) as CustomerCount | CoinSums).values());
}

/** Each once, and always in the same order: what is kept of them is then found, however they are asked for. */
function inOrder(aggregates: readonly Aggregate[]): Aggregate[] {
  const byWords = new Map(aggregates.map((aggregate) => [wordsOf(aggregate), aggregate]));
  return [...byWords].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, aggregate]) => aggregate);
}

const isOfCustomers = ({ of }: Aggregate) => of === 'customers';
const isOfCoins = ({ of }: Aggregate) => of === 'coins';
