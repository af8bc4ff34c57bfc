import { StartupError } from '../startup-error.ts';
import type { ColumnNames } from './column-names.ts';

/** A header stands within so many lines: titles and blank ones may stand before it. */
export const headerWithin = 50;

/** What the columns of a table are called, and how a row of it becomes a JSON object. */
export class TableHeader {
  /** How many columns there are. */
  readonly width: number;
  /** Each as the beginning of a JSON member, with its place in a row; those that were given their name first. */
  readonly #members: readonly { name: string; at: number }[];

  private constructor(columns: readonly string[], given: ColumnNames) {
    this.width = columns.length;
    const members = columns.map((column, at) => ({ name: `${JSON.stringify(given.of(column))}:`, at }));
    const isFirst = ({ at }: { at: number }) => given.isGiven(columns[at] as string);
    this.#members = [...members.filter(isFirst), ...members.filter((member) => !isFirst(member))];
  }

  /** Null where these are no columns of calls. */
  static of(values: readonly string[], given: ColumnNames): TableHeader | null {
    const columns = values.map((value) => value.trim());
    if (!given.columns.tellOfCalls(columns.map((column) => given.of(column)))) return null;
    given.note(columns);
    const missing = given.missing();
    if (missing.length > 0) {
      throw new StartupError(
        `--columns: the file has no column ${missing.map((name) => JSON.stringify(name)).join(', ')}. It has: ${shown(columns)}.`,
      );
    }
    return new TableHeader(columns, given);
  }

  /** The JSON of a row, from the JSON of its values; those that are missing are blank. Null where it has too many. */
  rowOf(values: readonly string[]): Buffer | null {
    if (values.slice(this.width).some((value) => value !== '""' && value !== 'null')) return null;
    const members = this.#members.map(({ name, at }) => `${name}${values[at] ?? '""'}`);
    return Buffer.from(`{${members.join(',')}}`);
  }
}

/** Column names as they may be shown: what holds a number may be somebody's. */
export function shown(names: readonly string[]): string {
  const some = names.filter((name) => name !== '').slice(0, 30);
  if (some.length === 0) return 'nothing';
  return some
    .map((name) => (/(\d\D{0,2}){5}/.test(name) ? '(a number)' : JSON.stringify(name.slice(0, 60))))
    .join(', ');
}

/** Why a file is refused in which no columns of calls were found. */
export function noHeader(first: readonly string[], { columns }: ColumnNames): StartupError {
  return new StartupError(
    `The file is neither JSON nor a table whose first lines name columns of calls: one of them must be ${columns.idWords}; --columns "NAME=${columns.id}" says which. It begins with: ${shown(first)}.`,
  );
}
