import type pg from 'pg';
import { CopyIn } from './rows/copy-in.ts';

/**
 * Statements that are sent on one connection without waiting for each other. The database answers in the order of sending,
 * and refuses all that follow one that has failed: that one began it. Once a failure is known nothing more is sent.
 */
export class SentStatements {
  readonly #client: pg.ClientBase;
  readonly #sent: Promise<unknown>[] = [];
  #failed: { error: unknown } | undefined;

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  /** As the connection's own. */
  readonly query = ((...args: Parameters<pg.ClientBase['query']>): unknown => {
    const [statement] = args as unknown[];
    if (this.#failed) {
      if (!(statement instanceof CopyIn)) return Promise.reject(this.#failed.error);
      statement.refuse(this.#failed.error);
      return statement;
    }
    const result: unknown = this.#client.query(...args);
    this.#watch(result instanceof CopyIn ? result.done : Promise.resolve(result));
    return result;
  }) as pg.ClientBase['query'];

  /** What failed first, once all that was sent is answered; otherwise what is given. */
  async causeOf(error: unknown): Promise<unknown> {
    const answered = await Promise.allSettled(this.#sent);
    const first = answered.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
    return first ? first.reason : error;
  }

  /** Sends nothing more: the connection is somebody else's from here on. */
  end(): void {
    this.#failed ??= { error: new Error('the transaction is over') };
  }

  #watch(answer: Promise<unknown>): void {
    this.#sent.push(answer);
    answer.catch((error) => {
      this.#failed ??= { error };
    });
  }
}
