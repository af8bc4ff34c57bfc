import type { ImportedRow } from '../ingestion/read-imported.ts';
import { readJsonMembers } from '../json/json-members.ts';
import type { Columns } from '../providers/provider.ts';
import type { ColumnNames } from './column-names.ts';
import { JsonRows } from './json-rows.ts';
import type { RowSplitter } from './row-splitter.ts';

/** The rows of an object of objects, by whose keys they are known: a row without an id of a call has its key as one. */
export class KeyedRows implements RowSplitter {
  // Each key and each value is a row of it.
  readonly #parts = new JsonRows({ isInObject: true });
  readonly #columns: Columns;
  #key: string | null = null;
  #rows = 0;

  constructor(columns: Columns) {
    this.#columns = columns;
  }

  push(chunk: Buffer): ImportedRow[] {
    return this.#parts.push(chunk).flatMap((part) => this.#read(part));
  }

  end(): ImportedRow[] {
    return this.#parts.end().flatMap((part) => this.#read(part));
  }

  #read(part: ImportedRow): ImportedRow[] {
    if (this.#key === null && part.broken === undefined) {
      this.#key = part.body.toString('utf8');
      return [];
    }
    const key = this.#key ?? '""';
    this.#key = null;
    this.#rows += 1;
    const where = part.where.replace(/row \d+$/, `row ${this.#rows}`);
    return [{ ...part, where, body: part.broken === undefined ? withId(part.body, key, this.#columns) : part.body }];
  }
}

function withId(body: Buffer, key: string, { id, isId }: Columns): Buffer {
  const text = body.toString('utf8');
  if (!text.startsWith('{') || namesOf(text).some(isId)) return body;
  const rest = text.slice(1).trimStart();
  return Buffer.from(`{${JSON.stringify(id)}:${key}${rest.startsWith('}') ? '' : ','}${rest}`);
}

/** Whether a text begins as an object does whose members are rows: under an id, one known field of the first tells. */
export function areKeyed(text: string, given: ColumnNames): boolean {
  const first = /^\s*\{\s*"((?:[^"\\]|\\.)*)"\s*:\s*(?=\{)/.exec(text);
  if (!first) return false;
  const end = objectEnd(text, first[0].length);
  const { columns } = given;
  const isKnownById = /^\d[\d.]{3,}$/.test(first[1] ?? '');
  if (end === null) return false;
  const holdsMore = /[[{]/.test(text.slice(first[0].length + 1, end - 1).replace(/"(?:[^"\\]|\\.)*"/g, ''));
  if (holdsMore && !isKnownById) return false;
  const names = namesOf(text.slice(first[0].length, end)).map((name) => given.of(name));
  return names.some(columns.isId) || names.filter(columns.isField).length >= (isKnownById ? 1 : 2);
}

function objectEnd(text: string, from: number): number | null {
  let depth = 0;
  for (const { 0: sign, index } of text.slice(from).matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (sign === '{') depth += 1;
    if (sign === '}' && --depth === 0) return from + index + 1;
  }
  return null;
}

function namesOf(text: string): string[] {
  try {
    return readJsonMembers(text)?.map(({ key }) => key) ?? [];
  } catch {
    return [];
  }
}
