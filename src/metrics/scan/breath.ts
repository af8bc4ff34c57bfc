import { setImmediate } from 'node:timers/promises';

// What waits meanwhile, deliveries above all, is not held up for longer than about this.
const workMs = 5;

/** Lets others run now and then during long work. */
export class Breath {
  #since = performance.now();

  /** To be called between pieces of work of well under workMs. */
  async take(): Promise<void> {
    if (performance.now() - this.#since < workMs) return;
    await setImmediate();
    this.#since = performance.now();
  }
}
