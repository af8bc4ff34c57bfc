/** Whether an answer is still wanted. */
export type Cancellable = {
  readonly reason: Error | null;
  throwIfCancelled: () => void;
  /** What comes of work; fails as soon as it is no longer wanted. */
  waitFor: <Result>(work: Promise<Result>) => Promise<Result>;
};

/** So long others may have to wait for a slice of an operation. */
const sliceMs = 5;
const fieldsBetweenLooks = 200;
/** Of answers beyond this everything that is complete is written at once, in the slice in which it is made. */
const largeAnswer = 64 * 1024;

// One of all operations that have more to do goes on in each turn of the event loop.
const turns: Pace[] = [];
let isTaking = false;

// How long this turn of the loop has been at work, of all operations together: looked at now and then.
let fields = 0;
let began = 0;
let isLookedAt = false;
let isOver = false;

function endTurn(): void {
  isLookedAt = false;
  isOver = false;
}

function isTurnOver(more: number): boolean {
  fields += more;
  if (isOver || fields < fieldsBetweenLooks) return isOver;
  fields = 0;
  const now = performance.now();
  if (!isLookedAt) {
    isLookedAt = true;
    began = now;
    setImmediate(endTurn);
  } else isOver = now - began >= sliceMs;
  return isOver;
}

export type AnswerBounds = {
  cancellation: Cancellable;
  maxBytes: number;
  /** Cancels an answer that becomes larger: what is still under way for it ends. */
  onTooLarge: () => void;
  /** How long others may have to wait for a slice of it. 0: every object has one of its own. */
  sliceMs?: number;
};

/** How one execution gives way to others, and where it ends: when nobody wants it any more, or its answer gets too large. */
export class Pace {
  readonly #bounds: AnswerBounds;
  readonly #waiting: (() => void)[] = [];
  #next = 0;
  #bytes = 0;

  constructor(bounds: AnswerBounds) {
    this.#bounds = bounds;
  }

  get isLarge(): boolean {
    return this.#bytes > largeAnswer;
  }

  /** Notes what an answer has become longer by, in characters: a character takes a byte at least. */
  add(length: number): void {
    this.#bytes += length;
    const { maxBytes, onTooLarge } = this.#bounds;
    if (this.#bytes > maxBytes) onTooLarge();
  }

  /** Whether work on so many fields must wait for another turn; throws where there is nothing to be done any more. */
  mustWait(fields: number): boolean {
    this.#bounds.cancellation.throwIfCancelled();
    return this.#bounds.sliceMs === 0 || isTurnOver(fields);
  }

  /** Does work in another turn, after what waits already. */
  later<Result>(work: () => Result): Promise<Awaited<Result>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          this.#bounds.cancellation.throwIfCancelled();
          resolve(work() as Awaited<Result>);
        } catch (error) {
          reject(error);
        }
      });
      if (this.#waiting.length > 1) return;
      if (turns.push(this) === 1 && !isTaking) setImmediate(takeTurn);
    });
  }

  /** What comes of work; fails as soon as there is nothing to be done any more. */
  until<Result>(work: Promise<Result>): Promise<Result> {
    return this.#bounds.cancellation.waitFor(work);
  }

  /** A slice. What comes of one piece of work in promises is done before the next: it counts, too. */
  goOn(isDone: () => void): void {
    const until = performance.now() + sliceMs;
    const step = () => {
      this.#waiting[this.#next++]?.();
      if (this.#next < this.#waiting.length && performance.now() < until) return queueMicrotask(step);
      this.#waiting.splice(0, this.#next);
      this.#next = 0;
      if (this.#waiting.length > 0) turns.push(this);
      isDone();
    };
    step();
  }
}

function takeTurn(): void {
  isTaking = true;
  turns.shift()?.goOn(() => {
    isTaking = false;
    if (turns.length > 0) setImmediate(takeTurn);
  });
}
