import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Cancellation } from '../cancellation.ts';
import { FairTurns } from './fair-turns.ts';

const backends = new WeakMap<object, Promise<number | null>>();

/** Notes which backend serves a new connection: it is asked ahead of the first statement, which does not wait for it. */
export function noteBackend(client: pg.ClientBase): void {
  const asked = client.query<{ pid: number }>('select pg_backend_pid() as pid').then(
    ({ rows: [row] }) => row?.pid ?? null,
    () => null,
  );
  backends.set(client, asked);
}

// A request to cancel that comes before its statement has begun is lost.
const againMs = 100;
const maxRequests = 50;

/** Has the database end what a connection is at, by another connection. */
export class StatementCanceller {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /**
   * Asks for it again and again until what was sent has settled. When this is done no request is on its way any more; the
   * connection is to be given up all the same, so that none can ever meet the statement of somebody else.
   */
  async cancelUntil(client: pg.ClientBase, settled: Promise<unknown>): Promise<void> {
    let isSettled = false;
    const done = settled.then(() => {
      isSettled = true;
    });
    const pid = await backends.get(client);
    for (let sent = 0; !isSettled && pid && sent < maxRequests; sent++) {
      // Where no connection is to be had for it, the statement's own time limit ends it.
      await this.#pool.query('select pg_cancel_backend($1)', [pid]).catch(() => {});
      await Promise.race([done, sleep(againMs, undefined, { ref: false })]);
    }
  }
}

const turnsOf = new WeakMap<pg.Pool, FairTurns>();
const leaves = new WeakMap<pg.PoolClient, () => void>();

/** The turns of those who want connections of a pool: waiting there, nobody holds them against others or runs out of time. */
function turnsFor(pool: pg.Pool): FairTurns {
  const known = turnsOf.get(pool);
  if (known) return known;
  const turns = new FairTurns(pool.options.max);
  turnsOf.set(pool, turns);
  pool.on('release', (_error, client) => {
    leaves.get(client)?.();
    leaves.delete(client);
  });
  return turns;
}

/** A connection of a pool, in fair turns; fails as soon as the work for which it was wanted is cancelled. */
export async function connectFor(pool: pg.Pool, cancellation: Cancellation): Promise<pg.PoolClient> {
  const leave = await turnsFor(pool).take(cancellation);
  const connecting = pool.connect().then(
    (client) => {
      leaves.set(client, leave);
      return client;
    },
    (error) => {
      leave();
      throw error;
    },
  );
  try {
    return await cancellation.waitFor(connecting);
  } catch (error) {
    void connecting.then((client) => client.release()).catch(() => {});
    throw error;
  }
}

/** Runs statements on connections of a pool, each on one of its own, for as long as the work that asks for them is wanted. */
export function statementsFor(pool: pg.Pool, canceller: StatementCanceller, cancellation: Cancellation) {
  return async <Result>(ask: (on: pg.PoolClient) => Promise<Result>): Promise<Result> => {
    const client = await connectFor(pool, cancellation);
    const answer = ask(client);
    let cancelling: Promise<void> | undefined;
    const settled = answer.then(
      () => false,
      () => true,
    );
    const off = cancellation.onCancel(() => {
      cancelling = canceller.cancelUntil(client, settled);
    });
    void settled.then(async (isBroken) => {
      off();
      await cancelling;
      client.release(isBroken || cancelling !== undefined);
    });
    return cancellation.waitFor(answer);
  };
}
