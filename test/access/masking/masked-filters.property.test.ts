import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mask } from '../../../src/access/masking/digit-runs.ts';
import { maskText } from '../../../src/access/masking/mask-text.ts';
import { reader, type Viewer } from '../../../src/access/viewer.ts';
import { type Call, calls } from '../../../src/calls/call.table.ts';
import { callPredicate } from '../../../src/calls/list/call-filter.ts';
import { callSql, holdsForCall } from '../../../src/calls/list/call-predicate.ts';
import { callMask } from '../../../src/calls/list/mask-call.ts';
import { isPacked } from '../../../src/columnar/scan/needed-columns.ts';
import { compileRowFilter, fillRows } from '../../../src/columnar/scan/row-filter.ts';
import type { CallFilter } from '../../../src/graphql/generated/inputs.ts';
import { callGroups, campaigns } from '../../../src/participants/participants.table.ts';
import type { Predicate } from '../../../src/query/predicate.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { insertCalls } from '../../support/factories.ts';
import { packCalls } from '../../support/packed-world.ts';
import { matchesCall, regionOf } from '../../support/recount/match.ts';
import { type CallSpec, callSpecs, clockChange, names, toRow } from '../../support/recount/random-calls.ts';
import { callFilter } from '../../support/recount/random-filters.ts';
import { fillInIds, makeWorld, serviceSettings, type World } from '../../support/recount/world.ts';
import { ids } from '../../support/seals.ts';

const masked: Viewer = { ...reader, name: 'masked', scopes: ['calls', 'metrics'] };
let app: TestApp;
let world: World;
/** The same as it is shown. */
let shownWorld: World;

beforeAll(async () => {
  app = await startApp(serviceSettings);
  world = await makeWorld(app);
  const { db } = app.database;
  // Every second one has a number in its name.
  await db.execute(sql`update ${callGroups} set name = name || ' 98-1234-52' || id where id % 2 = 0`);
  await db.execute(sql`update ${campaigns} set campaign_code = campaign_code || '१२३४५६' || id where id % 2 = 0`);
  world.callGroups = await db.select().from(callGroups);
  world.campaigns = await db.select().from(campaigns);
  shownWorld = {
    ...world,
    callGroups: world.callGroups.map((row) => ({ ...row, name: maskText(row.name) })),
    campaigns: world.campaigns.map((row) => ({ ...row, campaignCode: maskText(row.campaignCode) })),
  };
});
afterAll(() => app.close());

/** A text with a number in it, which is shown otherwise than it is, or without one. */
const numbered = (text: string, n: number) =>
  [text, `${text} 981234521${n}`, `${n}98 123.45२१${text}`][n % 3] as string;

async function store(specs: readonly CallSpec[]): Promise<Call[]> {
  await app.database.db.execute(sql`truncate ${calls}`);
  const rows = specs.map((spec, i) => {
    const row = toRow(spec, i, world);
    const text = (value: string | null | undefined) => (value == null ? null : numbered(value, (i * 7) % 10));
    const end = (row.customerNumber ?? row.agentNumber ?? '').slice(-7);
    return {
      ...row,
      agentName: text(row.agentName),
      providerStatus: text(row.providerStatus),
      errorCode: text(row.errorCode),
      callSid: i % 2 === 0 ? `${row.callSid}-${end}` : row.callSid,
    };
  });
  return insertCalls(app.database.db, rows);
}

async function askAll(predicate: Predicate, stored: readonly Call[], chunkSize: number) {
  const { rows } = await app.database.db.execute<{ id: string }>(
    sql`select ${calls.id} as id from ${calls} where ${callSql(predicate)}`,
  );
  const ascending = (ids: readonly number[]) => [...ids].sort((a, b) => a - b);
  const byRow = stored.filter((call) => {
    const callGroup = world.callGroups.find(({ id }) => id === call.callGroupId) ?? null;
    const campaign = world.campaigns.find(({ id }) => id === call.campaignId) ?? null;
    return holdsForCall(predicate, { ...call, callGroup, campaign });
  });
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
    row: ascending(byRow.map(({ id }) => id)),
    columns: isPacked(predicate) ? ascending(byColumns()) : null,
  };
}

