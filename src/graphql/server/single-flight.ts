import type { Cancellation } from '../../cancellation.ts';
import type { Semaphore } from './semaphore.ts';

/** A turn to do some work: it must be ended, with what others may have of the work, or with null for nothing. */
export type Turn<Result> = { end: (result: Result | null) => void };

/** Work that has not begun: who does it, and what comes of it for those who wait. */
type Next<Result> = { work: Cancellation; told: Promise<Result | null>; tell: (result: Result | null) => void };

type Line<Result> = {
  /** When the work under way has ended. */
  ended: Promise<unknown>;
  /** Null: nobody waits for it yet. */
  next: Next<Result> | null;
};

/**
 * Lets the same work be done by one after another, and of all work only so much at a time as there are places. Whoever comes
 * while it is being done waits: the first of them does it next, and all others who came until it begins have its result. So
 * no result is of a moment before it was asked for. Work goes on for as long as one of those who wait for it wants it.
 */
export class SingleFlight<Result extends object> {
  readonly #semaphore: Semaphore;
  readonly #lines = new Map<string, Line<Result>>();

  constructor(semaphore: Semaphore) {
    this.#semaphore = semaphore;
  }

  /** How many kinds of work are being done or waited for. */
  get size(): number {
    return this.#lines.size;
  }

  /** A turn of one's own, or the result of another's that began after this call. Fails where it is cancelled before. */
  async enter(key: string, work: Cancellation): Promise<Turn<Result> | { result: Result }> {
    for (;;) {
      work.throwIfCancelled();
      const line = this.#lines.get(key) ?? { ended: Promise.resolve(), next: null };
      if (!line.next) return this.#lead(key, line, work);
      line.next.work.alsoFor(work);
      const result = await work.waitFor(line.next.told);
      if (result) return { result };
    }
  }

  async #lead(key: string, line: Line<Result>, work: Cancellation): Promise<Turn<Result>> {
    const next = nextOf<Result>(work);
    line.next = next;
    this.#lines.set(key, line);
    let isBegun = false;
    // At once, so that nobody who still comes joins work that nobody will do.
    work.onCancel(() => {
      if (isBegun) return;
      line.next = null;
      next.tell(null);
    });
    try {
      await work.waitFor(line.ended);
      const leave = await this.#semaphore.take(work);
      if (work.isCancelled) leave();
      work.throwIfCancelled();
      isBegun = true;
      return this.#begin(key, next, leave);
    } catch (error) {
      void line.ended.then(() => this.#drop(key, line));
      throw error;
    }
  }

  #begin(key: string, { tell }: Next<Result>, leave: () => void): Turn<Result> {
    let ended: () => void = () => {};
    const line: Line<Result> = {
      ended: new Promise<void>((resolve) => {
        ended = resolve;
      }),
      next: null,
    };
    this.#lines.set(key, line);
    return {
      end: (result) => {
        this.#drop(key, line);
        leave();
        ended();
        tell(result);
      },
    };
  }

  #drop(key: string, line: Line<Result>): void {
    if (!line.next && this.#lines.get(key) === line) this.#lines.delete(key);
  }
}

function nextOf<Result>(work: Cancellation): Next<Result> {
  let tell: Next<Result>['tell'] = () => {};
  const told = new Promise<Result | null>((resolve) => {
    tell = resolve;
  });
  return { work, told, tell };
}
