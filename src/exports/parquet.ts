import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Column, ColumnType, Value, Writer } from './column.ts';

/** A group is written when it has so many rows: more would take more memory, fewer make files that are slow to read. */
const rowsOfGroup = 50_000;

/** Writes rows as Apache Parquet: columns of one type each, all of them optional, in groups of rows. */
export function parquetWriter<Row>(columns: readonly Column<Row>[], groupSize = rowsOfGroup): Writer<Row> {
  const bytes = new ByteWriter();
  const take = () => {
    const taken = bytes.getBytes().slice();
    // Its own way of starting anew; its offset goes on, by which the end of the file finds the groups.
    bytes.index = 0;
    return taken;
  };
  const schema: SchemaElement[] = [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, type }): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...elements[type] })),
  ];
  const file = new ParquetWriter({ writer: bytes, schema, createdBy: 'call-analytics' });
  let group = columns.map((): (Value | Date)[] => []);
  const writeGroup = () => {
    const [first = []] = group;
    if (first.length === 0) return;
    const columnData = columns.map(({ name }, i) => ({ name, data: group[i] as (Value | Date)[] }));
    group = columns.map(() => []);
    file.write({ columnData, rowGroupSize: first.length });
  };
  return {
    head: take,
    page: (rows) => {
      for (const [i, { type, valuesOf }] of columns.entries()) {
        const values = valuesOf(rows);
        const into = group[i] as (Value | Date)[];
        if (type === 'instant')
          for (const value of values) into.push(value === null ? null : new Date(value as string));
        else for (const value of values) into.push(value);
      }
      if ((group[0]?.length ?? 0) >= groupSize) writeGroup();
      return take();
    },
    end: () => {
      writeGroup();
      file.finish();
      return take();
    },
  };
}

const text: Partial<SchemaElement> = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };

/** Exact decimals have no scale of their own: they stay texts, as in GraphQL. */
const elements: Record<ColumnType, Partial<SchemaElement>> = {
  id: text,
  text,
  phone: text,
  word: text,
  decimal: text,
  integer: { type: 'INT32' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  instant: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
};
