import type { AggregateValues, Batch, Tally } from './tally.ts';

// A mark for each possible id takes at most 64 MB; what is beyond is kept in a set.
const maxMarks = 2 ** 26;

/** How many different customers there are in all. */
export class CustomerCount implements Tally {
  #marks = new Uint8Array(2 ** 16);
  readonly #beyond = new Set<number>();
  #count = 0;

  add({ chunk, rows, count }: Batch): void {
    const ids = chunk.int32('customerId');
    let marks: Uint8Array = this.#marks;
    let found = this.#count;
    for (let k = 0; k < count; k++) {
      const id = ids[rows[k] as number] as number;
      if (id < 0) continue;
      if (id >= marks.length) {
        if (id >= maxMarks) {
          this.#beyond.add(id);
          continue;
        }
        marks = this.#marksFor(id);
      }
      found += 1 - (marks[id] as number);
      marks[id] = 1;
    }
    this.#count = found;
  }

  values(): AggregateValues {
    return () => this.#count + this.#beyond.size;
  }

  #marksFor(id: number): Uint8Array {
    const larger = new Uint8Array(2 ** (32 - Math.clz32(id)));
    larger.set(this.#marks);
    this.#marks = larger;
    return larger;
  }
}
