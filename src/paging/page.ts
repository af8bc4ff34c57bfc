import { type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../db/client.ts';
import { allOf, type Condition } from '../filter/condition.ts';
import { nameList, type Position, writeCursor } from './cursor.ts';
import { isAfter, isBefore, orderBy, type Sort } from './keyset.ts';
import { type PageArguments, type PageRequest, readPageArguments } from './page-arguments.ts';

/** A count stops here, and says so. */
export const countLimit = 10_000;

type Cut<Row> = { rows: Row[]; hasMore: boolean };

/** A list of rows of one table: which, in what order, and how a page of them is read. */
export type List<Row> = {
  db: Database;
  table: PgTable;
  condition: Condition;
  sort: Sort;
  /** Where a row stands. */
  positionOf: (row: Row) => Position;
  /** The statement that reads rows. */
  select: (condition: Condition, order: SQL, limit: number) => PromiseLike<Row[]>;
  /** Everything that tells this list from others: its name, order and filter. */
  identity: unknown[];
  /** Where it is known without counting rows: how many there are, exactly. */
  count?: () => Promise<number>;
  /** What is done with a page's rows before anybody has them. */
  prepare?: ((rows: readonly Row[]) => Promise<void>) | undefined;
};

/** A page of a list. Rows and count are read when they are first asked for, each with one statement. */
export class Page<Row> {
  readonly #list: List<Row>;
  readonly #request: PageRequest;
  #name: string | undefined;
  #cut: Promise<Cut<Row>> | undefined;
  #count: Promise<number> | undefined;

  /** BAD_USER_INPUT for sizes and cursors that cannot be. */
  constructor(list: List<Row>, args: PageArguments) {
    this.#list = list;
    this.#request = readPageArguments(() => this.#nameOfList(), list.sort, args);
  }

  async rows(): Promise<Row[]> {
    return (await this.#read()).rows;
  }

  cursorOf(row: Row): string {
    return writeCursor(this.#nameOfList(), this.#list.positionOf(row));
  }

  async hasNextPage(): Promise<boolean> {
    // What the cursor `before` was made for comes after this page.
    if (this.#request.before) return true;
    return this.#request.backwards ? false : (await this.#read()).hasMore;
  }

  async hasPreviousPage(): Promise<boolean> {
    if (this.#request.after) return true;
    return this.#request.backwards ? (await this.#read()).hasMore : false;
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
    this.#name ??= nameList(...this.#list.identity);
    return this.#name;
  }

  #read(): Promise<Cut<Row>> {
    this.#cut ??= this.#readRows();
    return this.#cut;
  }

  async #readRows(): Promise<Cut<Row>> {
    const { condition, sort, select, prepare } = this.#list;
    const { size, backwards, after, before } = this.#request;
    const conditions = [condition];
    if (after) conditions.push(isAfter(sort, after));
    if (before) conditions.push(isBefore(sort, before));
    // One row more tells whether the list goes on.
    const rows = await select(allOf(conditions), orderBy(sort, backwards), size + 1);
    const hasMore = rows.length > size;
    if (hasMore) rows.pop();
    if (backwards) rows.reverse();
    await prepare?.(rows);
    return { rows, hasMore };
  }

  #countRows(): Promise<number> {
    const { db, table, condition } = this.#list;
    this.#count ??= db
      .select({ count: sql<number>`count(*)::integer` })
      .from(sql`(select 1 from ${table} where ${condition} limit ${countLimit + 1}) counted`)
      .then(([row]) => row?.count ?? 0);
    return this.#count;
  }
}
