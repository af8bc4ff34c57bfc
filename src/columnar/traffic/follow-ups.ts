import type { Cancellation } from '../../cancellation.ts';
import type { Predicate } from '../../query/predicate.ts';
import { classNumbersOf } from '../accumulators/class-numbers.ts';
import { PairSet } from '../accumulators/pair-set.ts';
import { classTable, compileRowFilter, fillRows } from '../scan/row-filter.ts';
import type { CallSelection } from '../scan/scan-calls.ts';
import { compileSlotPlan, type SlotPlan, slotCountOf } from '../scan/slot-plan.ts';
import { walkBack } from '../scan/walk-back.ts';
import { type Chunk, noValue } from '../store/chunk.ts';
import { CustomerNumbers, LaterStarts } from './later-starts.ts';

/** A ratio by slot. */
export type RatioCounts = { numerator: Float64Array; denominator: Float64Array; excluded: Float64Array };

/** What is looked for: what a first call is, what may follow it, and whether customers count once, by their last one. */
export type FollowUp = { first: Predicate; next: Predicate; isPerCustomer: boolean };

/** How long after a first call another counts, and the moment of asking: what is younger cannot be judged yet. */
export type Patience = { withinMs: number; now: number };

/**
 * After how many first calls of the selection the same customer had another call, later and within a time, whether or not
 * the selection holds that one. First calls that are too young are excluded; those without a customer, too, or not
 * counted at all where customers are. The chunks reach as far beyond the selection as there is patience.
 */
export async function scanFollowUps(
  chunks: readonly Chunk[],
  selection: CallSelection,
  plan: SlotPlan,
  followUp: FollowUp,
  patience: Patience,
): Promise<RatioCounts> {
  const slotCount = slotCountOf(plan);
  const counts: RatioCounts = {
    numerator: new Float64Array(slotCount),
    denominator: new Float64Array(slotCount),
    excluded: new Float64Array(slotCount),
  };
  const slotsOf = slotsOfFirstCalls(selection, plan, followUp.first);
  for (const accountId of new Set(chunks.map((chunk) => chunk.accountId))) {
    const own = chunks.filter((chunk) => chunk.accountId === accountId);
    await followUpWithin(own, slotsOf, followUp, patience, counts, selection.cancellation);
  }
  return counts;
}

/** Gives the slot of each row of a chunk that is a first call of the selection; -1 of all others. */
function slotsOfFirstCalls({ from, to, test }: CallSelection, plan: SlotPlan, first: Predicate) {
  const keep = compileRowFilter({ all: [test, first] });
  const place = compileSlotPlan(plan);
  return (chunk: Chunk): Int32Array => {
    const slotOfRow = new Int32Array(chunk.count).fill(-1);
    if (chunk.isBeside) return slotOfRow;
    const rows = new Int32Array(chunk.count);
    const slots = new Int32Array(chunk.count);
    const count = place(chunk, rows, keep(chunk, rows, fillRows(chunk, from, to, rows)), slots);
    for (let k = 0; k < count; k++) slotOfRow[rows[k] as number] = slots[k] as number;
    return slotOfRow;
  };
}

/** For so many rows what is known of their customers is fetched together. */
const rowsAhead = 512;

async function followUpWithin(
  chunks: readonly Chunk[],
  slotsOf: (chunk: Chunk) => Int32Array,
  { next, isPerCustomer }: FollowUp,
  { withinMs, now }: Patience,
  { numerator, denominator, excluded }: RatioCounts,
  cancellation: Cancellation | undefined,
): Promise<void> {
  const customers = new CustomerNumbers(chunks.map((chunk) => chunk.int32('customerId')));
  const later = new LaterStarts(customers.count);
  const nextStarts = later.next;
  const judged = isPerCustomer ? new PairSet() : null;
  const isNext = classTable(next);
  const prepared = new Map<number, { slotOfRow: Int32Array; isNextByClass: Uint8Array }>();

  await walkBack(
    chunks,
    (at, last, first) => {
      const chunk = chunks[at] as Chunk;
      let ready = prepared.get(at);
      if (!ready) {
        const isNextByClass = Uint8Array.from(classNumbersOf(chunk.classes), (number) => isNext[number] as number);
        ready = { slotOfRow: slotsOf(chunk), isNextByClass };
        prepared.set(at, ready);
      }
      const { slotOfRow, isNextByClass } = ready;
      const { startedAt, classCode, superseded } = chunk;
      const numbers = customers.numbersOf(chunk.int32('customerId'));
      for (let row = last; row >= first; row--) {
        if ((last - row) % rowsAhead === 0) later.fetch(numbers, Math.max(first, row - rowsAhead + 1), row);
        if (superseded !== null && superseded[row] === 1) continue;
        const slot = slotOfRow[row] as number;
        const isNextCall = isNextByClass[classCode[row] as number] === 1;
        if (slot < 0 && !isNextCall) continue;
        const customer = numbers[row] as number;
        if (customer === noValue) {
          if (slot >= 0 && judged === null) (excluded[slot] as number) += 1;
          continue;
        }
        const ms = startedAt[row] as number;
        later.goBackTo(ms);
        if (slot >= 0 && (judged === null || judged.add(slot, customer))) {
          if (ms + withinMs > now) (excluded[slot] as number) += 1;
          else {
            (denominator[slot] as number) += 1;
            (numerator[slot] as number) += Number((nextStarts[customer] as number) - ms <= withinMs);
          }
        }
        if (isNextCall) later.meet(customer, ms);
      }
      if (first === 0) prepared.delete(at);
    },
    cancellation,
  );
}