const textFields = ['agentName', 'providerStatus', 'errorCode', 'callGroupName', 'campaignCode', 'callSid'];

/** A filter whose texts are those that there are, or parts of them, as they are kept or shown; numbers are asked for by isNull alone. */
function retold(filter: CallFilter, texts: readonly string[], draw: () => number): CallFilter {
  const text = (): string => {
    const kept = texts[draw() % Math.max(1, texts.length)] ?? '';
    const from = draw() % (kept.length + 1);
    const to = from + (draw() % (kept.length + 1 - from));
    return [
      kept,
      maskText(kept),
      kept.slice(from, to),
      kept.slice(from, from + 3),
      maskText(kept).slice(from, to),
      mask,
      '98',
    ][draw() % 7] as string;
  };
  // Half of a letter is no text.
  const soundText = () => {
    const one = text();
    return one.isWellFormed() ? one : '';
  };
  const operators = (given: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => {
        if (name === 'isNull') return [name, value];
        return [name, Array.isArray(value) ? value.map(soundText) : soundText()];
      }),
    );
  return Object.fromEntries(
    Object.entries(filter).map(([name, given]) => {
      if (name === 'and' || name === 'or')
        return [name, (given as CallFilter[]).map((one) => retold(one, texts, draw))];
      if (name === 'not') return [name, retold(given as CallFilter, texts, draw)];
      if (name === 'customerNumber' || name === 'agentNumber') return [name, { isNull: draw() % 2 === 0 }];
      // More of texts than there would be.
      if (name.endsWith('Seconds') || name.endsWith('At')) {
        const operator = ['eq', 'ne', 'startsWith', 'contains'][draw() % 4] as string;
        return [textFields[draw() % textFields.length], { [operator]: soundText() }];
      }
      return [name, textFields.includes(name) ? operators(given as Record<string, unknown>) : given];
    }),
  );
}

const cases = clockChange.chain((change) =>
  fc.record({
    specs: callSpecs(change, 50),
    chunkSize: fc.integer({ min: 1, max: 40 }),
    filters: fc.array(callFilter(change), { minLength: 60, maxLength: 80, size: 'max' }),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
  }),
);

test('where numbers are masked a filter keeps the calls of which what is shown matches it: of the database, a row and columns', async () => {
  const maskCall = callMask(masked);
  const told = { some: 0, packed: 0, differing: 0 };
  await fc.assert(
    fc.asyncProperty(cases, async ({ specs, chunkSize, filters, seed }) => {
      let state = seed;
      const draw = () => {
        state = (state * 48_271) % 2_147_483_647;
        return state;
      };
      const stored = await store(specs);
      const texts = [
        ...stored.flatMap((call) => [call.agentName, call.providerStatus, call.errorCode, call.callSid]),
        ...world.callGroups.map(({ name }) => name),
        ...world.campaigns.map(({ campaignCode }) => campaignCode),
        ...names,
      ].filter((one) => one !== null);
      const shown = stored.map((call) => {
        const row = { ...call, ...maskCall?.(call) };
        // What is hidden is missing.
        return { ...row, callSid: row.callSid === mask ? null : row.callSid } as Call;
      });
      for (const marked of filters) {
        const filter = fillInIds<CallFilter>(retold(marked, texts, draw), world, stored);
        const region = regionOf(world, filter);
        const found = await askAll(callPredicate(filter, { region, ids, viewer: masked }), stored, chunkSize);
        const expected = shown.filter((call) => matchesCall(filter, call, shownWorld)).map(({ id }) => id);
        const all = { sql: expected, row: expected, columns: found.columns && expected };
        expect(found, JSON.stringify(filter)).toEqual(all);
        const isSome = expected.length > 0 && expected.length < stored.length;
        if (isSome) told.some += 1;
        if (isSome && found.columns) told.packed += 1;
        const asKept = stored.filter((call) => matchesCall(filter, call, world)).map(({ id }) => id);
        if (JSON.stringify(asKept) !== JSON.stringify(expected)) told.differing += 1;
      }
    }),
    { numRuns: 25 },
  );
  expect(told.some).toBeGreaterThan(300);
  expect(told.packed).toBeGreaterThan(80);
  expect(told.differing).toBeGreaterThan(45);
}, 240_000);
