import type { Test } from '../../filter/test.ts';
import type { Chunk } from '../../packed-calls/chunk.ts';
import type { Aggregate } from '../metric-columns.ts';
import { Breath } from './breath.ts';
import { planTallies } from './plan-tallies.ts';
import { compileRowFilter, fillRows } from './row-filter.ts';
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
  return scanInto(chunks, selection, { place: compileSlotPlan(plan), slotCount: slotCountOf(plan) }, aggregates);
}

/** The same for slots that are found on the way; a slot beyond the count is left out. */
export async function scanInto(
  chunks: readonly Chunk[],
  { from, to, test }: CallSelection,
  { place, slotCount }: { place: PlaceRows; slotCount: number },
  aggregates: readonly Aggregate[],
): Promise<AggregateValues[]> {
  const { tallies, answers } = planTallies(aggregates, chunks, slotCount);
  const keep = compileRowFilter(test);
  const most = chunks.reduce((size, chunk) => Math.max(size, chunk.count), 0);
  const rows = new Int32Array(most);
  const slots = new Int32Array(most);
  const breath = new Breath();
  for (const chunk of chunks) {
    const started = fillRows(chunk, from, to, rows);
    const count = place(chunk, rows, keep(chunk, rows, started), slots);
    if (count > 0) for (const tally of tallies) tally.add({ chunk, rows, slots, count });
    await breath.take();
  }
  const values: AggregateValues[] = [];
  for (const answer of answers) {
    values.push(answer());
    await breath.take();
  }
  return values;
}
