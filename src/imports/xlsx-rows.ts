import { Readable } from 'node:stream';
import type { ImportedRow } from '../ingestion/read-imported.ts';
import { StartupError } from '../startup-error.ts';
import type { ColumnNames } from './column-names.ts';
import { unguarded } from './csv-rows.ts';
import { headerWithin, noHeader, TableHeader } from './table-header.ts';

/** So many rows are given out at once. */
const atOnce = 500;

/**
 * The rows of a spreadsheet's sheets that name columns of calls; of the others nothing is read. Moments are read as the
 * sheet shows them, in no zone: as dates, or in columns of moments as serial numbers.
 */
export async function* readXlsxRows(bytes: AsyncIterable<Buffer>, given: ColumnNames): AsyncGenerator<ImportedRow[]> {
  // Seldom needed, and large.
  const { WorkbookReader } = await import('@cj-tech-master/excelts');
  const workbook = new WorkbookReader(Readable.from(bytes, { objectMode: false }), {
    worksheets: 'emit',
    sharedStrings: 'cache',
    styles: 'cache',
    hyperlinks: 'ignore',
    entries: 'ignore',
  });
  const firstDay = () => (workbook.properties?.model?.date1904 ? daysUntil1904 : 0);
  let first: readonly string[] | null = null;
  let isFound = false;
  try {
    for await (const sheet of workbook) {
      let header: { table: TableHeader; isTime: boolean[] } | null = null;
      let rows: ImportedRow[] = [];
      let seen = 0;
      for await (const row of sheet) {
        // Cells are counted from one.
        const cells = (Array.isArray(row.values) ? row.values : []).slice(1) as unknown[];
        const values = Array.from(cells, (cell, at) => textOf(cell, (header?.isTime[at] ?? false) ? firstDay() : null));
        if (values.every((value) => value.trim() === '')) continue;
        if (header === null) {
          const table = TableHeader.of(values, given);
          first ??= values;
          seen += 1;
          if (table) {
            header = { table, isTime: values.map((value) => given.columns.isTime(given.of(value.trim()))) };
            isFound = true;
          } else if (seen >= headerWithin) break;
          continue;
        }
        const where = `row ${row.number}`;
        const written = values.map((value) => JSON.stringify(unguarded(value)));
        const body = header.table.rowOf(written);
        const broken = `has ${values.length} values, where the header names ${header.table.width} columns`;
        rows.push(body === null ? { where, body: Buffer.from(`[${written.join(',')}]`), broken } : { where, body });
        if (rows.length < atOnce) continue;
        yield rows;
        rows = [];
      }
      if (rows.length > 0) yield rows;
    }
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(
      `The spreadsheet cannot be read: ${(error as Error).message}. Save it anew as .xlsx, or as CSV.`,
    );
  }
  if (!isFound) throw noHeader(first ?? [], given);
}

/** `firstDay`: from which day a moment's days are counted; null where no moment stands. */
function textOf(cell: unknown, firstDay: number | null): string {
  if (cell === null || cell === undefined || Number.isNaN(cell)) return '';
  if (typeof cell === 'number') return (firstDay === null ? null : serialTime(cell + firstDay)) ?? numberText(cell);
  if (cell instanceof Date) return shownTime(cell);
  if (typeof cell !== 'object') return String(cell);
  const { richText, result, text } = cell as { richText?: { text: string }[]; result?: unknown; text?: unknown };
  if (richText) return richText.map((run) => run.text).join('');
  return textOf(result ?? text, firstDay);
}

/** A number has 15 digits in a sheet: of a longer one the last are lost, which its text shall show. */
function numberText(number: number): string {
  return Math.abs(number) < 1e15 ? String(number) : number.toExponential();
}

const msPerDay = 86_400_000;
/** Some workbooks count days from the first of January 1904. */
const daysUntil1904 = 1462;
/** Of the first of January 1970, and of the last day that a moment may lie on, the year 2100. */
const [unixDay, lastDay] = [25_569, 73_415];

/** A moment as the days since the last of December 1899, in no zone; null where the number is none. */
export function serialTime(days: number): string | null {
  if (!(days >= unixDay && days < lastDay)) return null;
  return shownTime(new Date(Math.round(((days - unixDay) * msPerDay) / 1000) * 1000));
}

/** A date as a sheet shows it; before 1900 it is a time of day, or how long something took. */
function shownTime(date: Date): string {
  if (Number.isNaN(date.getTime())) return '';
  const iso = new Date(Math.round(date.getTime() / 1000) * 1000).toISOString();
  const days = Math.floor((date.getTime() - Date.UTC(1899, 11, 30)) / msPerDay);
  if (days > 60) return iso.slice(0, 19).replace('T', ' ');
  const hours = days * 24 + Number(iso.slice(11, 13));
  return `${String(hours).padStart(2, '0')}${iso.slice(13, 19)}`;
}
