import type pg from 'pg';

// Writes a record of its own, so that its commit waits for the disk. Nobody reads the message.
const flush = "select pg_logical_emit_message(true, 'call-analytics flush', '')";

/**
 * Makes transactions durable that were committed without waiting for the disk: with them all that were committed before.
 * Meanwhile the next one is at work, and several share one wait.
 */
export class DurableCommits {
  readonly #pool: pg.Pool;
  #current: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Settles once all that is committed now is on the disk. */
  reached(): Promise<void> {
    if (!this.#current) return this.#begin();
    // What is under way may have begun before the commit.
    this.#next ??= this.#current.then(
      () => this.#begin(),
      () => this.#begin(),
    );
    return this.#next;
  }

  #begin(): Promise<void> {
    this.#next = undefined;
    const current = this.#pool.query(flush).then(() => {});
    this.#current = current;
    const end = () => {
      if (this.#current === current) this.#current = undefined;
    };
    current.then(end, end);
    return current;
  }
}
