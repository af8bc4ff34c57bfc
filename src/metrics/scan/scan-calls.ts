import type { Test } from '../../filter/test.ts';
import type { Chunk } from '../../packed-calls/chunk.ts';
import type { Aggregate } from '../metric-columns.ts';
import { Breath } from './breath.ts';
import { type CutRuns, compileRuns } from './cut-runs.ts';
import { planTallies } from './plan-tallies.ts';
import { compileRowFilter, fillRows, firstAtOrAfter, isOfClass } from './row-filter.ts';
import { fillRowsOf, splitById } from './rows-by-id.ts';
import { compileSlotPlan, type PlaceRows, type SlotPlan, slotCountOf } from './slot-plan.ts';
import type { AggregateValues } from './tally.ts';

/** Which calls are counted: those started in [from, to), in milliseconds since 1970, that a test holds for. */
export type CallSelection = { from: number; to: number; test: Test };

/** The value of each aggregate in each slot, over packed calls that hold at least the columns that are needed. */
export function scanCalls(
  chunks: readonly Chunk[],
  selection: CallSelection,
  plan: SlotPlan,
  aggregates: readonly Aggregate[],
): Promise<AggregateValues[]> {
  const cut = compileRuns(plan);
  const slots = { place: compileSlotPlan(plan), cut, slotCount: slotCountOf(plan) };
  const { test, ...range } = selection;
  // What the class decides can be asked of each class instead of each call; all calls then come in runs.
  const isByClass = cut !== null && isOfClass(test) && aggregates.every(isOverClasses);
  return isByClass
    ? scanInto(
        chunks,
        { ...range, test: all },
        slots,
        aggregates.map((aggregate) => narrowed(aggregate, test)),
      )
    : scanInto(chunks, selection, slots, aggregates);
}

const all: Test = { all: [] };
const isEverything = (test: Test) => 'all' in test && test.all.length === 0;
const isOverClasses = ({ of }: Aggregate) => of === 'calls' || of === 'spans';

function narrowed(aggregate: Aggregate, test: Test): Aggregate {
  return 'over' in aggregate ? { ...aggregate, over: { all: [test, aggregate.over] } } : aggregate;
}

/** The same for slots that are found on the way; a slot beyond the count is left out. */
export async function scanInto(
  chunks: readonly Chunk[],
  { from, to, test }: CallSelection,
  { place, cut = null, slotCount }: { place: PlaceRows; cut?: CutRuns | null; slotCount: number },
  aggregates: readonly Aggregate[],
): Promise<AggregateValues[]> {
  const { tallies, answers } = planTallies(aggregates, chunks, slotCount);
  const keep = compileRowFilter(test);
  const byId = splitById(test);
  const keepOfIds = byId && compileRowFilter(byId.rest);
  const most = chunks.reduce((size, chunk) => Math.max(size, chunk.count), 0);
  const rows = new Int32Array(most);
  const slots = new Int32Array(most);
  const breath = new Breath();
  for (const chunk of chunks) {
    await breath.take();
    if (cut && chunk.dead === null && isEverything(test)) {
      const end = firstAtOrAfter(chunk.startedAt, to);
      for (const run of cut(chunk, firstAtOrAfter(chunk.startedAt, from), end)) {
        for (const tally of tallies) tally.addRun(run);
      }
      continue;
    }
    const ofIds = byId && fillRowsOf(chunk, byId, from, to, rows);
    const kept =
      ofIds !== null && keepOfIds ? keepOfIds(chunk, rows, ofIds) : keep(chunk, rows, fillRows(chunk, from, to, rows));
    const count = place(chunk, rows, kept, slots);
    if (count > 0) for (const tally of tallies) tally.add({ chunk, rows, slots, count });
  }
  const values: AggregateValues[] = [];
  for (const answer of answers) {
    values.push(answer());
    await breath.take();
  }
  return values;
}
