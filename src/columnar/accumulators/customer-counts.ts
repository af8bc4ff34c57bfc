import { noValue } from '../store/chunk.ts';
import { type Accumulator, type AggregateValues, type Batch, valuesIn } from './accumulator.ts';

/** Customers with the slot of each, or of all. */
type Block = { customers: Int32Array; slots: Int32Array | number };

/** How many different customers each slot has. */
export class CustomerCounts implements Accumulator {
  readonly #slotCount: number;
  readonly #blocks: Block[] = [];
  readonly #sizes: Uint32Array;
  #largest = 0;

  constructor(slotCount: number) {
    this.#slotCount = slotCount;
    this.#sizes = new Uint32Array(slotCount);
  }

  add(batch: Batch): void {
    const { slots, count, range } = batch;
    const ids = valuesIn(batch, batch.chunk.int32('customerId'));
    const sizes = this.#sizes;
    const customers = new Int32Array(count);
    const slotsOf = range ? null : new Int32Array(count);
    let known = 0;
    let largest = this.#largest;
    for (let k = 0; k < count; k++) {
      const id = ids[k] as number;
      if (id === noValue) continue;
      if (slotsOf) {
        const slot = slots[k] as number;
        slotsOf[known] = slot;
        sizes[slot] = (sizes[slot] as number) + 1;
      }
      customers[known++] = id;
      if (id > largest) largest = id;
    }
    this.#largest = largest;
    if (range) sizes[range.slot] = (sizes[range.slot] as number) + known;
    const own = range ? range.slot : (slotsOf as Int32Array).subarray(0, known);
    this.#blocks.push({ customers: customers.subarray(0, known), slots: own });
  }

  values(): AggregateValues {
    const { ordered, ends } = this.#orderBySlot();
    const counts = countDifferent(ordered, ends, this.#largest);
    return (slot) => counts[slot] as number;
  }

  /** All customers, slot after slot, and where those of each slot end. */
  #orderBySlot(): { ordered: Int32Array; ends: Uint32Array } {
    const ends = new Uint32Array(this.#slotCount);
    let total = 0;
    for (let slot = 0; slot < this.#slotCount; slot++) {
      ends[slot] = total;
      total += this.#sizes[slot] as number;
    }
    const ordered = new Int32Array(total);
    for (const { customers, slots } of this.#blocks) {
      if (typeof slots === 'number') {
        const place = ends[slots] as number;
        ordered.set(customers, place);
        ends[slots] = place + customers.length;
        continue;
      }
      for (let k = 0; k < customers.length; k++) {
        const slot = slots[k] as number;
        const place = ends[slot] as number;
        ordered[place] = customers[k] as number;
        ends[slot] = place + 1;
      }
    }
    return { ordered, ends };
  }
}

function countDifferent(ordered: Int32Array, ends: Uint32Array, largest: number): Uint32Array {
  const counts = new Uint32Array(ends.length);
  // Where ids are far apart, a stamp for each would take more room than sorting takes time.
  const stamps = largest < Math.max(2 ** 22, ordered.length * 8) ? new Uint32Array(largest + 1) : null;
  let start = 0;
  for (let slot = 0; slot < ends.length; slot++) {
    const end = ends[slot] as number;
    counts[slot] = stamps ? countStamped(ordered, start, end, stamps, slot + 1) : countSorted(ordered, start, end);
    start = end;
  }
  return counts;
}

function countStamped(ids: Int32Array, start: number, end: number, stamps: Uint32Array, stamp: number): number {
  let count = 0;
  for (let k = start; k < end; k++) {
    const id = ids[k] as number;
    if (stamps[id] === stamp) continue;
    stamps[id] = stamp;
    count++;
  }
  return count;
}

function countSorted(ids: Int32Array, start: number, end: number): number {
  const sorted = ids.subarray(start, end).sort();
  let count = 0;
  for (let k = 0; k < sorted.length; k++) if (k === 0 || sorted[k] !== sorted[k - 1]) count++;
  return count;
}
