import { mixedText } from '../decode-text.ts';
import type { ImportedRow } from '../ingestion/read-imported.ts';
import type { ColumnNames } from './column-names.ts';
import { type CsvRecord, delimiterOf, readCsvRecord } from './csv-record.ts';
import { type RowSplitter, tooLong } from './row-splitter.ts';
import { isBlank, type Line, LineSplitter } from './split-lines.ts';
import { headerWithin, noHeader, TableHeader } from './table-header.ts';

/** A quoted value that goes on for longer is one that somebody forgot to end. */
const maxLines = 100;
const newline = Buffer.from('\n');

/**
 * The rows of a CSV file, as JSON objects by the names of its columns. Titles may stand before these. A row that cannot be cut
 * into values is broken by itself: those after it are read all the same.
 */
export class CsvRows implements RowSplitter {
  readonly #lines: LineSplitter;
  readonly #given: ColumnNames;
  #delimiter: string | null = null;
  #header: TableHeader | null = null;
  /** The first line that was no header. */
  #first: readonly string[] | null = null;
  /** Lines of a record that has not ended. */
  #open: Line[] = [];

  constructor(given: ColumnNames, lineEnd: number) {
    this.#given = given;
    this.#lines = new LineSplitter(lineEnd);
  }

  push(chunk: Buffer): ImportedRow[] {
    const rows: ImportedRow[] = [];
    for (const line of this.#lines.push(chunk)) this.#read(line, rows);
    return rows;
  }

  end(): ImportedRow[] {
    const rows: ImportedRow[] = [];
    for (const line of this.#lines.end()) this.#read(line, rows);
    while (this.#open.length > 0) this.#giveUp(rows);
    if (this.#header === null) throw noHeader(this.#first ?? [], this.#given);
    return rows;
  }

  #read(line: Line, rows: ImportedRow[]): void {
    const isFirst = this.#open.length === 0;
    if (isFirst && isBlank(line.bytes)) return;
    if (line.isTooLong) {
      while (this.#open.length > 0) this.#giveUp(rows);
      if (this.#header !== null) rows.push(tooLong(`line ${line.number}`, line.bytes));
      return;
    }
    if (this.#header === null && isFirst && this.#namesDelimiter(line)) return;
    this.#open.push(line);
    const mayEnd = isFirst || line.bytes.includes('"');
    const record = mayEnd ? this.#recordOf(this.#open) : null;
    if (record === null) {
      if (this.#open.length >= maxLines) this.#giveUp(rows);
      return;
    }
    if (this.#header === null) {
      this.#findHeader(record.values, line);
      return;
    }
    const row = this.#header.rowOf(record.values.map((value) => JSON.stringify(unguarded(value))));
    if (!isFirst && (row === null || record.isOdd)) {
      this.#giveUp(rows);
      return;
    }
    const where = `line ${this.#open[0]?.number}`;
    const broken = `has ${record.values.length} values, where the header names ${this.#header.width} columns`;
    rows.push(row === null ? { where, body: joined(this.#open), broken } : { where, body: row });
    this.#open = [];
  }

  /** The first of the open lines is broken; the others are read anew. */
  #giveUp(rows: ImportedRow[]): void {
    const [first, ...others] = this.#open;
    this.#open = [];
    if (!first) return;
    if (this.#header !== null) {
      rows.push({ where: `line ${first.number}`, body: first.bytes, broken: 'a quoted value in it does not end' });
    }
    for (const line of others) this.#read(line, rows);
  }

  #recordOf(lines: readonly Line[]): CsvRecord | null {
    const text = mixedText(joined(lines));
    return readCsvRecord(text, this.#delimiter ?? delimiterOf(text));
  }

  /** A line by which spreadsheets are told what stands between values: `sep=;`. */
  #namesDelimiter({ bytes }: Line): boolean {
    const [, delimiter] = /^"?sep=(.)"?\s*$/i.exec(bytes.length < 20 ? bytes.toString('latin1') : '') ?? [];
    if (delimiter === undefined) return false;
    this.#delimiter = delimiter;
    return true;
  }

  #findHeader(values: readonly string[], line: Line): void {
    const header = TableHeader.of(values.map(unguarded), this.#given);
    if (header) {
      this.#delimiter ??= delimiterOf(mixedText(joined(this.#open)));
      this.#header = header;
    }
    this.#first ??= values;
    this.#open = [];
    if (!header && line.number >= headerWithin) throw noHeader(this.#first, this.#given);
  }
}

/** A value without what keeps a spreadsheet from reading it as a number or a formula: `'0123`, `="0123"`. */
export function unguarded(value: string): string {
  const formula = /^\s*="((?:[^"]|"")*)"\s*$/.exec(value)?.[1];
  if (formula !== undefined) return formula.replaceAll('""', '"');
  return /^\s*'[\d+\-=@]/.test(value) ? value.replace("'", '') : value;
}

function joined(lines: readonly Line[]): Buffer {
  if (lines.length === 1) return (lines[0] as Line).bytes;
  return Buffer.concat(lines.flatMap(({ bytes }, i) => (i > 0 ? [newline, bytes] : [bytes])));
}
