import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let driver: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase({ max: 1 });
  driver = new pg.Client({ connectionString: database.url });
  await driver.connect();
});
afterAll(async () => {
  await driver.end();
  await database.close();
});

const value = fc.oneof(
  fc.constantFrom(null, '', '0', 'é', 'नमस्ते', '👩‍👩‍👧', 'x'.repeat(127), 'x'.repeat(128), 'ü'.repeat(300)),
  fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\0')),
  fc.nat(9000).map((length) => 'long '.repeat(length / 5)),
);
const statement = fc.record({
  columns: fc.integer({ min: 1, max: 20 }),
  values: fc.array(value, { minLength: 1, maxLength: 8, size: 'max' }),
  rows: fc.nat(400),
  fails: fc.boolean(),
});

/** Rows of which each has other values of these. */
function queryOf({
  columns,
  values,
  rows,
  fails,
}: {
  columns: number;
  values: unknown[];
  rows: number;
  fails: boolean;
}) {
  const list = Array.from(
    { length: columns },
    (_, i) => `($1::text[])[1 + (n * ${i + 1}) % ${values.length}] as c${i}`,
  );
  const text = `select n, n::bigint * 1e12 as decimal, n % 3 = 0 as flag, now() - now() as nothing, ${list.join()}
    from generate_series(1, $2::integer) n ${fails ? 'where 1 / ($2 + 1 - n) > 0 and 1 / ($2 - n) >= 0' : ''}`;
  return { text, values: [values, rows] };
}

const settled = (asked: Promise<pg.QueryResult>) =>
  asked.then(
    ({ rows, rowCount, command }) => ({ rows, rowCount, command }),
    ({ code }: { code: string }) => ({ code }),
  );

test('rows of any values are what the driver makes of them, however they are cut on their way, and so is what comes between them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(statement, { minLength: 1, maxLength: 4 }), async (statements) => {
      const queries = statements.map(queryOf);
      // On one connection, one behind the other.
      const client = await database.pool.connect();
      const read = await Promise.all(queries.map((query) => settled(client.query(query))));
      client.release();
      for (const [i, query] of queries.entries()) expect(read[i]).toEqual(await settled(driver.query(query)));
    }),
    { numRuns: 60 },
  );
});
