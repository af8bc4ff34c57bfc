import type { Places } from './places.ts';

/** A turn to do some work: it must be ended, with what others may have of the work, or with null for nothing. */
export type Turn<Result> = { end: (result: Result | null) => void };

type Line<Result> = {
  /** When the work under way has ended. */
  ended: Promise<unknown>;
  /** What comes of the work that begins then; null: nobody waits for it yet. */
  next: Promise<Result | null> | null;
};

/**
 * Lets the same work be done by one after another, and of all work only so much at a time as there are places. Whoever comes
 * while it is being done waits: the first of them does it next, and all others who came until it begins have its result. So
 * no result is of a moment before it was asked for.
 */
export class SingleFile<Result extends object> {
  readonly #places: Places;
  readonly #lines = new Map<string, Line<Result>>();

  constructor(places: Places) {
    this.#places = places;
  }

  /** A turn of one's own, or the result of another's that began after this call. */
  async enter(key: string): Promise<Turn<Result> | { result: Result }> {
    for (;;) {
      const line = this.#lines.get(key) ?? { ended: Promise.resolve(), next: null };
      if (line.next) {
        const result = await line.next;
        if (result) return { result };
      } else {
        let tell: (result: Result | null) => void = () => {};
        line.next = new Promise((resolve) => {
          tell = resolve;
        });
        this.#lines.set(key, line);
        await line.ended;
        const leave = await this.#places.take();
        return this.#begin(key, tell, leave);
      }
    }
  }

  #begin(key: string, tell: (result: Result | null) => void, leave: () => void): Turn<Result> {
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
        if (!line.next) this.#lines.delete(key);
        leave();
        ended();
        tell(result);
      },
    };
  }
}
