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

/** SQLSTATE: a statement sent before it has failed. */
const takenAlong = '25P02';

/** A connection whose every statement sees the database as it was at one moment. Must be released. */
export class SnapshotConnection {
  readonly #client: pg.PoolClient;
  readonly #listTimeoutMs: number;
  readonly #begun: Promise<pg.QueryResult[]>;
  readonly #underWay = new Set<Sent>();

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
  query(args: unknown[]): Sent {
    return this.#follow(() => this.#send(args));
  }

  /** The same for statements of lists, which must end sooner. */
  queryBounded(args: unknown[]): Sent {
    return this.#follow(() => this.#sendBounded(args));
  }

  async release(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    await Promise.all([this.#begun, this.#client.query('commit')]).then(
      () => this.#client.release(),
      () => this.#client.release(true),
    );
  }

  #follow(send: () => Sent): Sent {
    const answer = this.#sendUntilItCounts(send);
    this.#underWay.add(answer);
    const end = () => this.#underWay.delete(answer);
    answer.then(end, end);
    return answer;
  }

  async #sendUntilItCounts(send: () => Sent): Sent {
    for (;;) {
      try {
        return await send();
      } catch (error) {
        // All of this moment goes back to where nothing had failed, and what was sent behind it is sent again.
        if ((error as { code?: unknown }).code !== takenAlong) {
          this.#send(['rollback to savepoint intact']).catch(() => {});
          throw error;
        }
      }
    }
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
