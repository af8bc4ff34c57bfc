import { parse } from 'csv-parse/sync';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administrator, type Scope, type Viewer } from '../../src/access/viewer.ts';
import { type Call, calls, type NewCall } from '../../src/calls/call.table.ts';
import { callColumnNames, callExportColumns } from '../../src/exports/call-columns.ts';
import type { ColumnType } from '../../src/exports/column.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { insertAccount, insertCalls } from '../support/factories.ts';
import { callSpecs, clockChange, toRow } from '../support/recount/random-calls.ts';
import { callFilter } from '../support/recount/random-filters.ts';
import { fillInIds, makeWorld, serviceSettings, type World } from '../support/recount/world.ts';

let app: TestApp;
let world: World;
const viewers: Record<string, Viewer> = { all: administrator };

/** What somebody outside may have written, and how it may look to a spreadsheet, a reader of CSV, or the database. */
const texts = [
  '=1+1',
  '+SUM(A1)',
  '-2',
  '@now',
  '\t=x',
  '\r=x',
  "'=1",
  "''@",
  "'tis",
  'a,b',
  'say "hi"',
  'two\r\nlines',
  '\\N',
  '\\',
  'tab\there',
  '\u001f',
  '',
  ' ',
  'é—😀',
  '\u2028',
  '0012',
  '+919812345678',
  '98123 45678',
];

beforeAll(async () => {
  app = await startApp({
    ...serviceSettings,
    viewerOf: (authorization) => viewers[authorization ?? 'all'] as Viewer,
  });
  world = await makeWorld(app);
  const own = { accounts: [app.account.id] };
  const without = (...scopes: Scope[]) => administrator.scopes.filter((scope) => !scopes.includes(scope));
  viewers.masked = { ...administrator, ...own, name: 'masked', scopes: without('numbers') };
  viewers.bare = { ...administrator, ...own, name: 'bare', scopes: ['calls'] };
  await insertAccount(app.database.db, { name: '=other, "account" 9812345678' });
});
afterAll(() => app.close());

type Table = { status: number; headers: Headers; text: string; bytes: ArrayBuffer };

