/**
 * Begins one piece of work in each turn of the event loop, of each who asks in their turn. Messages come in as many as there are: a
 * thousand questions read and checked one behind the other would hold up all who wait for anything else, and those of one who asks
 * for a thousand stand behind each other, not before those of others.
 */
export class Intake {
  /** By who asks; whose turn is next stands first. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #isTurn = false;

  begin<Result>(asker: string, work: () => Promise<Result>): Promise<Result> {
    if (!this.#isTurn) {
      this.#takeTurn();
      return work();
    }
    return new Promise((resolve) => {
      const line = this.#waiting.get(asker) ?? [];
      line.push(() => resolve(work()));
      this.#waiting.set(asker, line);
    });
  }

  #takeTurn(): void {
    this.#isTurn = true;
    setImmediate(() => {
      this.#isTurn = false;
      const [next] = this.#waiting;
      if (!next) return;
      const [asker, line] = next;
      this.#waiting.delete(asker);
      const work = line.shift();
      if (line.length > 0) this.#waiting.set(asker, line); // behind all others
      this.#takeTurn();
      work?.();
    });
  }
}
