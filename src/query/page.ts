import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { OpensTo } from '../access/opens-to.ts';
import { AppError } from '../errors.ts';
import { expectedFailure } from '../failures.ts';
import type { ReadDatabase } from '../postgres/client.ts';
import { allOf, type Condition } from './condition.ts';
import { nameListOf, type Position, writeCursor } from './cursor.ts';
import { isAfter, isBefore, orderBy, partsOf, type Sort } from './keyset.ts';
import { type PageArguments, type PageRequest, readPageArguments } from './page-arguments.ts';
import type { ViewerDatabase } from './viewer-database.ts';

/** A count stops here, and says so. */
export const countLimit = 10_000;

/** What rows a page is made of: those that fit the list's condition and lie between its cursors, the first in this order. */
export type Cut = {
  /** Both conditions, and what the viewer may see. */
  condition: Condition;
  /** The cursors alone. */
  between: Condition;
  order: SQL;
  limit: number;
  request: PageRequest;
};
type PageRows<Row> = { rows: Row[]; hasMore: boolean };

/** A list of rows of one table: which, in what order, and how a page of them is read. */
export type List<Row> = {
  db: ViewerDatabase;
  table: PgTable;
  /** Tells the account of a row: it has only rows that its viewer may see. */
  account: PgColumn;
  /** What opens it. */
  opensTo: OpensTo;
  condition: Condition;
  sort: Sort;
  /** Where a row stands. */
  positionOf: (row: Row) => Position;
  /** Reads the rows of a page. */
  select: (on: ReadDatabase, cut: Cut) => PromiseLike<readonly Row[]>;
  /** Everything that tells this list from others: its name, order and filter. */
  identity: unknown[];
  /** Where it is known without counting rows: how many there are, exactly. */
  count?: () => Promise<number>;
  /** Where it can be told without a statement that counts: how many there are, no further than `limit`; null: it cannot. */
  countUpTo?: ((limit: number) => Promise<number | null>) | undefined;
  /** What to do about it, where no index leads to the rows in this order and the database takes too long. */
  advice?: string | undefined;
  /** Rows without a sort key are read by a statement of their own: an index leads to each part, but not to both. */
  nullsApart?: boolean;
};

/** TOO_EXPENSIVE for what takes longer than the database may take, where the question is to blame. */
async function inBoundedTime<Row, Result>({ advice }: List<Row>, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!advice || expectedFailure(error)?.code !== 'TIMEOUT') throw error;
    throw new AppError('TOO_EXPENSIVE', `${tooLong} ${advice}`);
  }
}

const tooLong =
  'This list takes too long: nothing leads to the rows that fit its filter in its order, and too many would have to be looked at.';

/** A page of a list. Rows and count are read when they are first asked for, each with one statement. */
export class Page<Row> {
  readonly #list: List<Row>;
  readonly #request: PageRequest;
  #name: string | undefined;
  #read: Promise<PageRows<Row>> | undefined;
  #count: Promise<number> | undefined;

  /** BAD_USER_INPUT for sizes and cursors that cannot be. */
  constructor(list: List<Row>, args: PageArguments) {
    this.#list = list;
    this.#request = readPageArguments(list.db.seals.cursors, () => this.#nameOfList(), list.sort, args);
  }

  async rows(): Promise<Row[]> {
    return (await this.#readOnce()).rows;
  }

  cursorOf(row: Row): string {
    const { db, positionOf } = this.#list;
    return writeCursor(db.seals.cursors, this.#nameOfList(), positionOf(row));
  }

  async hasNextPage(): Promise<boolean> {
    // What the cursor `before` was made for comes after this page.
    if (this.#request.before) return true;
    return this.#request.backwards ? false : (await this.#readOnce()).hasMore;
  }

  async hasPreviousPage(): Promise<boolean> {
    if (this.#request.after) return true;
    return this.#request.backwards ? (await this.#readOnce()).hasMore : false;
  }

  /** How many rows the whole list has, counted no further than countLimit. */
  async totalCount(): Promise<number> {
    const { count } = this.#list;
    return count ? count() : Math.min(await this.#countRows(), countLimit);
  }

  async totalCountIsExact(): Promise<boolean> {
    return this.#list.count !== undefined || (await this.#countRows()) <= countLimit;
  }

  #nameOfList(): string {
    this.#name ??= nameListOf(this.#list.db.viewer, ...this.#list.identity);
    return this.#name;
  }

  #readOnce(): Promise<PageRows<Row>> {
    this.#read ??= inBoundedTime(this.#list, () => this.#readRows());
    return this.#read;
  }

  async #readRows(): Promise<PageRows<Row>> {
    const { db, account, opensTo, condition, sort, select, nullsApart } = this.#list;
    const { size, backwards, after, before } = this.#request;
    const cursors = [...(after ? [isAfter(sort, after)] : []), ...(before ? [isBefore(sort, before)] : [])];
    const whole = [{ between: allOf(cursors), order: orderBy(sort, backwards) }];
    const rows: Row[] = [];
    for (const { between, order } of nullsApart ? partsOf(sort, this.#request) : whole) {
      const limit = size + 1 - rows.length; // one row more tells whether the list goes on
      if (limit > 0) {
        const read = db.read(account, opensTo, (on, own) => {
          const all = allOf([own, condition, between]);
          return select(on, { condition: all, between, order, limit, request: this.#request });
        });
        rows.push(...(await read));
      }
    }
    const hasMore = rows.length > size;
    if (hasMore) rows.pop();
    if (backwards) rows.reverse();
    return { rows, hasMore };
  }

  #countRows(): Promise<number> {
    this.#count ??= inBoundedTime(this.#list, () => this.#countUpTo(countLimit + 1));
    return this.#count;
  }

  async #countUpTo(limit: number): Promise<number> {
    const { db, table, account, opensTo, condition, countUpTo } = this.#list;
    const told = await countUpTo?.(limit);
    if (typeof told === 'number') return told;
    const [row] = await db.read(account, opensTo, (on, own) =>
      on
        .select({ count: sql<number>`count(*)::integer` })
        .from(sql`(select 1 from ${table} where ${allOf([own, condition])} limit ${limit}) counted`),
    );
    return row?.count ?? 0;
  }
}

/** The fields that every connection has. */
export const connectionFields = {
  edges: async <Row>(page: Page<Row>) => (await page.rows()).map((node) => ({ node, cursor: page.cursorOf(node) })),
  nodes: <Row>(page: Page<Row>) => page.rows(),
  pageInfo: async <Row>(page: Page<Row>) => {
    const rows = await page.rows();
    const [first, last] = [rows[0], rows.at(-1)];
    return {
      hasNextPage: await page.hasNextPage(),
      hasPreviousPage: await page.hasPreviousPage(),
      startCursor: first ? page.cursorOf(first) : null,
      endCursor: last ? page.cursorOf(last) : null,
    };
  },
  totalCount: <Row>(page: Page<Row>) => page.totalCount(),
  totalCountIsExact: <Row>(page: Page<Row>) => page.totalCountIsExact(),
};
