import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../ingestion/random.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertAccount, insertCalls } from '../support/factories.ts';
import { ids } from '../support/seals.ts';

const count = 1000;
/** The ids of an account's calls in the order in which they were kept; another kept some between any two. */
let told: string[];
let app: TestApp;

beforeAll(async () => {
  app = await startApp();
  const { database, account } = app;
  const busy = await insertAccount(database.db, { name: 'busy' });
  const random = new Random(7);
  const from = Date.parse('2026-01-01T00:00:00Z');
  const rows = Array.from({ length: count }, (_, n) => [
    ...Array.from({ length: random.upTo(12) }, () => aCall({ accountId: busy.id })),
    aCall({ accountId: account.id, startedAt: new Date(from + n * 60_000).toISOString() }),
  ]).flat();
  await insertCalls(database.db, rows);
  told = [];
  for (let after: string | null = null; told.length < count; ) {
    type Page = { calls: { nodes: { id: string }[]; pageInfo: { endCursor: string } } };
    const { calls }: Page = await app.query(
      `query ($after: String, $account: ID!) {
        calls(first: 500, after: $after, orderBy: { direction: ASC }, filter: { accountId: { eq: $account } }) {
          nodes { id } pageInfo { endCursor }
        }
      }`,
      { after, account: ids.write('Account', account.id) },
    );
    told.push(...calls.nodes.map(({ id }) => id));
    after = calls.pageInfo.endCursor;
  }
});
afterAll(() => app.close());

/** Spearman's: how well the order of texts tells that in which they were made, from -1 to 1. */
function rankCorrelation(texts: readonly string[]): number {
  const ranks = new Map(texts.toSorted().map((text, rank) => [text, rank]));
  const n = texts.length;
  const squares = texts.reduce((sum, text, i) => sum + (i - (ranks.get(text) as number)) ** 2, 0);
  return 1 - (6 * squares) / (n * (n * n - 1));
}

const bytesOf = (id: string) => Buffer.from(id, 'base64url');
const countBits = (byte: number) => byte.toString(2).replaceAll('0', '').length;
const bitsInCommon = (one: Buffer, other: Buffer) =>
  one.reduce((sum, byte, at) => sum + 8 - countBits(byte ^ (other[at] as number)), 0);

/** Means of a thousand are further off than six deviations once in a thousand million runs. */
const sixDeviations = 6 / Math.sqrt(count - 1);

test('a thousand ids of an account beside a busy one have no order', () => {
  const numbers = told.map((id) => ids.rowIdOf('Call', id) as number);
  expect(rankCorrelation(numbers.map((number) => String(number).padStart(9, '0')))).toBe(1);
  expect(new Set(told).size).toBe(count);
  expect(Math.abs(rankCorrelation(told))).toBeLessThan(sixDeviations);
});

test('nor do neighbours have more in common than any two', () => {
  const common = told.slice(1).map((id, i) => bitsInCommon(bytesOf(id), bytesOf(told[i] as string)));
  const mean = common.reduce((sum, bits) => sum + bits, 0) / common.length;
  // Of 128 random bits, half, with a deviation of the square root of 32.
  expect(Math.abs(mean - 64)).toBeLessThan(sixDeviations * Math.sqrt(32));
  // That any two begin with the same 8 characters happens once in half a thousand million.
  expect(new Set(told.map((id) => id.slice(0, 8))).size).toBe(count);
});

test('nor do they tell how many came between', () => {
  const numbers = told.map((id) => ids.rowIdOf('Call', id) as number);
  const gaps = numbers.slice(1).map((number, i) => number - (numbers[i] as number));
  expect(new Set(gaps).size).toBe(12);
  // How far apart two ids are, as numbers, in the order of how far apart their rows are.
  const apart = told
    .slice(1)
    .map((id, i) => Math.abs(bytesOf(id).readUInt32BE() - bytesOf(told[i] as string).readUInt32BE()));
  const byGap = apart
    .map((distance, i) => ({ distance, gap: gaps[i] as number, i }))
    .sort((a, b) => a.gap - b.gap || a.i - b.i);
  const texts = byGap.map(({ distance }) => String(distance).padStart(10, '0'));
  expect(Math.abs(rankCorrelation(texts))).toBeLessThan(sixDeviations);
});
