import type { Cancellation } from '../../cancellation.ts';

/** A number of places for work, given to those who ask in the order in which they came. */
export class Semaphore {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Settles when there is a place; what it gives must be called once the work is done. Fails where it is cancelled before. */
  async take(cancellation: Cancellation): Promise<() => void> {
    cancellation.throwIfCancelled();
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(cancellation);
    let isLeft = false;
    return () => {
      if (isLeft) return;
      isLeft = true;
      const [next] = this.#waiting;
      if (next) next();
      else this.#free += 1;
    };
  }

  #wait(cancellation: Cancellation): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        this.#waiting.delete(go);
        off();
        resolve();
      };
      this.#waiting.add(go);
      const off = cancellation.onCancel(() => {
        this.#waiting.delete(go);
        reject(cancellation.reason);
      });
    });
  }
}
