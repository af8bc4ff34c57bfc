import type pg from 'pg';

export type SnapshotOptions = {
  /** How long a statement of a list may take. */
  listTimeoutMs: number;
  /** To see what another transaction sees: the name that it exported. */
  at?: string;
  /** Whether others shall see the same. */
  isExported?: boolean;
};

/** Sends a statement on a connection. */
export type Ask<Result> = (on: pg.PoolClient) => Promise<Result>;

/** SQLSTATE: a statement sent before it has failed. */
const takenAlong = '25P02';

/** A connection whose every statement sees the database as it was at one moment. Must be released. */
export class SnapshotConnection {
  readonly #client: pg.PoolClient;
  readonly #listTimeoutMs: number;
  readonly #begun: Promise<pg.QueryResult[]>;
  readonly #underWay = new Set<Promise<unknown>>();

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

  /** Statements are sent one behind the other, without waiting for answers; one that fails takes none of the others along. */
  query<Result>(ask: Ask<Result>): Promise<Result> {
    return this.#follow(() => this.#send(ask));
  }

  /** The same for statements of lists, which must end sooner. */
  queryBounded<Result>(ask: Ask<Result>): Promise<Result> {
    return this.#follow(() => this.#sendBounded(ask));
  }

  async release(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    await Promise.all([this.#begun, this.#client.query('commit')]).then(
      () => this.#client.release(),
      () => this.#client.release(true),
    );
  }

  #follow<Result>(send: () => Promise<Result>): Promise<Result> {
    const answer = this.#sendUntilItCounts(send);
    this.#underWay.add(answer);
    const end = () => this.#underWay.delete(answer);
    answer.then(end, end);
    return answer;
  }

  async #sendUntilItCounts<Result>(send: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await send();
      } catch (error) {
        // All of this moment goes back to where nothing had failed, and what was sent behind it is sent again.
        if ((error as { code?: unknown }).code !== takenAlong) {
          this.#say('rollback to savepoint intact').catch(() => {});
          throw error;
        }
      }
    }
  }

  async #send<Result>(ask: Ask<Result>): Promise<Result> {
    const [, result] = await Promise.all([this.#begun, ask(this.#client)]);
    return result;
  }

  #say(text: string): Promise<unknown> {
    return this.#send((on) => on.query(text));
  }

  // Going back to the savepoint takes the limit back, too; all three are sent in one go.
  async #sendBounded<Result>(ask: Ask<Result>): Promise<Result> {
    const bounds = this.#say(`savepoint unbounded; set local statement_timeout = ${this.#listTimeoutMs}`);
    const result = this.#send(ask);
    const unbounded = this.#say('rollback to savepoint unbounded; release savepoint unbounded');
    const [, answer] = await Promise.allSettled([bounds, result, unbounded]);
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  }
}
