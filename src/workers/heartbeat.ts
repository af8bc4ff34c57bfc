import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** What a thread shares with the main one: how often its event loop came round. */
export type Beats = Int32Array<SharedArrayBuffer>;

/** What every supervised thread is given beside its own data. */
export type Supervised = { beats: Beats; heapMb: number | undefined };

const beatMs = 250;
const mb = 1024 * 1024;

export const newBeats = (): Beats => new Int32Array(new SharedArrayBuffer(4));

/** On the thread: shows from now on that its event loop turns, and ends it with an error where it keeps too much. */
export function keepBeating({ beats, heapMb }: Supervised): void {
  const beat = () => Atomics.add(beats, 0, 1);
  beat();
  setInterval(beat, beatMs).unref();
  if (heapMb !== undefined) endWhereFull(heapMb);
}

/**
 * V8's own limit, which is higher, ends a thread as well, but takes the process along where one large piece of memory is asked
 * for at that moment. So it is looked at after each collection of garbage, when what is left is in use.
 */
function endWhereFull(heapMb: number): void {
  const observer = new PerformanceObserver((list) => {
    if (!list.getEntries().some(isMajor) || getHeapStatistics().used_heap_size <= heapMb * mb) return;
    throw Object.assign(new Error('the heap is full'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
  });
  observer.observe({ entryTypes: ['gc'] });
}

function isMajor(entry: PerformanceEntry): boolean {
  return (entry as { detail?: { kind?: number } }).detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}

/** On the main thread: for how long a thread has not shown that its event loop turns. */
export class Pulse {
  readonly #beats: Beats;
  #seen = 0;
  #checkedAt: number;
  #silentMs = 0;

  constructor(beats: Beats, now: number) {
    this.#beats = beats;
    this.#checkedAt = now;
  }

  get hasBeaten(): boolean {
    return Atomics.load(this.#beats, 0) > 0;
  }

  /** To be called every `everyMs`. A process that was frozen as a whole, or a machine that slept, counts as one look. */
  look(now: number, everyMs: number): number {
    const passed = Math.min(now - this.#checkedAt, 2 * everyMs);
    const beats = Atomics.load(this.#beats, 0);
    this.#silentMs = beats === this.#seen ? this.#silentMs + passed : 0;
    this.#seen = beats;
    this.#checkedAt = now;
    return this.#silentMs;
  }
}
