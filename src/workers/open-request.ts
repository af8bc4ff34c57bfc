import type { Cancellation } from '../cancellation.ts';
import { AppError } from '../errors.ts';
import type { Heard, Part, Reply } from './messages.ts';

/** What a request needs of the worker that it was sent to. */
export type ToRequest = { acknowledge: () => void; cancel: () => void };

/** A worker ended before it had answered. */
export class WorkerLost extends AppError {
  constructor() {
    super('UNAVAILABLE', 'Nothing answers just now. Try again in a moment.');
  }
}

/** On the caller's side: a request that a worker was sent, and what has been heard of it. */
export class OpenRequest {
  readonly reply: Promise<Reply>;
  readonly #worker: ToRequest;
  readonly #cancellation: Cancellation | undefined;
  #settle: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | undefined;
  readonly #parts: Part[] = [];
  #isWithReader = false;
  #outcome: 'end' | Error | null = null;
  #wake: () => void = () => {};

  constructor(worker: ToRequest, cancellation: Cancellation | undefined) {
    this.#worker = worker;
    this.#cancellation = cancellation;
    this.reply = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  /** Whether that was the last of it. */
  hear(heard: Heard): boolean {
    if ('hasFailed' in heard) {
      this.fail(this.#cancellation?.reason ?? new Error('a worker failed at a request'));
      return true;
    }
    const { head, parts = [], isEnd = false } = heard;
    const [first] = parts;
    if (head && isEnd && typeof first === 'string' && parts.length === 1) {
      this.#settle?.resolve({ ...head, parts: [first] });
      return true;
    }
    this.#parts.push(...parts);
    if (isEnd) this.#outcome ??= 'end';
    if (head) this.#settle?.resolve({ ...head, parts: { [Symbol.asyncIterator]: () => this.#reader() } });
    this.#wake();
    return isEnd;
  }

  /** Before its head, nothing comes of it; after it, its parts break off. */
  fail(error: Error): void {
    this.#outcome ??= error;
    this.#settle?.reject(error);
    this.#wake();
  }

  #reader(): AsyncIterator<Part, undefined> {
    return {
      next: async () => {
        // Who comes for the next part is done with the one before.
        if (this.#isWithReader) this.#worker.acknowledge();
        this.#isWithReader = false;
        while (this.#parts.length === 0 && this.#outcome === null) await this.#change();
        const value = this.#parts.shift();
        if (value === undefined) return this.#end();
        this.#isWithReader = true;
        return { value, done: false };
      },
      return: async () => {
        this.#parts.length = 0;
        if (this.#outcome === null) this.#worker.cancel();
        this.#outcome = 'end';
        return { value: undefined, done: true };
      },
    };
  }

  #end(): { value: undefined; done: true } {
    if (this.#outcome instanceof Error) throw this.#outcome;
    return { value: undefined, done: true };
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
