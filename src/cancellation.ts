import { AppError } from './errors.ts';

/** Why work ends before it is done. */
export const cancelled = {
  /** Nobody sees this: it stands for an answer that nobody is there to have. */
  left: () => new AppError('TIMEOUT', 'Nobody waits for the answer any more.'),
};

/**
 * Whether work is still wanted. An AbortSignal says the same, but making and listening to one costs more than much of what it
 * would be asked by.
 */
export class Cancellation {
  #reason: AppError | null = null;
  #wanting = 0;
  readonly #listeners = new Set<() => void>();

  /** Work that is wanted for as long as others are; without any, until it is cancelled. */
  constructor(...wantedFor: readonly Cancellation[]) {
    for (const other of wantedFor) this.alsoFor(other);
  }

  get isCancelled(): boolean {
    return this.#reason !== null;
  }

  get reason(): AppError | null {
    return this.#reason;
  }

  cancel(reason: AppError = cancelled.left()): void {
    if (this.#reason) return;
    this.#reason = reason;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }

  throwIfCancelled(): void {
    if (this.#reason) throw this.#reason;
  }

  /** Calls a listener once, at once where it is cancelled already. What is returned takes the listener back. */
  onCancel(listener: () => void): () => void {
    if (this.#reason) {
      listener();
      return () => {};
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Somebody else wants the same: it is cancelled when the last of them is. */
  alsoFor(other: Cancellation): void {
    this.#wanting += 1;
    other.onCancel(() => {
      this.#wanting -= 1;
      if (this.#wanting === 0) this.cancel(other.#reason ?? undefined);
    });
  }

  /** What comes of work that cannot be ended itself; fails as soon as it is no longer wanted. */
  waitFor<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const off = this.onCancel(() => reject(this.#reason));
      work.then(resolve, reject).finally(off);
    });
  }
}
