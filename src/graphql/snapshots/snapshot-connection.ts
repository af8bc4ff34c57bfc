import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Cancellation } from '../../cancellation.ts';
import type { StatementCanceller } from '../../postgres/cancel-statement.ts';

export type SnapshotOptions = {
  /** How long a statement of a list may take. */
  listTimeoutMs: number;
  canceller: StatementCanceller;
  /** To see what another transaction sees: the name that it exported. */
  at?: string;
  /** Whether others shall see the same. */
  isExported?: boolean;
};

/** Sends a statement on a connection. */
export type Ask<Result> = (on: pg.PoolClient) => Promise<Result>;

/** SQLSTATE: a statement sent before it has failed. */
const takenAlong = '25P02';
/** SQLSTATE: a statement was cancelled. */
const wasCancelled = '57014';

const lookAgainMs = 20;

/** A statement under way, and who wants it; nobody in particular where all who share the snapshot do. */
type UnderWay = { answer: Promise<unknown>; wantedBy: Cancellation | null };

/** A connection whose every statement sees the database as it was at one moment. Must be released. */
export class SnapshotConnection {
  readonly #client: pg.PoolClient;
  readonly #listTimeoutMs: number;
  readonly #canceller: StatementCanceller;
  readonly #begun: Promise<pg.QueryResult[]>;
  /** In the order in which they were sent. */
  readonly #underWay = new Set<UnderWay>();
  #cancelling: Promise<void> | null = null;
  #isWanted = true;
  #cancels = 0;

  /** Begins, and does not wait for it: the first statement is sent right behind. */
  constructor(client: pg.PoolClient, { listTimeoutMs, canceller, at, isExported = false }: SnapshotOptions) {
    const first = [
      'begin isolation level repeatable read read only',
      ...(at === undefined ? [] : [`set transaction snapshot ${client.escapeLiteral(at)}`]),
      ...(isExported ? ['select pg_export_snapshot() as name'] : []),
      'savepoint intact',
    ];
    this.#client = client;
    this.#listTimeoutMs = listTimeoutMs;
    this.#canceller = canceller;
    this.#begun = client.query(first.join('; ')) as unknown as Promise<pg.QueryResult[]>;
    this.#begun.catch(() => {});
  }

  /** The name by which others see the same, once the snapshot has been taken. */
  async exportedName(): Promise<string> {
    const found = await this.#begun;
    return found[1]?.rows[0]?.name as string;
  }

  /** Statements are sent one behind the other, without waiting for answers; one that fails takes none of the others along. */
  query<Result>(ask: Ask<Result>, wantedBy: Cancellation | null): Promise<Result> {
    return this.#follow(() => this.#send(ask), wantedBy);
  }

  /** The same for statements of lists, which must end sooner. */
  queryBounded<Result>(ask: Ask<Result>, wantedBy: Cancellation | null): Promise<Result> {
    return this.#follow(() => this.#sendBounded(ask), wantedBy);
  }

  /** `isWanted`: whether what is still under way is waited for; else it is cancelled. */
  async release(isWanted = true): Promise<void> {
    this.#isWanted = isWanted;
    this.#cancelUnwanted();
    while (this.#underWay.size > 0) await Promise.allSettled([...this.#underWay].map(({ answer }) => answer));
    await this.#cancelling;
    // A request to cancel must never meet a statement of somebody else.
    const isGivenUp = this.#cancels > 0;
    await Promise.all([this.#begun, this.#client.query('commit')]).then(
      () => this.#client.release(isGivenUp),
      () => this.#client.release(true),
    );
  }

  #follow<Result>(send: () => Promise<Result>, wantedBy: Cancellation | null): Promise<Result> {
    wantedBy?.throwIfCancelled();
    const answer = this.#sendUntilItCounts(send, wantedBy);
    const one = { answer, wantedBy };
    this.#underWay.add(one);
    const off = wantedBy?.onCancel(() => this.#cancelUnwanted());
    const end = () => {
      this.#underWay.delete(one);
      off?.();
    };
    answer.then(end, end);
    return wantedBy ? wantedBy.waitFor(answer) : answer;
  }

  /** What is cancelled is the statement that the connection is at: those that others want are waited for. */
  #cancelUnwanted(): void {
    const isUnwanted = ({ wantedBy }: UnderWay) => !this.#isWanted || wantedBy?.isCancelled === true;
    if (![...this.#underWay].some(isUnwanted)) return;
    this.#cancelling ??= (async () => {
      while ([...this.#underWay].some(isUnwanted)) {
        const [oldest] = this.#underWay;
        if (!oldest || !isUnwanted(oldest)) {
          await sleep(lookAgainMs);
          continue;
        }
        this.#cancels += 1;
        const settled = oldest.answer.catch(() => {});
        await this.#canceller.cancelUntil(this.#client, settled);
        await settled;
      }
      this.#cancelling = null;
    })();
  }

  async #sendUntilItCounts<Result>(send: () => Promise<Result>, wantedBy: Cancellation | null): Promise<Result> {
    for (;;) {
      const cancels = this.#cancels;
      try {
        return await send();
      } catch (error) {
        const { code } = error as { code?: unknown };
        // All of this snapshot goes back to where nothing had failed, and what was sent behind it is sent again.
        if (code !== takenAlong) this.#say('rollback to savepoint intact').catch(() => {});
        if (wantedBy?.isCancelled) throw error;
        // So is what was cancelled in place of another.
        if (code !== takenAlong && !(code === wasCancelled && this.#cancels > cancels)) throw error;
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
