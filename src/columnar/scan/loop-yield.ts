import type { Cancellation } from '../../cancellation.ts';

// What waits meanwhile, deliveries above all, is not held up for longer than about this.
const workMs = 5;

const waiting: (() => void)[] = [];

/** One of all who wait goes on in each turn of the event loop: many scans together hold it up no longer than one. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(letOneGo);
  });
}

function letOneGo(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(letOneGo);
}

/** Lets others run now and then during long work, and ends it where nobody wants it any more. */
export class LoopYield {
  readonly #cancellation: Cancellation | undefined;
  #since = waiting.length > 0 ? Number.NEGATIVE_INFINITY : performance.now();

  constructor(cancellation?: Cancellation) {
    this.#cancellation = cancellation;
  }

  /** To be called before each piece of work of well under workMs. */
  async take(): Promise<void> {
    if (performance.now() - this.#since < workMs) return;
    await nextTurn();
    this.#cancellation?.throwIfCancelled();
    this.#since = performance.now();
  }
}
