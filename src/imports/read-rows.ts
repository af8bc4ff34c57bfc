import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { StartupError } from '../startup-error.ts';
import { type ImportedRow, tellsOfCalls } from '../webhook/read-imported.ts';
import { delimiterOf, readCsvRecord } from './csv-record.ts';
import { CsvRows } from './csv-rows.ts';
import { JsonLines } from './json-lines.ts';
import { JsonRows } from './json-rows.ts';
import type { RowSplitter } from './row-splitter.ts';

/** So much of the beginning tells what it is. */
const headBytes = 64 * 1024;

/** The rows of a file, some at a time: CSV, JSON lines or JSON, each also with gzip, told by its content. */
export async function* readRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<ImportedRow[]> {
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
  if (head[0] === 0x1f && head[1] === 0x8b) {
    yield* readRows(Readable.from(follow(head, rest), { objectMode: false }).pipe(createGunzip()));
    return;
  }
  const splitter = splitterFor(head, isAll);
  yield splitter.push(withoutMark(head));
  if (!isAll) for await (const chunk of rest) yield splitter.push(chunk);
  yield splitter.end();
}

async function* follow(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

function splitterFor(head: Buffer, isAll: boolean): RowSplitter {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    throw new StartupError('The file is UTF-16. Save it as UTF-8.');
  }
  const text = withoutMark(head).toString('utf8').trimStart();
  if (text === '') throw new StartupError('The file is empty.');
  if (text.startsWith('[')) return new JsonRows();
  // What was cut off is no line.
  const lines = text.split('\n').slice(0, isAll ? undefined : -1);
  if (text.startsWith('{')) return isOneRow(lines[0]) || areBraced(lines) ? new JsonLines() : new JsonRows();
  return lines.some(isOneRow) && !namesColumns(lines[0]) ? new JsonLines() : new CsvRows();
}

function withoutMark(head: Buffer): Buffer {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? head.subarray(3) : head;
}

function namesColumns(line = ''): boolean {
  const names = readCsvRecord(line, delimiterOf(line))?.values ?? [];
  return tellsOfCalls(names.map((name) => name.trim()));
}

/** Whether a line is an object by itself, and not one that holds rows. */
function isOneRow(line: string | undefined): boolean {
  try {
    const value: unknown = JSON.parse(line ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) && !holdsRows(value);
  } catch {
    return false;
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
