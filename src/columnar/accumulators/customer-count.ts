import { type Accumulator, type AggregateValues, type Batch, valuesIn } from './accumulator.ts';

// A mark for each possible id takes at most 64 MB; what is beyond is kept in a set.
const maxMarked = 2 ** 29;

/** How many different customers there are in all. */
export class CustomerCount implements Accumulator {
  /** 32 in a word. */
  #marks: Int32Array = new Int32Array(2 ** 11);
  readonly #beyond = new Set<number>();

  add(batch: Batch): void {
    this.#addIds(valuesIn(batch, batch.chunk.int32('customerId')));
  }

  addSet(set: CustomerSet): void {
    if ('ids' in set) {
      this.#addIds(set.ids);
      return;
    }
    const added = set.marks;
    const marks: Int32Array = added.length > this.#marks.length ? this.#marksFor(added.length * 32 - 1) : this.#marks;
    for (let word = 0; word < added.length; word++) marks[word] = (marks[word] as number) | (added[word] as number);
  }

  #addIds(ids: Int32Array): void {
    let marks: Int32Array = this.#marks;
    let end = marks.length * 32;
    for (let k = 0; k < ids.length; k++) {
      const id = ids[k] as number;
      if (id < 0) continue;
      if (id >= end) {
        if (id >= maxMarked) {
          this.#beyond.add(id);
          continue;
        }
        marks = this.#marksFor(id);
        end = marks.length * 32;
      }
      const word = id >>> 5;
      marks[word] = (marks[word] as number) | (1 << (id & 31));
    }
  }

  /** All that were added; null where not all have marks. */
  marks(): Int32Array | null {
    return this.#beyond.size > 0 ? null : this.#marks;
  }

  values(): AggregateValues {
    let count: number | undefined;
    return () => {
      count ??= countMarks(this.#marks) + this.#beyond.size;
      return count;
    };
  }

  #marksFor(id: number): Int32Array {
    const larger = new Int32Array(2 ** (27 - Math.clz32(id)));
    larger.set(this.#marks);
    this.#marks = larger;
    return larger;
  }
}

function countMarks(marks: Int32Array): number {
  let count = 0;
  for (let i = 0; i < marks.length; i++) {
    // The marks of ever wider groups of bits are added up within the word.
    let word = marks[i] as number;
    word = (word - ((word >>> 1) & 0x55555555)) | 0;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** Ids of customers, the same ones more than once perhaps; or a mark for each, 32 in a word. */
export type CustomerSet = { ids: Int32Array } | { marks: Int32Array };

/** How many bytes it takes. */
export function bytesOfSet(set: CustomerSet): number {
  return 'ids' in set ? set.ids.byteLength : set.marks.byteLength;
}
