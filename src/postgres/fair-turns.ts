import type { Cancellation } from '../cancellation.ts';

/**
 * A number of places, given in turn to those who wait: each of them in its turn has one, however many another waits for, and
 * nobody has more than half of all. So who asks for a thousand keeps nobody waiting.
 */
export class FairTurns {
  #free: number;
  readonly #mostOfOne: number;
  readonly #held = new Map<Cancellation, number>();
  /** Whose turn it is, first to last, and what each of them waits for. */
  readonly #lines = new Map<Cancellation, Set<() => void>>();

  constructor(count: number) {
    this.#free = count;
    this.#mostOfOne = Math.max(1, Math.floor(count / 2));
  }

  /** Settles when there is a place; what it gives must be called once it is needed no more. Fails where it is cancelled before. */
  async take(work: Cancellation): Promise<() => void> {
    work.throwIfCancelled();
    if (!this.#mayHold(work)) await this.#wait(work);
    else this.#hold(work);
    let isLeft = false;
    return () => {
      if (isLeft) return;
      isLeft = true;
      this.#leave(work);
    };
  }

  #mayHold(work: Cancellation): boolean {
    return this.#free > 0 && (this.#held.get(work) ?? 0) < this.#mostOfOne;
  }

  #hold(work: Cancellation): void {
    this.#free -= 1;
    this.#held.set(work, (this.#held.get(work) ?? 0) + 1);
  }

  #leave(work: Cancellation): void {
    this.#free += 1;
    const held = (this.#held.get(work) ?? 0) - 1;
    if (held > 0) this.#held.set(work, held);
    else this.#held.delete(work);
    for (const [next, line] of this.#lines) {
      if (!this.#mayHold(next)) continue;
      const [go] = line;
      this.#lines.delete(next);
      if (line.size > 1) this.#lines.set(next, line); // behind all others
      this.#hold(next);
      go?.();
      return;
    }
  }

  #wait(work: Cancellation): Promise<void> {
    return new Promise((resolve, reject) => {
      const line = this.#lines.get(work) ?? new Set();
      this.#lines.set(work, line);
      const go = () => {
        line.delete(go);
        off();
        resolve();
      };
      line.add(go);
      const off = work.onCancel(() => {
        line.delete(go);
        if (line.size === 0 && this.#lines.get(work) === line) this.#lines.delete(work);
        reject(work.reason);
      });
    });
  }
}
