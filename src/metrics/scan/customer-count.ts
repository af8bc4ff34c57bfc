import type { Run } from './run.ts';
import type { AggregateValues, Batch, Tally } from './tally.ts';

// A mark for each possible id takes at most 64 MB; what is beyond is kept in a set.
const maxMarks = 2 ** 26;

/** How many different customers there are in all. */
export class CustomerCount implements Tally {
  #marks = new Uint8Array(2 ** 16);
  readonly #beyond = new Set<number>();
  #count = 0;
  #ids = new Int32Array(0);

  add({ chunk, rows, count }: Batch): void {
    const column = chunk.int32('customerId');
    if (this.#ids.length < count) this.#ids = new Int32Array(rows.length);
    const ids = this.#ids;
    for (let k = 0; k < count; k++) ids[k] = column[rows[k] as number] as number;
    this.#addAll(ids.subarray(0, count));
  }

  addRun({ chunk, first, end }: Run): void {
    this.#addAll(chunk.int32('customerId').subarray(first, end));
  }

  #addAll(ids: Int32Array): void {
    let marks: Uint8Array = this.#marks;
    let found = this.#count;
    for (let k = 0; k < ids.length; k++) {
      const id = ids[k] as number;
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
