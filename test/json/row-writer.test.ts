import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowWriter, type WrittenField } from '../../src/json/row-writer.ts';
import { readTimestamp } from '../../src/postgres/columns.ts';
import { SmallRow } from '../../src/postgres/rows/small-row.ts';
import { nodeTypes, toGlobalId } from '../../src/query/global-id.ts';

/** A row as the database sends it, behind other bytes. */
function sent(values: readonly (string | null)[], before: number): SmallRow {
  const parts = values.map((value) => {
    const bytes = Buffer.from(value ?? '');
    const length = Buffer.alloc(4);
    length.writeInt32BE(value === null ? -1 : bytes.length);
    return Buffer.concat([length, bytes]);
  });
  const head = Buffer.alloc(before + 7);
  head.writeUInt16BE(values.length, before + 5);
  const bytes = Buffer.concat([head, ...parts, Buffer.from('more')]);
  return new SmallRow(bytes, before, bytes.length - 4);
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 30 }),
  fc.constantFrom('', '"', '\\', 'नमस्ते', '👩‍👩‍👧', '\u2028\u007f', '\u0001'.repeat(4000)),
);
const instant = fc
  .record({ seconds: fc.nat(4_000_000_000), ms: fc.constantFrom('', '.1', '.12', '.123', '.007') })
  .map(({ seconds, ms }) => `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')}${ms}+00`);
const key = fc.stringMatching(/^[_A-Za-z]\w{0,20}$/);

type Drawn = { sent: string | null; field: (column: number) => WrittenField; shown: unknown };
const orNull = (of: fc.Arbitrary<Drawn>): fc.Arbitrary<Drawn> =>
  fc.oneof(
    { weight: 4, arbitrary: of },
    { weight: 1, arbitrary: of.map((one) => ({ ...one, sent: null, shown: null })) },
  );
const leaf = orNull(
  fc.oneof(
    fc
      .tuple(key, text)
      .map(([key, sent]): Drawn => ({ sent, shown: sent, field: (column) => ({ key, kind: 'text', column }) })),
    fc
      .tuple(key, fc.constantFrom('ANSWERED', 'IN_PROGRESS'))
      .map(([key, sent]): Drawn => ({ sent, shown: sent, field: (column) => ({ key, kind: 'word', column }) })),
    fc
      .tuple(key, fc.integer())
      .map(
        ([key, shown]): Drawn => ({ sent: String(shown), shown, field: (column) => ({ key, kind: 'number', column }) }),
      ),
    fc.tuple(key, instant).map(
      ([key, sent]): Drawn => ({
        sent,
        shown: readTimestamp(sent),
        field: (column) => ({ key, kind: 'instant', column }),
      }),
    ),
    fc.tuple(key, fc.constantFrom(...nodeTypes), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })).map(
      ([key, type, id]): Drawn => ({
        sent: String(id),
        shown: toGlobalId(type, id),
        field: (column) => ({ key, kind: 'id', column, type }),
      }),
    ),
  ),
);

test('a row is written as JSON.stringify writes the object that it stands for', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(leaf, { maxLength: 8, selector: ({ field }) => field(0).key }),
      fc.uniqueArray(leaf, { maxLength: 4, selector: ({ field }) => field(0).key }),
      fc.boolean(),
      fc.nat(9),
      (own, below, isThere, before) => {
        const fields: WrittenField[] = own.map(({ field }, column) => field(column));
        const place = own.length;
        fields.splice(place >> 1, 0, {
          key: '__below',
          kind: 'object',
          column: place,
          fields: [
            { key: '__typename', kind: 'constant', json: '"Agent"' },
            ...below.map(({ field }, i) => field(place + 1 + i)),
          ],
        });
        const shown = Object.fromEntries(own.map(({ field, shown }) => [field(0).key, shown]));
        const inside = Object.fromEntries(below.map(({ field, shown }) => [field(0).key, shown]));
        const entries = Object.entries(shown);
        entries.splice(place >> 1, 0, ['__below', isThere ? { __typename: 'Agent', ...inside } : null]);
        const values = [...own.map((one) => one.sent), isThere ? '1' : null, ...below.map((one) => one.sent)];
        const write = rowWriter(fields, values.length);
        expect(write(sent(values, before))).toBe(JSON.stringify(Object.fromEntries(entries)));
      },
    ),
    { numRuns: 2000 },
  );
});

test('an instant that is written in no usual way is left to others', () => {
  const write = rowWriter([{ key: 'at', kind: 'instant', column: 0 }], 1);
  expect(write(sent(['infinity'], 0))).toBeNull();
  expect(write(sent(['1901-12-13 20:45:52+05:53:28'], 0))).toBeNull();
  expect(write(sent(['10000-01-01 00:00:00+00'], 0))).toBeNull();
});
