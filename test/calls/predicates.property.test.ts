import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reader } from '../../src/access/viewer.ts';
import { type Call, calls } from '../../src/calls/call.table.ts';
import { callPredicate } from '../../src/calls/list/call-filter.ts';
import { callSql, holdsForCall, type NamedCall } from '../../src/calls/list/call-predicate.ts';
import { isPacked } from '../../src/columnar/scan/needed-columns.ts';
import { compileRowFilter, fillRows } from '../../src/columnar/scan/row-filter.ts';
import type { CallFilter } from '../../src/graphql/generated/inputs.ts';
import {
  type CallField,
  type CallOperand,
  callFields,
  type Kind,
  type Leaf,
  type Predicate,
} from '../../src/query/predicate.ts';
import { instantOf } from '../../src/time/instant.ts';
import { localClock } from '../../src/time/local-clock.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { insertCalls } from '../support/factories.ts';
import { packCalls } from '../support/packed-world.ts';
import { matchesCall, regionOf } from '../support/recount/match.ts';
import {
  type CallSpec,
  callSpecs,
  clockChange,
  coinValues,
  moments,
  seconds,
  toRow,
} from '../support/recount/random-calls.ts';
import { callFilter } from '../support/recount/random-filters.ts';
import { storedNumbers } from '../support/recount/spellings.ts';
import { fillInIds, makeWorld, serviceSettings, type World } from '../support/recount/world.ts';
import { ids } from '../support/seals.ts';

let app: TestApp;
let world: World;

beforeAll(async () => {
  app = await startApp(serviceSettings);
  world = await makeWorld(app);
});
afterAll(() => app.close());

async function store(specs: readonly CallSpec[], told: (i: number) => Partial<Call> = () => ({})): Promise<Call[]> {
  await app.database.db.execute(sql`truncate ${calls}`);
  return insertCalls(
    app.database.db,
    specs.map((spec, i) => ({ ...toRow(spec, i, world), ...told(i) })),
  );
}

const withNames = (call: Call): NamedCall => ({
  ...call,
  callGroup: world.callGroups.find(({ id }) => id === call.callGroupId) ?? null,
  campaign: world.campaigns.find(({ id }) => id === call.campaignId) ?? null,
});

/** The ids of the calls that a predicate holds for, by each of its compilers; columns: null where they are not packed. */
async function askAll(predicate: Predicate, stored: readonly Call[], chunkSize: number) {
  const { rows } = await app.database.db.execute<{ id: string }>(
    sql`select ${calls.id} as id from ${calls} where ${callSql(predicate)}`,
  );
  const ascending = (ids: readonly number[]) => [...ids].sort((a, b) => a - b);
  const byColumns = () => {
    const keep = compileRowFilter(predicate);
    return packCalls(stored, chunkSize, []).flatMap((chunk) => {
      const kept = new Int32Array(chunk.count);
      const count = keep(chunk, kept, fillRows(chunk, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, kept));
      return Array.from(kept.subarray(0, count), (row) => chunk.id()[row] as number);
    });
  };
  return {
    sql: ascending(rows.map(({ id }) => Number(id))),
    row: ascending(stored.filter((call) => holdsForCall(predicate, withNames(call))).map(({ id }) => id)),
    columns: isPacked(predicate) ? ascending(byColumns()) : null,
  };
}

/** How many predicates kept some calls and not others, and how many of those were asked of columns, too. */
type Told = { some: number; packed: number };
function note(told: Told, found: Awaited<ReturnType<typeof askAll>>, all: number): void {
  if (found.sql.length === 0 || found.sql.length === all) return;
  told.some += 1;
  if (found.columns) told.packed += 1;
}

const filterCases = clockChange.chain((change) =>
  fc.record({
    specs: callSpecs(change, 60),
    chunkSize: fc.integer({ min: 1, max: 40 }),
    filters: fc.array(callFilter(change), { minLength: 60, maxLength: 80, size: 'max' }),
  }),
);

