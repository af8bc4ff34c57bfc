import type { Instant } from '../time/instant.ts';
import type { Column, Value, Writer } from './column.ts';

export type JsonOptions = {
  /** One object on each line; else one list of all. */
  isLines: boolean;
  /** How instants are written; null: as they are. */
  times: ((instant: Instant) => string) | null;
};

const encoder = new TextEncoder();

/** Writes rows as JSON objects, each with all columns. */
export function jsonWriter<Row>(columns: readonly Column<Row>[], { isLines, times }: JsonOptions): Writer<Row> {
  const names = columns.map(({ name }, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  const write = columns.map(({ type }) => writerOf(type, times));
  let isFirst = true;
  return {
    head: () => encoder.encode(isLines ? '' : '['),
    page: (rows) => {
      const values = columns.map(({ valuesOf }) => valuesOf(rows));
      let page = '';
      for (let row = 0; row < rows.length; row++) {
        if (!isLines) page += isFirst ? '\n' : ',\n';
        isFirst = false;
        for (let i = 0; i < columns.length; i++) {
          page += names[i] as string;
          page += (write[i] as Write)((values[i] as readonly Value[])[row] as Value);
        }
        page += isLines ? '}\n' : '}';
      }
      return encoder.encode(page);
    },
    end: () => encoder.encode(isLines ? '' : '\n]\n'),
  };
}

type Write = (value: Value) => string;

function writerOf(type: Column<never>['type'], times: JsonOptions['times']): Write {
  // Nothing in them is escaped.
  if (type === 'id' || type === 'word') return (value) => (value === null ? 'null' : `"${value}"`);
  if (type === 'instant') {
    return times
      ? (value) => (value === null ? 'null' : `"${times(value as string)}"`)
      : (value) => (value === null ? 'null' : `"${value}"`);
  }
  return (value) => (typeof value === 'string' ? JSON.stringify(value) : String(value));
}
