import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdCodec, nodeTypes } from '../../src/query/global-id.ts';

const key = randomBytes(32);
/** As if all there can be had been given out. */
const all = Object.fromEntries(nodeTypes.map((type) => [type, Number.MAX_SAFE_INTEGER]));
const ids = new IdCodec(key, all);
const former = (type: string, id: number | string) => Buffer.from(`${type}:${id}`).toString('base64url');

const aRow = fc
  .tuple(
    fc.constantFrom(...nodeTypes),
    fc.oneof(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.bigInt({ min: 1n, max: 2n ** 53n - 1n }).map(Number)),
  )
  .filter(([type, id]) => type !== 'Account' || id < 2 ** 31);

test('an id is read back as what it was made of, with the same key and no other', () => {
  const same = new IdCodec(Uint8Array.from(key), {});
  const other = new IdCodec(randomBytes(32), all);
  fc.assert(
    fc.property(aRow, ([type, id]) => {
      const text = ids.write(type, id);
      expect(text).toMatch(/^[\w-]{22}$/);
      expect(ids.read(text)).toEqual({ type, id });
      expect(same.write(type, id)).toBe(text);
      expect(other.read(text)).toBeNull();
      for (const asked of nodeTypes) expect(ids.rowIdOf(asked, text)).toBe(asked === type ? id : null);
    }),
    { numRuns: 500 },
  );
});

test('an id that was given out when they were not enciphered is understood, and no more given out', () => {
  fc.assert(
    fc.property(aRow, ([type, id]) => {
      expect(ids.read(former(type, id))).toEqual({ type, id });
      expect(ids.write(type, id)).not.toBe(former(type, id));
    }),
    { numRuns: 500 },
  );
  // As they were written then; the second is as long as they are now.
  expect(ids.read('Q2FsbDo0Mg')).toEqual({ type: 'Call', id: 42 });
  expect(ids.read('VmlydHVhbE51bWJlcjoxMg')).toEqual({ type: 'VirtualNumber', id: 12 });
});

test('of rows that came later the former ids were never given out, and name nothing', () => {
  const some = new IdCodec(key, { Call: 42, Agent: 0 });
  expect([41, 42, 43].map((id) => some.rowIdOf('Call', former('Call', id)))).toEqual([41, 42, null]);
  expect(some.read(former('Agent', 1))).toBeNull();
  expect(some.read(former('Customer', 1))).toBeNull();
  expect(some.read(ids.write('Call', 43))).toEqual({ type: 'Call', id: 43 });
});

test('types keep the numbers that they have in ids', () => {
  const known = new IdCodec(Buffer.alloc(32, 7), {});
  expect(Object.fromEntries(nodeTypes.map((type) => [type, known.write(type, 1)]))).toMatchInlineSnapshot(`
    {
      "Account": "rR-NotKOCdHTNB0KpmqCRg",
      "Agent": "NgNu8Y1EmjKiI5H1pL3aXg",
      "Call": "nzAHWEVjxUFW3VaTYFrDiQ",
      "CallGroup": "Tthzf1ntFq_AbRqPgJjdBQ",
      "Campaign": "o76ZMne2AY2AqeW3CQlEiQ",
      "Customer": "zabK-uvRi1Sp-HFzENTBeQ",
      "VirtualNumber": "unRAPbLBhXDVxGaDyGS6oQ",
      "WebhookEvent": "BJi4Bx-zJJvT2p8YU-qGZg",
    }
  `);
});

const enciphered = ids.write('Call', 1);
test.each([
  '',
  'Call:1',
  enciphered.slice(0, -1),
  `${enciphered}=`,
  `${enciphered} `,
  `${enciphered}A`,
  ` ${enciphered}`,
  // Of the last character only the first two bits count.
  enciphered.slice(0, 21) + String.fromCharCode(enciphered.charCodeAt(21) + 1),
  former('Call', '01'),
  former('Call', 0),
  former('Call', '9007199254740992'),
  former('Account', 2 ** 31),
  former('Nothing', 1),
  former('Call', 1).slice(0, -1),
  `${former('Call', 1)}=`,
])('%j names nothing', (text) => {
  expect(ids.read(text)).toBeNull();
  expect(ids.rowIdOf('Call', text)).toBeNull();
});

test('what was never given out names nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(ids.read(text)).toBeNull();
    }),
  );
  for (let n = 0; n < 20_000; n++) expect(ids.read(randomBytes(16).toString('base64url'))).toBeNull();
});

test('what was enciphered of a number that no row can have names nothing', () => {
  for (const id of [0, 2 ** 53, 2 ** 60]) expect(ids.read(ids.write('Call', id))).toBeNull();
  expect(ids.read(ids.write('Account', 2 ** 31))).toBeNull();
});
