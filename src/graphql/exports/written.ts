import type { Column, Writer } from '../../exports/column.ts';
import { csvWriter } from '../../exports/csv.ts';
import { jsonWriter } from '../../exports/json.ts';
import { localTimes } from '../../exports/local-times.ts';
import { parquetWriter } from '../../exports/parquet.ts';
import { type ExportFormat, mediaTypes } from './parameters.ts';
import { badParameter, type ReadParameters } from './read-parameters.ts';

/** How rows are written, as parameters say. */
export function writerFor<Row>(
  format: ExportFormat,
  columns: readonly Column<Row>[],
  values: ReadParameters['values'],
  zone: string,
): Writer<Row> {
  const times = values.times === 'local' ? localTimes(zone) : null;
  refuseOthers(format, values);
  if (format === 'parquet') return parquetWriter(columns);
  if (format !== 'csv') return jsonWriter(columns, { isLines: format === 'ndjson', times });
  return csvWriter(columns, {
    header: values.header !== false,
    bom: values.bom === true,
    neutralises: values.formulas !== 'keep',
    numbersAsText: values.numbers === 'text',
    times,
  });
}

const ofCsv = ['numbers', 'formulas', 'bom', 'header'] as const;
const ofTexts = ['times'] as const;

/** What changes nothing in a format is refused there: whoever asks for it expects something else. */
function refuseOthers(format: ExportFormat, values: ReadParameters['values']): void {
  if (format === 'csv') return;
  const name = ofCsv.find((one) => values[one] !== undefined);
  if (name)
    throw badParameter(name, `is of CSV, and this is ${format}`, 'to leave it out, or an address that ends in .csv');
  if (format !== 'parquet') return;
  const time = ofTexts.find((one) => values[one] !== undefined && values[one] !== 'utc');
  if (time) throw badParameter(time, 'is of texts, and Parquet has instants, which are of no zone', 'to leave it out');
}

/** The headers of an export. `name`: that of its file, without its ending. */
export function headersOf(
  format: ExportFormat,
  name: string,
  values: ReadParameters['values'],
): Record<string, string> {
  const parameters: Record<ExportFormat, string> = {
    csv: `; charset=utf-8; header=${values.header === false ? 'absent' : 'present'}`,
    ndjson: '; charset=utf-8',
    json: '; charset=utf-8',
    parquet: '',
  };
  return {
    'content-type': `${mediaTypes[format]}${parameters[format]}`,
    'content-disposition': `attachment; filename="${name}.${format}"`,
  };
}
