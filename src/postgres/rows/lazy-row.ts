import type { PgColumn } from 'drizzle-orm/pg-core';
import { readTimestamp } from '../columns.ts';
import type { SentRow } from './query-rows.ts';
import { SmallRow } from './small-row.ts';

/** The columns of rows, in the order in which they were sent, by their names in TypeScript. */
export type SentColumns = readonly (readonly [name: string, column: PgColumn])[];

/** A row whose values are made when they are asked for; until then it is what the database sent. */
export abstract class LazyRow {
  readonly #sent: SentRow;
  #texts: readonly (string | null)[] | undefined;

  constructor(sent: SentRow) {
    this.#sent = sent;
  }

  abstract get columns(): SentColumns;

  /** What was sent, where it is at hand. */
  get bytes(): SmallRow | null {
    return this.#sent instanceof SmallRow ? this.#sent : null;
  }

  /** A column's text, by its place. */
  textAt(index: number): string | null {
    this.#texts ??= this.#sent.fields;
    return this.#texts[index] as string | null;
  }
}

export type LazyRowClass = new (sent: SentRow) => LazyRow;

/** What stands in a row for a column and others that belong to it, made of their values. */
export type Composed = (value: unknown, read: (name: string) => unknown) => unknown;

/** Makes the class of rows of some columns. It has a property for each of them. */
export function lazyRowClass(columns: SentColumns, composed: Readonly<Record<string, Composed>>): LazyRowClass {
  class Row extends LazyRow {
    get columns() {
      return columns;
    }
  }
  for (const [index, [name, column]] of columns.entries()) {
    const convert = reading(column);
    const compose = composed[name];
    Object.defineProperty(Row.prototype, name, {
      get(this: LazyRow & Record<string, unknown>) {
        const text = this.textAt(index);
        const value = text === null ? null : convert(text);
        return compose ? compose(value, (other) => this[other]) : value;
      },
    });
  }
  return Row;
}

/** How a column's values are read from the database's text. */
function reading(column: PgColumn): (text: string) => unknown {
  const type = column.getSQLType();
  if (type.startsWith('timestamp')) return readTimestamp;
  if (type === 'bigint' || type === 'integer') return Number;
  if (type === 'numeric' || type.startsWith('text') || column.enumValues) return (text) => text;
  throw new Error(`values of type ${type} are not read here`);
}
