import { isUtf8 } from 'node:buffer';
import { StartupError } from '../startup-error.ts';
import { type ImportedRow, tellsOfCalls } from '../webhook/read-imported.ts';
import { type CsvRecord, delimiterOf, readCsvRecord } from './csv-record.ts';
import { type RowSplitter, tooLong } from './row-splitter.ts';
import { isBlank, type Line, LineSplitter } from './split-lines.ts';

/** A quoted value that goes on for longer is one that somebody forgot to end. */
const maxLines = 100;
const newline = Buffer.from('\n');
const latin = new TextDecoder('windows-1252');

/**
 * The rows of a CSV file, as JSON objects by the names in its first line. A row that cannot be cut into as many values is
 * broken by itself: those after it are read all the same.
 */
export class CsvRows implements RowSplitter {
  readonly #lines = new LineSplitter();
  #delimiter = ',';
  /** The names in the first line, each as the beginning of a JSON member. */
  #names: string[] | null = null;
  /** Lines of a record that has not ended. */
  #open: Line[] = [];

  push(chunk: Buffer): ImportedRow[] {
    const rows: ImportedRow[] = [];
    for (const line of this.#lines.push(chunk)) this.#read(line, rows);
    return rows;
  }

  end(): ImportedRow[] {
    const rows: ImportedRow[] = [];
    for (const line of this.#lines.end()) this.#read(line, rows);
    while (this.#open.length > 0) this.#giveUp(rows);
    return rows;
  }

  #read(line: Line, rows: ImportedRow[]): void {
    const isFirst = this.#open.length === 0;
    if (isFirst && isBlank(line.bytes)) return;
    if (line.isTooLong) {
      while (this.#open.length > 0) this.#giveUp(rows);
      rows.push(tooLong(`line ${line.number}`, line.bytes));
      return;
    }
    this.#open.push(line);
    const mayEnd = isFirst || line.bytes.includes('"');
    const record = mayEnd ? this.#recordOf(this.#open) : null;
    if (record === null) {
      if (this.#open.length >= maxLines) this.#giveUp(rows);
      return;
    }
    const { values, isOdd } = record;
    if (this.#names === null) {
      this.#nameColumns(values);
      this.#open = [];
      return;
    }
    const row = rowOf(this.#names, values);
    if (!isFirst && (row === null || isOdd)) {
      this.#giveUp(rows);
      return;
    }
    const where = `line ${this.#open[0]?.number}`;
    const broken = `has ${values.length} values, where the first line names ${this.#names.length} columns`;
    rows.push(row === null ? { where, body: joined(this.#open), broken } : { where, body: row });
    this.#open = [];
  }

  /** The first of the open lines is broken; the others are read anew. */
  #giveUp(rows: ImportedRow[]): void {
    const [first, ...others] = this.#open;
    this.#open = [];
    if (!first) return;
    rows.push({ where: `line ${first.number}`, body: first.bytes, broken: 'a quoted value in it does not end' });
    for (const line of others) this.#read(line, rows);
  }

  #recordOf(lines: readonly Line[]): CsvRecord | null {
    const bytes = joined(lines);
    const text = isUtf8(bytes) ? bytes.toString('utf8') : latin.decode(bytes);
    if (this.#names === null) this.#delimiter = delimiterOf(text);
    return readCsvRecord(text, this.#delimiter);
  }

  #nameColumns(columns: readonly string[]): void {
    const names = columns.map((name) => name.trim());
    if (!tellsOfCalls(names)) {
      throw new StartupError(
        'The file is neither JSON nor CSV whose first line names columns of calls: one of them must be CallSid, or sid_id.',
      );
    }
    this.#names = names.map((name) => `${JSON.stringify(name)}:`);
  }
}

function rowOf(names: readonly string[], values: readonly string[]): Buffer | null {
  const isWhole = values.length === names.length;
  if (!isWhole && (values.length < names.length || values.slice(names.length).some((value) => value.trim() !== ''))) {
    return null;
  }
  let json = '{';
  for (let i = 0; i < names.length; i++) json += `${i > 0 ? ',' : ''}${names[i]}${JSON.stringify(values[i])}`;
  return Buffer.from(`${json}}`);
}

function joined(lines: readonly Line[]): Buffer {
  if (lines.length === 1) return (lines[0] as Line).bytes;
  return Buffer.concat(lines.flatMap(({ bytes }, i) => (i > 0 ? [newline, bytes] : [bytes])));
}