async function exported(who: string, format: string, body: object): Promise<Table> {
  const response = await fetch(`${app.url}/export/calls.${format}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: who },
    body: JSON.stringify(body),
  });
  const bytes = await response.arrayBuffer();
  return { status: response.status, headers: response.headers, text: new TextDecoder().decode(bytes), bytes };
}

/** The calls as GraphQL answers them, by the names of columns. */
async function asked(who: string, filter: unknown): Promise<Map<string, Record<string, unknown>>> {
  const selection = callColumnNames
    .map((name) => {
      const [field = '', below] = callExportColumns[name].field.split('.');
      return `${name}: ${field}${below ? ` { ${below} }` : ''}`;
    })
    .join(' ');
  const found = new Map<string, Record<string, unknown>>();
  for (let after: string | null = null; ; ) {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: who },
      body: JSON.stringify({
        query: `query ($filter: CallFilter, $after: String) { calls(filter: $filter, first: 500, after: $after) {
          nodes { ${selection} } pageInfo { hasNextPage endCursor } } }`,
        variables: { filter, after },
      }),
    });
    const { data, errors } = (await response.json()) as {
      data: { calls: { nodes: Record<string, unknown>[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
      errors?: unknown;
    };
    if (errors) throw new Error(JSON.stringify(errors));
    for (const node of data.calls.nodes)
      found.set(String(node.id), Object.fromEntries(callColumnNames.map((name) => [name, flat(name, node[name])])));
    if (!data.calls.pageInfo.hasNextPage) return found;
    after = data.calls.pageInfo.endCursor;
  }
}

function flat(name: (typeof callColumnNames)[number], value: unknown): unknown {
  const [, below] = callExportColumns[name].field.split('.');
  return below && value !== null ? (value as Record<string, unknown>)[below] : value;
}

/** What a cell says: an apostrophe before what a spreadsheet would compute is a mark. */
function unmarked(type: ColumnType, cell: string): string {
  const isText = type === 'text' || type === 'phone';
  return isText && /^''*[=+\-@\t\r\n]/.test(cell) ? cell.slice(1) : cell;
}

const columns = callColumnNames.join();

async function compare(who: string, filter: object): Promise<number> {
  const wanted = await asked(who, filter);
  const csv = await exported(who, 'csv', { columns, filter });
  expect(csv.status).toBe(200);
  const [header, ...rows] = parse(csv.text, { record_delimiter: '\r\n' }) as string[][];
  expect(header).toEqual(callColumnNames);
  expect(rows).toHaveLength(wanted.size);
  for (const row of rows) {
    const call = wanted.get(row[0] as string);
    const said = callColumnNames.map((name, i) => unmarked(callExportColumns[name].type, row[i] as string));
    expect(said).toEqual(callColumnNames.map((name) => String(call?.[name] ?? '')));
    // Nothing that others wrote is left for a spreadsheet to compute.
    for (const [i, cell] of row.entries()) {
      const { type } = callExportColumns[callColumnNames[i] as (typeof callColumnNames)[number]];
      if (type === 'text') expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
      if (type === 'phone') expect(cell).not.toMatch(/^(?:[=\-@\t\r\n]|\+(?!\d))/);
    }
  }
  const lines = (await exported(who, 'ndjson', { columns, filter })).text.split('\n').slice(0, -1);
  const list = JSON.parse((await exported(who, 'json', { columns, filter })).text) as Record<string, unknown>[];
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(parsed).toEqual(list);
  expect(new Map(parsed.map((row) => [String(row.id), row]))).toEqual(wanted);
  expect(rows.map(([id]) => id)).toEqual(list.map(({ id }) => id));
  const { bytes } = await exported(who, 'parquet', { columns, filter });
  const read = await parquetReadObjects({ file: bytes });
  expect(read.map((row) => JSON.parse(JSON.stringify(row)))).toEqual(list);
  return wanted.size;
}

/** Calls of the world, and as many with texts that are hard to write. */
async function store(count: number, seed: number): Promise<Call[]> {
  await app.database.db.execute(sql`truncate ${calls}`);
  const drawn = fc.sample(
    clockChange.chain((change) => callSpecs(change, 10)),
    { numRuns: count, seed },
  );
  const specs = drawn.flat().slice(0, count);
  const text = (i: number, of: number) => texts[(i * 7 + of * 3) % texts.length] as string;
  const rows = specs.map((spec, i): NewCall => {
    const row = toRow(spec, i, world);
    if (i % 2 === 0) return row;
    return {
      ...row,
      callSid: `${text(i, 0)}${i}`,
      agentName: text(i, 1),
      agentNumber: text(i, 2),
      customerNumber: text(i, 3),
      sourceNumber: text(i, 4),
      providerStatus: text(i, 5),
      errorCode: text(i, 6),
      keyPress: text(i, 7),
      recordingUrl: `https://records.example/${encodeURIComponent(text(i, 8))}`,
      coins: ['1.500', '0', '-2.0', null][i % 4] as string,
    };
  });
  return insertCalls(app.database.db, rows);
}

test('an export says what GraphQL says, but for marked cells: of every filter, to every key', async () => {
  const stored = await store(60, 1);
  const sizes: number[] = [];
  for (const who of Object.keys(viewers)) sizes.push(await compare(who, {}));
  expect(sizes[0]).toBeGreaterThan(50);
  await fc.assert(
    fc.asyncProperty(clockChange.chain(callFilter), fc.constantFrom(...Object.keys(viewers)), async (drawn, who) => {
      const filter = fillInIds(drawn, world, stored) as object;
      const isHidden = who !== 'all' && /customerNumber|agentNumber/.test(JSON.stringify(filter));
      if (isHidden) expect((await exported(who, 'csv', { filter })).status).toBeOneOf([200, 403]);
      else sizes.push(await compare(who, filter));
    }),
    { numRuns: 40 },
  );
  expect(sizes.filter((size) => size > 0).length).toBeGreaterThan(10);
});
