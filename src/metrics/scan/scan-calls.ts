import type { Test } from '../../filter/test.ts';
import type { Chunk } from '../../packed-calls/chunk.ts';
import type { Aggregate } from '../metric-columns.ts';
import { Breath } from './breath.ts';
import { type CutRuns, compileRuns } from './cut-runs.ts';
import { type Answer, compileTallies, type TallyPlan } from './plan-tallies.ts';
import { firstAtOrAfter, isOfClass } from './row-filter.ts';
import { addsUp, compileRunFigures } from './run-figures.ts';
import { type GroupsOfRuns, RunSums } from './run-sums.ts';
import { compileSelectRows } from './select-rows.ts';
import { compileSlotPlan, type PlaceRows, type SlotPlan, slotCountOf, slotOfGroups } from './slot-plan.ts';
import type { AggregateValues, Tally } from './tally.ts';

/** Which calls are counted: those started in [from, to), in milliseconds since 1970, that a test holds for. */
export type CallSelection = { from: number; to: number; test: Test };

/** Where calls go: `groups` is null where the time in which calls started tells all. */
export type ScanSlots = { place: PlaceRows; cut: CutRuns; groups: GroupsOfRuns | null; slotCount: number };

/** The value of each aggregate in each slot, over packed calls that hold at least the columns that are needed. */
export function scanCalls(
  chunks: readonly Chunk[],
  selection: CallSelection,
  plan: SlotPlan,
  aggregates: readonly Aggregate[],
): Promise<AggregateValues[]> {
  const groups = plan.groups ? { by: plan.groups.by, slotOf: slotOfGroups(plan) } : null;
  const slots = { place: compileSlotPlan(plan), cut: compileRuns(plan), groups, slotCount: slotCountOf(plan) };
  const { test, ...range } = selection;
  // What the class decides can be asked of each class instead of each call; all calls then count.
  const isByClass = !groups && !isEverything(test) && isOfClass(test) && aggregates.every(isOverClasses);
  return isByClass
    ? scanInto(
        chunks,
        { ...range, test: everything },
        slots,
        aggregates.map((aggregate) => narrowed(aggregate, test)),
      )
    : scanInto(chunks, selection, slots, aggregates);
}

const everything: Test = { all: [] };
const isEverything = (test: Test) => 'all' in test && test.all.length === 0;
const isOverClasses = ({ of }: Aggregate) => of === 'calls' || of === 'spans';

function narrowed(aggregate: Aggregate, test: Test): Aggregate {
  return 'over' in aggregate ? { ...aggregate, over: { all: [test, aggregate.over] } } : aggregate;
}

/** The same for slots that may be found on the way; a slot beyond the count is left out. */
export async function scanInto(
  chunks: readonly Chunk[],
  { from, to, test }: CallSelection,
  { place, cut, groups, slotCount }: ScanSlots,
  aggregates: readonly Aggregate[],
): Promise<AggregateValues[]> {
  // Runs that are all of one slot are given to tallies whole; of others figures that add up may be kept.
  const isWhole = groups === null && isEverything(test);
  const adding = isWhole ? [] : aggregates.filter(addsUp);
  const others = isWhole ? aggregates : aggregates.filter((aggregate) => !addsUp(aggregate));
  const makeAdding = compileTallies(adding);
  const figuresOf = compileRunFigures(chunks, test, groups?.by ?? [], adding, makeAdding);
  const sums = new RunSums(adding, groups, slotCount);
  const ofOthers = compileTallies(others)(chunks, slotCount);
  let ofAdding: TallyPlan | undefined;
  const addingTallies = () => {
    ofAdding ??= makeAdding(chunks, slotCount);
    return ofAdding.tallies;
  };

  const select = compileSelectRows(test);
  const most = chunks.reduce((size, chunk) => Math.max(size, chunk.count), 0);
  const rows = new Int32Array(most);
  const slots = new Int32Array(most);
  const addRows = (chunk: Chunk, kept: number, tallies: readonly Tally[]) => {
    const count = place(chunk, rows, kept, slots);
    if (count > 0) for (const tally of tallies) tally.add({ chunk, rows, slots, count });
  };

  const breath = new Breath();
  for (const chunk of chunks) {
    await breath.take();
    const first = firstAtOrAfter(chunk.startedAt, from);
    const end = firstAtOrAfter(chunk.startedAt, to);
    const runs = chunk.dead === null && (isWhole || figuresOf) ? cut(chunk, first, end) : null;
    if (runs && isWhole) {
      for (const run of runs) for (const tally of ofOthers.tallies) tally.addRun(run);
      continue;
    }
    const unknown = runs?.filter((run) => {
      const figures = figuresOf?.(run) ?? null;
      if (figures) sums.add(figures, run.slot);
      return !figures;
    });
    if (!runs || !unknown || unknown.length === runs.length) {
      addRows(chunk, select(chunk, first, end, rows), [...addingTallies(), ...ofOthers.tallies]);
      continue;
    }
    let kept = 0;
    for (const run of unknown) kept += select(chunk, run.first, run.end, rows.subarray(kept));
    if (kept > 0) addRows(chunk, kept, addingTallies());
    if (others.length > 0) addRows(chunk, select(chunk, first, end, rows), ofOthers.tallies);
  }

  const values = new Map<Aggregate, AggregateValues>();
  for (const [i, aggregate] of adding.entries()) {
    values.set(aggregate, sums.together(i, ofAdding?.answers[i]?.values() ?? null));
    await breath.take();
  }
  for (const [i, aggregate] of others.entries()) {
    values.set(aggregate, (ofOthers.answers[i] as Answer).values());
    await breath.take();
  }
  return aggregates.map((aggregate) => values.get(aggregate) as AggregateValues);
}
