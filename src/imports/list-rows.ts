import type { ImportedRow } from '../ingestion/read-imported.ts';
import { readJsonItems, readJsonMembers } from '../json/json-members.ts';
import type { ColumnNames } from './column-names.ts';
import type { RowSplitter } from './row-splitter.ts';
import { TableHeader } from './table-header.ts';

/**
 * Makes objects of rows that are lists: of values, by the names in the list before them, or of objects. Gives columns the
 * names that they are to be read under.
 */
export class ListRows implements RowSplitter {
  readonly #rows: RowSplitter;
  readonly #given: ColumnNames;
  #header: TableHeader | null = null;

  constructor(rows: RowSplitter, given: ColumnNames) {
    this.#rows = rows;
    this.#given = given;
  }

  push(chunk: Buffer): ImportedRow[] {
    return this.#rows.push(chunk).flatMap((row) => this.#read(row));
  }

  end(): ImportedRow[] {
    return this.#rows.end().flatMap((row) => this.#read(row));
  }

  #read(row: ImportedRow): ImportedRow[] {
    const first = row.body.find((byte) => byte > 0x20);
    if (first === quote && !this.#given.isEmpty && row.broken === undefined) return this.#readText(row);
    if (row.broken !== undefined || (first !== openList && (first !== openObject || this.#given.isEmpty))) return [row];
    try {
      return first === openList ? this.#readList(row) : [this.#rename(row)];
    } catch (error) {
      // Reading it says what is wrong with it.
      if (error instanceof SyntaxError) return [row];
      throw error;
    }
  }

  #readList(row: ImportedRow): ImportedRow[] {
    const items = readJsonItems(row.body.toString('utf8')) ?? [];
    if (items.length > 0 && items.every((item) => item.startsWith('{'))) {
      return items.flatMap((item) => this.#read({ ...row, body: Buffer.from(item) }));
    }
    if (items.some((item) => /^[[{]/.test(item))) return [row];
    if (this.#header === null) {
      const names = items.map((item) => String(JSON.parse(item)));
      this.#header = TableHeader.of(names, this.#given);
      return this.#header === null ? [row] : [];
    }
    const body = this.#header.rowOf(items);
    const broken = `has ${items.length} values, where the header names ${this.#header.width} columns`;
    return [body === null ? { ...row, broken } : { ...row, body }];
  }

  /** A row that is JSON within a text, without it. */
  #readText(row: ImportedRow): ImportedRow[] {
    try {
      const text: unknown = JSON.parse(row.body.toString('utf8'));
      return typeof text === 'string' && text.trimStart().startsWith('{')
        ? this.#read({ ...row, body: Buffer.from(text) })
        : [row];
    } catch {
      return [row];
    }
  }

  #rename(row: ImportedRow): ImportedRow {
    const members = readJsonMembers(row.body.toString('utf8'));
    if (!members?.some(({ key }) => this.#given.isGiven(key))) return row;
    this.#given.note(members.map(({ key }) => key));
    const isFirst = ({ key }: { key: string }) => this.#given.isGiven(key);
    const sorted = [...members.filter(isFirst), ...members.filter((member) => !isFirst(member))];
    const written = sorted.map(
      ({ key, value, nested }) => `${JSON.stringify(this.#given.of(key))}:${nested ?? JSON.stringify(value)}`,
    );
    return { ...row, body: Buffer.from(`{${written.join(',')}}`) };
  }
}

const openList = 0x5b;
const openObject = 0x7b;
const quote = 0x22;

/** The keys of a row that is an object; none of any other. */
export function keysOf(body: Buffer): string[] {
  try {
    return readJsonMembers(body.toString('utf8'))?.map(({ key }) => key) ?? [];
  } catch {
    return [];
  }
}
