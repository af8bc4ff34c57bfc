import type { Instant } from '../time/instant.ts';
import type { Column, ColumnType, Value, Writer } from './column.ts';
import { asSpreadsheetText, neutralise, neutralisePhone } from './formulas.ts';

export type CsvOptions = {
  /** Whether the first row has the names of the columns. */
  header: boolean;
  /** Whether it begins with a byte order mark, by which spreadsheets tell UTF-8. */
  bom: boolean;
  /** Whether texts that spreadsheets would compute are marked. */
  neutralises: boolean;
  /** Whether phone numbers are written so that spreadsheets keep them as they are. */
  numbersAsText: boolean;
  /** How instants are written; null: as they are. */
  times: ((instant: Instant) => string) | null;
};

const special = /[",\r\n]/;
const encoder = new TextEncoder();
const nothing = new Uint8Array();

/** Writes rows by RFC 4180. */
export function csvWriter<Row>(columns: readonly Column<Row>[], options: CsvOptions): Writer<Row> {
  const cells = columns.map(({ type }) => cellsOf(type, options));
  const head = `${options.bom ? '\ufeff' : ''}${options.header ? `${columns.map(({ name }) => quoted(name)).join()}\r\n` : ''}`;
  return {
    head: () => encoder.encode(head),
    page: (rows) => {
      const texts = columns.map(({ valuesOf }, i) => (cells[i] as Cells)(valuesOf(rows)));
      let page = '';
      for (let row = 0; row < rows.length; row++) {
        let line = (texts[0] as string[])[row] as string;
        for (let i = 1; i < texts.length; i++) line += `,${(texts[i] as string[])[row]}`;
        // An empty line is no row to most readers.
        page += line === '' ? '""\r\n' : `${line}\r\n`;
      }
      return encoder.encode(page);
    },
    end: () => nothing,
  };
}

type Cells = (values: readonly Value[]) => string[];

function cellsOf(type: ColumnType, { neutralises, numbersAsText, times }: CsvOptions): Cells {
  const safe = neutralises ? neutralise : (text: string) => text;
  const safePhone = neutralises ? neutralisePhone : (text: string) => text;
  switch (type) {
    case 'text':
      return (values) => values.map((value) => (value === null ? '' : quoted(safe(value as string))));
    case 'phone':
      return (values) =>
        values.map((value) => {
          if (value === null) return '';
          return quoted(numbersAsText ? asSpreadsheetText(value as string, safePhone) : safePhone(value as string));
        });
    case 'instant':
      if (times) return (values) => values.map((value) => (value === null ? '' : times(value as string)));
  }
  // Nobody outside writes what these are made of.
  return (values) => values.map((value) => (value === null ? '' : String(value)));
}

function quoted(text: string): string {
  return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
