import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { type EndWith, inTransaction, statement, type Transaction } from './statement.ts';

/** How many ids of which tables, by their names. */
export type IdCounts = Readonly<Record<string, number>>;

/** A block is as large as all that were taken before, so that at most half of all ids are left unused, but no larger. */
const largestBlock = 10_000;

const nextIds = statement<{ table: string; first: number; last: number }>(
  'next_ids',
  // Whoever takes some at the same time makes gaps: of each table a row for every piece without one.
  sql`select name as "table", min(id) as first, max(id) as last
    from (select name, id, id - row_number() over (partition by name order by id) as piece
      from (select name, nextval(sequence) as id
        from (select name, wanted, pg_get_serial_sequence(name, 'id')::regclass as sequence
          from unnest(${sql.placeholder('tables')}::text[], ${sql.placeholder('counts')}::integer[]) as w(name, wanted)
          offset 0) as sequences, generate_series(1, wanted)) as ids) as numbered
    group by name, piece order by first`,
);

// A sequence is often ahead of its ids on disk by what others wrote, and a commit that has written nothing waits for nothing.
const makeCommitWait = statement(
  'make_commit_wait',
  sql`select pg_logical_emit_message(true, 'call-analytics ids', '')`,
);

/** Ids of tables that nobody was given before, whatever becomes of this process or of the database. */
async function reserve(on: Transaction, endWith: EndWith, counts: IdCounts): Promise<Map<string, number[]>> {
  const next = nextIds(on, { tables: Object.keys(counts), counts: Object.values(counts) });
  await endWith([next, makeCommitWait(on, {})]);
  const ids = new Map<string, number[]>();
  for (const { table, first, last } of await next) {
    const some = ids.get(table) ?? [];
    for (let id = first; id <= last; id++) some.push(id);
    ids.set(table, some);
  }
  return ids;
}

/** A transaction takes more ids than were set aside for it. */
class TooFewIds extends Error {
  readonly needed: IdCounts;

  constructor(table: string, needed: number) {
    super(`a transaction needs ${needed} ids of ${table}`);
    this.needed = { [table]: needed };
  }
}

/** Ids that are set aside for one transaction. */
export class Ids {
  readonly #ids: ReadonlyMap<string, number[]>;
  readonly #taken = new Map<string, number>();

  constructor(ids: ReadonlyMap<string, number[]>) {
    this.#ids = ids;
  }

  /** Ids for new rows of a table, in no order. */
  take(table: string, count: number): number[] {
    if (count === 0) return [];
    const ids = this.#ids.get(table) ?? [];
    const taken = (this.#taken.get(table) ?? 0) + count;
    if (ids.length < count) throw new TooFewIds(table, taken);
    this.#taken.set(table, taken);
    return ids.splice(0, count);
  }

  /** Those that were not taken, for others. */
  rest(): ReadonlyMap<string, number[]> {
    return this.#ids;
  }
}

/** Reserved ids of which nothing has been made yet. */
class FreeIds {
  /** Of each table, the next one last. */
  readonly #free = new Map<string, number[]>();
  readonly #reserved = new Map<string, number>();

  async setAside(needs: IdCounts, reserve: (counts: IdCounts) => Promise<Map<string, number[]>>): Promise<Ids> {
    const wanted = Object.entries(needs).filter(([, need]) => need > 0);
    // Others may have taken what was reserved by the time that it is here.
    for (;;) {
      const missing = wanted.flatMap(([table, need]) => {
        const lacking = need - this.#freeOf(table).length;
        const reserved = this.#reserved.get(table) ?? 0;
        return lacking > 0 ? [[table, Math.max(lacking, Math.min(reserved, largestBlock))] as const] : [];
      });
      if (missing.length === 0) break;
      for (const [table, ids] of await reserve(Object.fromEntries(missing))) {
        this.#free.set(table, [...ids.reverse(), ...this.#freeOf(table)]);
        this.#reserved.set(table, (this.#reserved.get(table) ?? 0) + ids.length);
      }
    }
    return new Ids(new Map(wanted.map(([table, need]) => [table, this.#freeOf(table).splice(-need).reverse()])));
  }

  giveBack(ids: Ids): void {
    for (const [table, rest] of ids.rest()) this.#freeOf(table).push(...rest.reverse());
  }

  #freeOf(table: string): number[] {
    let free = this.#free.get(table);
    if (!free) {
      free = [];
      this.#free.set(table, free);
    }
    return free;
  }
}

/** Of each pool, by the server that gave them. */
const kept = new WeakMap<pg.Pool, Map<string, FreeIds>>();
const servers = new WeakMap<pg.PoolClient, string>();

const findServer = statement<{ startedAt: string }>(
  'find_server',
  sql`select pg_postmaster_start_time()::text as "startedAt"`,
);

/**
 * A server that has taken the place of another one may not know what that has given; so ids are used only where they come
 * from.
 */
async function freeIdsOf(pool: pg.Pool, client: pg.PoolClient): Promise<FreeIds> {
  const server = servers.get(client) ?? (await findServer(client, {}))[0]?.startedAt ?? '';
  servers.set(client, server);
  const ofPool = kept.get(pool) ?? new Map<string, FreeIds>();
  kept.set(pool, ofPool);
  const free = ofPool.get(server) ?? new FreeIds();
  ofPool.set(server, free);
  return free;
}

/**
 * As inTransaction, with ids for new rows: of each table as many as are likely to be needed. They are reserved in blocks, by
 * a transaction of their own before this one; where they are too few, the work is done anew with more.
 */
export async function inTransactionWithIds<Result>(
  pool: pg.Pool,
  likely: IdCounts,
  work: (on: Transaction, endWith: EndWith, ids: Ids) => Promise<Result>,
): Promise<Result> {
  for (let needs = likely; ; ) {
    let free: FreeIds | undefined;
    let ids = new Ids(new Map());
    try {
      return await inTransaction(
        pool,
        (on, endWith) => work(on, endWith, ids),
        async (client, apart) => {
          free = await freeIdsOf(pool, client);
          ids = await free.setAside(needs, (counts) => apart((on, endWith) => reserve(on, endWith, counts)));
        },
      );
    } catch (error) {
      if (!(error instanceof TooFewIds)) throw error;
      needs = { ...needs, ...error.needed };
    } finally {
      free?.giveBack(ids);
    }
  }
}
