import type pg from 'pg';

export type SnapshotOptions = {
  /** How long a statement of a list may take. */
  listTimeoutMs: number;
  /** To see what another transaction sees: the name that it exported. */
  at?: string;
  /** Whether others shall see the same. */
  isExported?: boolean;
};

type Sent = Promise<unknown>;

/** A connection whose every statement sees the database as it was at one moment. Must be released. */
export class SnapshotConnection {
  readonly #client: pg.PoolClient;
  readonly #listTimeoutMs: number;
  readonly #begun: Promise<pg.QueryResult[]>;
  #last: Sent = Promise.resolve();

  /** Begins, and does not wait for it: the first statement is sent right behind. */
  constructor(client: pg.PoolClient, { listTimeoutMs, at, isExported = false }: SnapshotOptions) {
    const first = [
      'begin isolation level repeatable read read only',
      ...(at === undefined ? [] : [`set transaction snapshot ${client.escapeLiteral(at)}`]),
      ...(isExported ? ['select pg_export_snapshot() as name'] : []),
      'savepoint intact',
    ];
    this.#client = client;
    this.#listTimeoutMs = listTimeoutMs;
    this.#begun = client.query(first.join('; ')) as unknown as Promise<pg.QueryResult[]>;
    this.#begun.catch(() => {});
  }

  /** The name by which others see the same, once the moment has been taken. */
  async exportedName(): Promise<string> {
    const found = await this.#begun;
    return found[1]?.rows[0]?.name as string;
  }

  /** One statement at a time: the next waits for the last, however that ended. */
  query(args: unknown[]): Sent {
    return this.#inTurn(() => this.#send(args));
  }

  /** The same for statements of lists, which must end sooner. */
  queryBounded(args: unknown[]): Sent {
    return this.#inTurn(() => this.#sendBounded(args));
  }

  async release(): Promise<void> {
    await this.#last;
    await Promise.all([this.#begun, this.#client.query('commit')]).then(
      () => this.#client.release(),
      () => this.#client.release(true),
    );
  }

  #inTurn(run: () => Sent): Sent {
    const result = this.#last.then(run);
    // A statement that failed must not take those after it along: they read on from the same snapshot.
    this.#last = result.catch(() => this.#send(['rollback to savepoint intact'])).catch(() => {});
    return result;
  }

  async #send(args: unknown[]): Sent {
    const answer = (this.#client.query as (...a: unknown[]) => Sent).apply(this.#client, args);
    const [, result] = await Promise.all([this.#begun, answer]);
    return result;
  }

  // Going back to the savepoint takes the limit back, too; all three are sent in one go.
  async #sendBounded(args: unknown[]): Sent {
    const bounds = this.#send([`savepoint unbounded; set local statement_timeout = ${this.#listTimeoutMs}`]);
    const result = this.#send(args);
    const unbounded = this.#send(['rollback to savepoint unbounded; release savepoint unbounded']);
    const [, answer] = await Promise.allSettled([bounds, result, unbounded]);
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  }
}
