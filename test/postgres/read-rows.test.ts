import { asc, getTableColumns, sql } from 'drizzle-orm';
import { bigint, integer, interval, jsonb, numeric, pgTable, text } from 'drizzle-orm/pg-core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statusEnum } from '../../src/calls/call.table.ts';
import { statuses } from '../../src/calls/facts/call-enums.ts';
import { codePointText, instant } from '../../src/postgres/columns.ts';
import { rowReader } from '../../src/postgres/rows/read-rows.ts';
import { firstMs, instantOf, lastMs } from '../../src/time/instant.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const owners = pgTable('read_owners', { id: bigint({ mode: 'number' }).notNull(), name: text() });
const read = pgTable('read_rows', {
  row: integer().notNull(),
  id: bigint({ mode: 'number' }),
  owner: bigint({ mode: 'number' }),
  exact: numeric(),
  words: text(),
  sorted: codePointText('sorted_words'),
  at: instant('happened_at'),
  status: statusEnum(),
  more: jsonb(),
});
type Row = typeof read.$inferSelect;

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.execute(sql`create table read_owners (id bigint, name text)`);
  await database.db.execute(sql`create table read_rows (row integer, id bigint, owner bigint, exact numeric, words text,
    sorted_words text collate "C", happened_at timestamptz(3), status call_status, more jsonb)`);
  await database.db.insert(owners).values([
    { id: 1, name: 'Asha' },
    { id: 2, name: null },
  ]);
});
afterAll(() => database.close());

const words = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((word) => !word.includes('\0'));
const orNull = <Value>(of: fc.Arbitrary<Value>) => fc.option(of, { nil: null });
const row = fc.record({
  id: orNull(fc.maxSafeInteger()),
  owner: fc.constantFrom(null, 1, 2, 3),
  exact: orNull(fc.constantFrom('0', '-0.10', '12345678901234567890.5', '1e-7')),
  words: orNull(words),
  sorted: orNull(words),
  at: orNull(fc.integer({ min: firstMs, max: lastMs }).map(instantOf)),
  status: orNull(fc.constantFrom(...statuses)),
  more: orNull(
    fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.oneof(fc.integer(), words), { noNullPrototype: true }),
  ),
});
const readRows = rowReader<Row>(read, getTableColumns(read), { who: getTableColumns(owners) });
const joined = sql`${read} left join ${owners} on ${owners.id} = ${read.owner}`;

test('rows are read as drizzle reads them, whatever columns are asked for, prepared or not', {
  timeout: 60_000,
}, async () => {
  const { db } = database;
  const names = Object.keys(getTableColumns(read)) as (keyof Row)[];
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 8 }),
      fc.subarray(names, { minLength: 1 }),
      fc.boolean(),
      async (rows, columns, isPrepared) => {
        await db.delete(read);
        await db.insert(read).values(rows.map((values, i) => ({ ...values, row: i })));
        const expected = await db.select().from(read).orderBy(asc(read.row));
        const inOrder = sql`order by ${read.row}`;
        expect(await readRows(db, inOrder, { isPrepared })).toEqual(expected);
        const asked = { columns, joined: [{ name: 'who', columns: ['name'] }], from: joined, isPrepared };
        expect(await readRows(db, inOrder, asked)).toEqual(
          expected.map((one) => ({
            ...Object.fromEntries(columns.map((name) => [name, one[name]])),
            who: one.owner === 1 ? { id: 1, name: 'Asha' } : one.owner === 2 ? { id: 2, name: null } : null,
          })),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('a column of a type that is not known is refused when the reader is made', () => {
  const odd = pgTable('odd_rows', { flag: interval() });
  expect(() => rowReader(odd, getTableColumns(odd))).toThrow('values of type interval are not read here');
  expect(() => rowReader(read, {} as never, { odd: getTableColumns(odd) })).toThrow('interval');
});
