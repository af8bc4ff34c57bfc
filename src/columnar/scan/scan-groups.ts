import { memoize } from '../../memoize.ts';
import type { AggregateValues } from '../accumulators/accumulator.ts';
import type { Aggregate } from '../accumulators/aggregate.ts';
import { GroupCodes, type GroupKey, type GroupPart } from '../accumulators/group-codes.ts';
import type { Chunk } from '../store/chunk.ts';
import { compileRowRanges } from './cut-row-ranges.ts';
import { type CallSelection, scanInto } from './scan-calls.ts';
import { dropUnplaced } from './slot-plan.ts';

export type ScannedGroups = { keys: GroupKey[][]; values: AggregateValues[] };

// Room for as many groups as there may be would have to be cleared and thrown away each time, for a few hundred mostly.
const fewGroups = 1024;
/** How many groups were found last. */
const expected = memoize(
  (by: readonly GroupPart[]) => by.map((part) => (typeof part === 'string' ? part : 'a clock')).join(),
  () => ({ groups: fewGroups }),
);

/** All groups that have calls, and the value of each aggregate in each; null where they are more than `limit`. */
export async function scanGroups(
  chunks: readonly Chunk[],
  selection: CallSelection,
  by: readonly GroupPart[],
  aggregates: readonly Aggregate[],
  limit: number,
): Promise<ScannedGroups | null> {
  const likely = expected(by);
  for (let room = Math.min(likely.groups, limit); ; room = Math.min(8 * room, limit)) {
    const found = await scanAtMost(chunks, selection, by, aggregates, room);
    if (!found && room < limit) continue;
    if (found) likely.groups = Math.max(2 * found.keys.length, fewGroups);
    return found;
  }
}

async function scanAtMost(
  chunks: readonly Chunk[],
  selection: CallSelection,
  by: readonly GroupPart[],
  aggregates: readonly Aggregate[],
  limit: number,
): Promise<ScannedGroups | null> {
  const codes = new GroupCodes(by);
  const place = (chunk: Chunk, rows: Int32Array, count: number, slots: Int32Array) => {
    if (codes.size > limit) return 0;
    codes.place(chunk, rows, count, slots, true);
    return codes.size > limit ? 0 : dropUnplaced(rows, count, slots);
  };
  const slotOf = (keys: readonly GroupKey[]) => (codes.size > limit ? -1 : codes.codeOf(keys));
  const slots = { place, ranges: compileRowRanges({}, ''), groups: { by, slotOf }, slotCount: limit };
  const values = await scanInto(chunks, selection, slots, aggregates);
  return codes.size > limit ? null : { keys: codes.keys(), values };
}
