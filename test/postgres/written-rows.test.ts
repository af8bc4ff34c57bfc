import { sql } from 'drizzle-orm';
import { bigint, integer, numeric, pgTable, text } from 'drizzle-orm/pg-core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statusEnum } from '../../src/calls/call.table.ts';
import { statuses } from '../../src/calls/facts/call-enums.ts';
import { bytes, instant, rawTypes } from '../../src/postgres/columns.ts';
import { copyRows } from '../../src/postgres/rows/copy-rows.ts';
import { insertRows } from '../../src/postgres/rows/insert-rows.ts';
import { inTransaction } from '../../src/postgres/statement.ts';
import { firstMs, instantOf, lastMs } from '../../src/time/instant.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const copied = pgTable('copied_rows', {
  row: integer().notNull().unique(),
  whole: integer(),
  id: bigint({ mode: 'number' }),
  exact: numeric(),
  words: text(),
  raw: bytes(),
  list: text('list_of_words').array(),
  at: instant('happened_at'),
  status: statusEnum(),
});
type Row = typeof copied.$inferInsert;

const columns = ['row', 'whole', 'id', 'exact', 'words', 'raw', 'list', 'at', 'status'];
const ways = [
  ['copied in', copyRows<Row>(copied, columns)],
  ['inserted', insertRows<Row>(copied, columns)],
] as const;

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.execute(sql`create table copied_rows (row integer unique, whole integer, id bigint, exact numeric,
    words text, raw bytea, list_of_words text[], happened_at timestamptz(3), status call_status)`);
});
afterAll(() => database.close());

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 20 });
const decimal = fc
  .tuple(fc.constantFrom('', '-'), digits, fc.option(digits, { nil: null }))
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}`);
const storable = fc.string({ unit: 'grapheme', maxLength: 100 }).filter((value) => !value.includes('\0'));
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

const row = fc.record({
  whole: maybe(fc.integer()),
  id: maybe(fc.maxSafeInteger()),
  exact: maybe(decimal),
  words: maybe(storable),
  raw: maybe(fc.uint8Array({ maxLength: 5000 }).map((value) => Buffer.from(value))),
  list: maybe(fc.array(storable, { maxLength: 4 })),
  at: maybe(fc.integer({ min: firstMs, max: lastMs }).map(instantOf)),
  status: maybe(fc.constantFrom(...statuses)),
});

const read = `select row, whole, id, exact, exact = $1::text::numeric as "isExact", words, raw, list_of_words as list,
  happened_at as at, status from copied_rows where row = $2`;

let next = 0;

test.each(ways)('rows that are %s are read as they were, whatever is in them', async (_way, copy) => {
  const property = async (contents: Omit<Row, 'row'>[]) => {
    const rows = contents.map((content) => ({ ...content, row: next++ }));
    await inTransaction(database.pool, (on) => copy(on, rows));
    for (const { exact, ...row } of rows) {
      const found = await database.pool.query({ text: read, values: [exact, row.row], types: rawTypes });
      const { isExact, exact: foundExact, ...rest } = found.rows[0];
      expect(rest).toEqual(row);
      expect(isExact).toBe(exact === null ? null : true);
      expect(foundExact?.split('.')[1]?.length).toBe(exact?.split('.')[1]?.length);
    }
  };
  await fc.assert(fc.asyncProperty(fc.array(row, { maxLength: 20 }), property), { numRuns: 50 });
});

test.each([1, 7, 15, 31, 32, 40, 199, 200, 201, 1000])('%i rows are inserted, each once', async (count) => {
  const rows = Array.from({ length: count }, () => ({ row: next++, words: 'one of many' }));
  await inTransaction(database.pool, (on) => insertRows<Row>(copied, columns)(on, rows));
  const read = 'select row from copied_rows where row >= $1 order by row';
  const found = await database.pool.query(read, [rows[0]?.row]);
  expect(found.rows).toEqual(rows.map(({ row }) => ({ row })));
});

test.each(ways)(
  'a row that is refused fails the whole transaction with the SQLSTATE of its reason (%s), and the connection is usable',
  async (_way, copy) => {
    const first = { row: -1, words: 'fine' };
    const failure = inTransaction(database.pool, async (on) => {
      await copy(on, [first]);
      await Promise.all([copy(on, [first]), copy(on, [{ row: -2 }]), on.query('select 1')]);
    });
    await expect(failure).rejects.toMatchObject({ code: '23505' });
    await expect(inTransaction(database.pool, (on) => copy(on, [{ row: -3, words: 'a\0b' }]))).rejects.toMatchObject({
      code: '22021',
    });
    const { rows } = await database.pool.query('select row from copied_rows where row < 0');
    expect(rows).toEqual([]);
  },
);