test('a filter keeps the calls that it matches, whether the database, a row or columns are asked', async () => {
  const told: Told = { some: 0, packed: 0 };
  await fc.assert(
    fc.asyncProperty(filterCases, async ({ specs, chunkSize, filters }) => {
      const stored = await store(specs);
      for (const marked of filters) {
        const filter = fillInIds<CallFilter>(marked, world, stored);
        const predicate = callPredicate(filter, { region: regionOf(world, filter), ids, viewer: reader });
        const found = await askAll(predicate, stored, chunkSize);
        const expected = stored.filter((call) => matchesCall(filter, call, world)).map(({ id }) => id);
        const all = { sql: expected, row: expected, columns: found.columns && expected };
        expect(found, JSON.stringify(filter)).toEqual(all);
        note(told, found, stored.length);
      }
    }),
    { numRuns: 30 },
  );
  expect(told.some).toBeGreaterThan(400);
  expect(told.packed).toBeGreaterThan(100);
}, 240_000);

/** Letters of which the other case, the parts or the order are not what they seem. */
const letters = [
  ...['İstanbul', 'ıI', 'ΣΊΣΥΦΟΣ', 'σίσυφος', 'straße', 'STRASSE', 'ﬁn', 'ǅ', 'ǆ', '\u212a', '\u212b', 'Å', 'å'],
  ...[
    'José',
    'Jose\u0301',
    'J\u030cana',
    'ǰANA',
    'क़ासिम',
    'क\u093cासिम',
    '９１',
    '٩١',
    'a\u0000b'.slice(0, 1),
    '😀',
    '％',
    '',
  ],
];
const parts = [...letters, ...letters.flatMap((word) => Array.from(word)), '%', '_', '\\', '\u0301'];
const text = fc.constantFrom(...parts);
test('every letter is compared alike by the database and a row', async () => {
  const spec = fc
    .sample(callSpecs(Date.parse('2026-01-01T00:00:00Z'), 1), { numRuns: 50, seed: 1 })
    .find((one) => one.length > 0);
  const stored = await store(
    letters.map(() => (spec as CallSpec[])[0] as CallSpec),
    (i) => ({ agentName: letters[i] ?? null, providerStatus: letters[i] ?? null }),
  );
  const asked = [...new Set(parts)].flatMap((value) =>
    (['startsWith', 'endsWith', 'contains'] as const).flatMap((is): Leaf[] => [
      { of: 'agentName', is, value: value.normalize() },
      { of: 'providerStatus', is, value },
    ]),
  );
  for (const one of asked) {
    const found = await askAll(one, stored, 40);
    expect(found.row, JSON.stringify(one)).toEqual(found.sql);
  }
}, 60_000);

const textOps = (value: fc.Arbitrary<string>): fc.Arbitrary<object>[] => [
  fc.record({ in: fc.array(value, { minLength: 1, maxLength: 3 }) }),
  fc.record({ is: fc.constantFrom('startsWith', 'endsWith', 'contains'), value }),
];
const numberOps = (value: fc.Arbitrary<number | string>): fc.Arbitrary<object>[] => [
  fc.record({ in: fc.array(value, { minLength: 1, maxLength: 3 }) }),
  fc.record({ is: fc.constantFrom('gt', 'gte', 'lt', 'lte'), value }),
];
const missing = fc.constant({ isMissing: true });

function operators(of: CallField, kind: Kind, change: number): fc.Arbitrary<object>[] {
  const { direction, status, disposition, outcome, endedBy } = calls;
  const words: Partial<Record<CallField, readonly string[]>> = {
    direction: direction.enumValues,
    status: status.enumValues,
    disposition: disposition.enumValues,
    outcome: outcome.enumValues,
    endedBy: endedBy.enumValues,
  };
  switch (kind) {
    case 'id':
      return [fc.record({ in: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 3 }) }), missing];
    case 'integer':
      return [...numberOps(fc.constantFrom(...seconds, -1)), missing];
    case 'decimal':
      return [...numberOps(fc.constantFrom(...coinValues, '0.30', '-0')), missing];
    case 'instant':
      return [...numberOps(moments(change)), missing];
    case 'word':
      return [fc.record({ in: fc.subarray([...(words[of] ?? [])]) }), missing];
    case 'presence':
      return [fc.record({ in: fc.boolean().map((value) => [value]) })];
    case 'number': {
      const digits = fc.constantFrom('', '9', '98', '+91', '1234', '5678');
      return [
        fc.record({ in: fc.subarray([...storedNumbers], { minLength: 1 }) }),
        ...textOps(digits).slice(1),
        missing,
      ];
    }
    case 'name':
      return [...textOps(text.map((value) => value.normalize())), missing];
    case 'text':
      return [...textOps(text), missing];
  }
}

