import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import type { Column, Value } from '../../src/exports/column.ts';
import { parquetWriter } from '../../src/exports/parquet.ts';

type Row = Record<string, Value>;
const column = (name: string, type: Column<Row>['type']): Column<Row> => ({
  name,
  type,
  valuesOf: (rows) => rows.map((row) => row[name] as Value),
});
const columns = [
  column('text', 'text'),
  column('count', 'integer'),
  column('share', 'number'),
  column('at', 'instant'),
  column('coins', 'decimal'),
  column('isIt', 'boolean'),
];
const row = (i: number): Row => ({
  text: i % 3 === 0 ? null : `text ${i} — 😀`,
  count: i % 4 === 0 ? null : i - 5,
  share: i % 5 === 0 ? null : i / 7,
  at: i % 2 === 0 ? null : `2026-11-01T09:30:00.00${i % 10}Z`,
  coins: `${i}.50`,
  isIt: i % 3 === 1 ? null : i % 2 === 0,
});

function written(rows: readonly Row[], { pageSize, groupSize }: { pageSize: number; groupSize: number }): ArrayBuffer {
  const writer = parquetWriter(columns, groupSize);
  const parts = [writer.head()];
  for (let from = 0; from < rows.length; from += pageSize) parts.push(writer.page(rows.slice(from, from + pageSize)));
  parts.push(writer.end());
  return new Uint8Array(Buffer.concat(parts)).buffer;
}

test.each([0, 1, 6, 23])('%i rows are read as they were written, group after group', async (count) => {
  const rows = Array.from({ length: count }, (_, i) => row(i));
  const file = written(rows, { pageSize: 4, groupSize: 6 });
  const read = await parquetReadObjects({ file });
  expect(read.map(({ at, ...rest }) => ({ ...rest, at: at && (at as Date).toISOString() }))).toEqual(rows);
  const { row_groups, schema } = parquetMetadata(file);
  expect(row_groups).toHaveLength(Math.ceil(count / 8));
  expect(schema.slice(1).map(({ name }) => name)).toEqual(columns.map(({ name }) => name));
});
