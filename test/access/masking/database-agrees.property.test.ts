import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdsNumber, holdsNumberSql } from '../../../src/access/masking/holds-number.ts';
import { maskText, maskTextSql } from '../../../src/access/masking/mask-text.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

/** Code points of a set, as a regular expression with the flag v names it. */
function charactersOf(set: string): string[] {
  const isIn = new RegExp(`^${set}$`, 'v');
  return Array.from({ length: 0x110000 }, (_, point) => point)
    .filter((point) => point > 0 && (point < 0xd800 || point > 0xdfff))
    .map((point) => String.fromCodePoint(point))
    .filter((character) => isIn.test(character));
}
const digits = charactersOf('\\p{Nd}');
const between = charactersOf('[[\\p{P}\\p{S}\\p{Z}\\p{C}\\p{M}]--[\\p{Co}\\p{Cn}]]');

async function maskInDatabase(texts: readonly string[]): Promise<string[]> {
  const { rows } = await database.db.execute<{ shown: string }>(
    sql`select ${maskTextSql(sql.raw('one'))} as shown from unnest(${sql.param(texts)}::text[]) with ordinality as t(one, n) order by n`,
  );
  return rows.map(({ shown }) => shown);
}

test('every digit there is, and every character that may stand between two, is the same to the database', async () => {
  expect(digits.length).toBeGreaterThan(600);
  const texts = [
    ...digits.map((digit) => `a${digit.repeat(7)}b`),
    ...digits.map((digit) => `123${digit}456`),
    ...between.flatMap((one) => [`123${one}4567`, `123${one}${one}4567`, `123${one}${one}${one}4567`, `${one}1234567`]),
  ];
  const shown = texts.map(maskText);
  expect(shown.filter((text) => text.includes('•••••••')).length).toBeGreaterThan(2 * digits.length);
  expect(await maskInDatabase(texts)).toEqual(shown);
});

const character = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'0123456789') },
  { weight: 3, arbitrary: fc.constantFrom(...digits) },
  { weight: 4, arbitrary: fc.constantFrom(...' .-()/') },
  { weight: 3, arbitrary: fc.constantFrom(...between) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '@',
      '\uff20',
      'b.c',
      '<',
      '\u212a@b.c\u0301d',
      'a',
      'İ',
      '•',
      '•••••••',
      '😀',
      'é',
      'e\u0301',
      '+',
    ),
  },
);
const text = fc.array(character, { maxLength: 30 }).map((parts) => parts.join(''));

test('a text is shown the same by the database, composed or not, in whatever case, and again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 100, maxLength: 200 }), async (texts) => {
      const shown = texts.map(maskText);
      expect(await maskInDatabase(texts)).toEqual(shown);
      expect(shown.map(maskText)).toEqual(shown);
      expect(texts.map((one) => maskText(one.normalize()).normalize())).toEqual(shown.map((one) => one.normalize()));
      expect(texts.map((one) => maskText(one.toLowerCase()))).toEqual(shown.map((one) => one.toLowerCase()));
    }),
    { numRuns: 40 },
  );
}, 60_000);

test('whether a text has the end of a number in it is the same to the database', async () => {
  const numbers = fc.array(fc.option(fc.oneof(text, fc.stringMatching(/^\+91[6-9]\d{9}$/))), { maxLength: 5 });
  const parts = fc.tuple(text, numbers, fc.boolean()).map(([one, own, isIn]) => {
    const end = own.find((number) => number !== null) ?? '';
    return { text: isIn ? `${one}${Array.from(end).slice(-9).join('')}x` : one, numbers: own };
  });
  let held = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(parts, { minLength: 30, maxLength: 60 }), async (cases) => {
      const columns = ['a', 'b', 'c', 'd', 'e'];
      const { rows } = await database.db.execute<{ holds: boolean }>(sql`select ${holdsNumberSql(
        sql.raw('one'),
        columns.map((name) => sql.raw(name)),
      )} as holds
        from jsonb_to_recordset(${JSON.stringify(
          cases.map((one, n) => ({
            n,
            one: one.text,
            ...Object.fromEntries(columns.map((name, i) => [name, one.numbers[i] ?? null])),
          })),
        )}::jsonb) as t(n integer, one text, a text, b text, c text, d text, e text) order by n`);
      const expected = cases.map((one) => holdsNumber(one.text, one.numbers));
      held += expected.filter(Boolean).length;
      expect(rows.map(({ holds }) => holds)).toEqual(expected);
    }),
    { numRuns: 30 },
  );
  expect(held).toBeGreaterThan(50);
}, 60_000);