const zones = ['Asia/Kolkata', 'America/New_York', 'Australia/Lord_Howe'];

function leaf(change: number): fc.Arbitrary<Leaf> {
  const fields = Object.entries(callFields) as [CallField, Kind][];
  const ofField = fc.constantFrom(...fields).chain(([of, kind]) => {
    return fc.oneof(...operators(of, kind, change)).map((rest) => ({ of, ...rest }) as Leaf);
  });
  const elapsed = fc.constantFrom<CallOperand>(
    { from: 'startedAt', until: { when: { of: 'outcome', in: ['ANSWERED'] }, is: 'answeredAt', otherwise: 'endedAt' } },
    { from: 'legBStartedAt', until: { when: { all: [] }, is: 'endedAt', otherwise: 'endedAt' } },
  );
  const range = { from: instantOf(change - 2 * 86_400_000), to: instantOf(change + 2 * 86_400_000) };
  const clock = fc
    .tuple(fc.constantFrom('HOUR_OF_DAY', 'DAY_OF_WEEK', 'HOUR_OF_WEEK'), fc.constantFrom(...zones))
    .map(([part, zone]): CallOperand => localClock(part, zone, range));
  const whole = fc.oneof(...numberOps(fc.integer({ min: -1, max: 30 })), missing);
  const ofOperand = fc.tuple(fc.oneof(elapsed, clock), whole).map(([of, rest]) => ({ of, ...rest }) as Leaf);
  return fc.oneof({ weight: 9, arbitrary: ofField }, { weight: 1, arbitrary: ofOperand });
}

function predicates(change: number, depth = 3): fc.Arbitrary<Predicate> {
  if (depth === 0) return leaf(change);
  const several = fc.array(predicates(change, depth - 1), { maxLength: 3 });
  return fc.oneof(
    { weight: 5, arbitrary: leaf(change) },
    { weight: 1, arbitrary: several.map((all) => ({ all })) },
    { weight: 2, arbitrary: several.map((any) => ({ any })) },
    { weight: 1, arbitrary: predicates(change, depth - 1).map((not) => ({ not })) },
  );
}

const predicateCases = clockChange.chain((change) =>
  fc.record({
    specs: callSpecs(change, 40),
    texts: fc.noBias(fc.array(fc.option(text, { freq: 8 }), { minLength: 120, maxLength: 120 })),
    chunkSize: fc.integer({ min: 1, max: 40 }),
    asked: fc.noBias(fc.array(predicates(change), { minLength: 90, maxLength: 90 })),
  }),
);

test('any predicate over anything of a call is answered alike by the database, a row and columns, whatever the letters', async () => {
  const told: Told = { some: 0, packed: 0 };
  const fields = new Set<string>();
  await fc.assert(
    fc.asyncProperty(predicateCases, async ({ specs, texts, chunkSize, asked }) => {
      const stored = await store(specs, (i) => ({
        agentName: texts[3 * i] ?? null,
        providerStatus: texts[3 * i + 1] ?? null,
        errorCode: texts[3 * i + 2] ?? null,
        keyPress: texts[3 * i] ?? null,
      }));
      for (const predicate of asked) {
        const found = await askAll(predicate, stored, chunkSize);
        const { sql: expected } = found;
        const all = { sql: expected, row: expected, columns: found.columns && expected };
        expect(found, JSON.stringify(predicate)).toEqual(all);
        note(told, found, stored.length);
        if ('of' in predicate && expected.length > 0) fields.add(JSON.stringify(predicate.of).slice(0, 20));
      }
    }),
    { numRuns: 30 },
  );
  expect(told.some).toBeGreaterThan(400);
  expect(told.packed).toBeGreaterThan(100);
  expect(fields.size).toBeGreaterThan(Object.keys(callFields).length);
}, 240_000);
