import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ImportedRow } from '../ingestion/read-imported.ts';
import { StartupError } from '../startup-error.ts';
import type { ColumnNames } from './column-names.ts';
import { delimiterOf, readCsvRecord } from './csv-record.ts';
import { CsvRows, unguarded } from './csv-rows.ts';
import { JsonLines } from './json-lines.ts';
import { JsonRows } from './json-rows.ts';
import { areKeyed, KeyedRows } from './keyed-rows.ts';
import { ListRows } from './list-rows.ts';
import type { RowSplitter } from './row-splitter.ts';
import { carriageReturn, newline } from './split-lines.ts';
import { headerWithin } from './table-header.ts';
import { readXlsxRows } from './xlsx-rows.ts';

/** So much of the beginning tells what it is. */
const headBytes = 64 * 1024;

/**
 * The rows of a file, some at a time: CSV, JSON lines, JSON or .xlsx, each also with gzip, told by its content. Columns and keys
 * may be given the names that they are to be read under.
 */
export async function* readRows(chunks: AsyncIterable<Buffer>, given: ColumnNames): AsyncGenerator<ImportedRow[]> {
  const source = chunks[Symbol.asyncIterator]();
  const begun: Buffer[] = [];
  let isAll = false;
  for (let bytes = 0; bytes < headBytes && !isAll; ) {
    const next = await source.next();
    isAll = next.done === true;
    if (next.done) break;
    begun.push(next.value);
    bytes += next.value.length;
  }
  const head = Buffer.concat(begun);
  const rest: AsyncIterable<Buffer> = { [Symbol.asyncIterator]: () => source };
  const all = () => follow(head, rest);
  if (head[0] === 0x1f && head[1] === 0x8b) {
    yield* readRows(Readable.from(all(), { objectMode: false }).pipe(createGunzip()), given);
    return;
  }
  if (head.subarray(0, 4).equals(zip)) {
    yield* readXlsxRows(all(), given);
    return;
  }
  if (head[0] === 0xd0 && head[1] === 0xcf) {
    throw new StartupError('The file is a spreadsheet in the old form .xls. Save it as .xlsx, or as CSV.');
  }
  const utf16 =
    head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : null;
  if (utf16) {
    yield* readRows(decoded(all(), utf16), given);
    return;
  }
  const splitter = splitterFor(head, isAll, given);
  yield splitter.push(withoutMark(head));
  if (!isAll) for await (const chunk of rest) yield splitter.push(chunk);
  yield splitter.end();
}

const quote = 0x22;
const zip = Buffer.from('PK\x03\x04', 'latin1');

async function* follow(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

/** Text of another encoding as UTF-8, without its mark. */
async function* decoded(chunks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

function splitterFor(head: Buffer, isAll: boolean, given: ColumnNames): RowSplitter {
  const text = withoutMark(head).toString('utf8').trimStart();
  if (text === '') throw new StartupError('The file is empty.');
  const lineEnd = lineEndOf(head);
  const jsonLines = () => new ListRows(new JsonLines(lineEnd), given);
  const jsonRows = () => new ListRows(areKeyed(text, given) ? new KeyedRows(given.columns) : new JsonRows(), given);
  // What was cut off is no line.
  const lines = text.split(lineEnd === newline ? '\n' : '\r').slice(0, isAll ? undefined : -1);
  if (/^\[\s*(?:["[{\]\d-]|true|false|null|$)/.test(text))
    return isListOfValues(lines[0]) && isListOfValues(lines[1]) ? jsonLines() : jsonRows();
  if (/^\{\s*(?:["}]|$)/.test(text)) return isOneRow(lines[0], given) || areBraced(lines) ? jsonLines() : jsonRows();
  const hasHeader = lines.slice(0, headerWithin).some((line) => namesColumns(line, given));
  return lines.some((line) => isOneRow(line, given)) && !hasHeader ? jsonLines() : new CsvRows(given, lineEnd);
}

/** What most lines end with: a carriage return alone only where more of these stand than newlines, outside of quotes. */
function lineEndOf(head: Buffer): number {
  let lone = 0;
  let newlines = 0;
  let isQuoted = false;
  for (const [at, byte] of head.entries()) {
    if (byte === quote) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (byte === newline) newlines += 1;
    else if (byte === carriageReturn && head[at + 1] !== newline && head[at + 1] !== carriageReturn) lone += 1;
  }
  return lone > newlines ? carriageReturn : newline;
}

function withoutMark(head: Buffer): Buffer {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? head.subarray(3) : head;
}

function namesColumns(line: string, given: ColumnNames): boolean {
  const names = readCsvRecord(line, delimiterOf(line))?.values ?? [];
  return given.columns.tellOfCalls(names.map((name) => given.of(unguarded(name).trim())));
}

/** Whether a line is a list of scalars by itself. */
function isListOfValues(line: string | undefined): boolean {
  const value = parsed(line);
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one !== 'object' || one === null);
}

/** Whether a line is an object by itself, and not one that holds rows. */
function isOneRow(line: string | undefined, given: ColumnNames): boolean {
  const value = textIn(parsed(line));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return given.columns.tellOfCalls(Object.keys(value)) || !(holdsRows(value) || areKeyed(line ?? '', given));
}

/** What a text holds that is JSON within JSON. */
function textIn(value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('{') ? parsed(value) : value;
}

function parsed(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return null;
  }
}

function holdsRows(value: object): boolean {
  return Object.values(value).some((member: unknown) => {
    if (typeof member !== 'object' || member === null) return false;
    const [first] = Array.isArray(member) ? (member as unknown[]) : [];
    return Array.isArray(member) ? typeof first === 'object' && first !== null : holdsRows(member);
  });
}

/** The first line may be broken by chance, but not open a list that the second one stands in. */
function areBraced([first = '', second = '']: string[]): boolean {
  return !first.trimEnd().endsWith('[') && /^\s*\{.*\}\s*$/.test(second);
}
