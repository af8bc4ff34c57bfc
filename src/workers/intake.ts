/**
 * Begins one piece of work in each turn of the event loop. Messages come in as many as there are: a thousand questions read
 * and checked one behind the other would hold up all who wait for anything else.
 */
export class Intake {
  readonly #waiting: (() => void)[] = [];
  #isTurn = false;

  begin<Result>(work: () => Promise<Result>): Promise<Result> {
    if (!this.#isTurn) {
      this.#takeTurn();
      return work();
    }
    return new Promise((resolve) => this.#waiting.push(() => resolve(work())));
  }

  #takeTurn(): void {
    this.#isTurn = true;
    setImmediate(() => {
      this.#isTurn = false;
      const next = this.#waiting.shift();
      if (!next) return;
      this.#takeTurn();
      next();
    });
  }
}
