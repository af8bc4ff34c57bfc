import { sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.table.ts';
import type { EntityOrderField } from '../../src/graphql/generated/inputs.ts';
import { agents, callGroups, campaigns, customers, virtualNumbers } from '../../src/participants/participants.table.ts';
import type { NodeType } from '../../src/query/global-id.ts';
import { type Connection, type PageVariables, pageFields, walkBackwards, walkForwards } from '../query/walk-pages.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { insertAccount, insertRows } from '../support/factories.ts';
import { sortRows } from '../support/recount/compare.ts';
import { idOf, namedAccount, tests } from '../support/recount/match.ts';
import { spellings, storedNumbers } from '../support/recount/spellings.ts';
import { fillInIds, serviceSettings } from '../support/recount/world.ts';

let app: TestApp;
let accounts: Account[];

beforeAll(async () => {
  app = await startApp(serviceSettings);
  accounts = [
    app.account,
    await insertAccount(app.database.db, { name: 'abroad', region: 'US', timeZone: 'America/New_York' }),
  ];
});
afterAll(() => app.close());

type Row = {
  id: number;
  accountId: number;
  name: string | null;
  number?: string | null;
  email?: string | null;
  campaignCode?: string;
  firstCallAt: string | null;
  lastCallAt: string | null;
};
type Table = PgTable & { id: PgColumn };
type Kind = { field: string; type: NodeType; table: Table; own: (keyof Row)[] };

const kinds: Kind[] = [
  { field: 'agents', type: 'Agent', table: agents, own: ['number', 'email'] },
  { field: 'campaigns', type: 'Campaign', table: campaigns, own: ['campaignCode'] },
  { field: 'callGroups', type: 'CallGroup', table: callGroups, own: [] },
  { field: 'virtualNumbers', type: 'VirtualNumber', table: virtualNumbers, own: ['number'] },
  { field: 'customers', type: 'Customer', table: customers, own: ['number'] },
];

const names = ['Ravi', 'ravi', 'RAVI', 'Éva', 'éva', 'a_b', 'a%', '😀', 'ＷＩＤＥ', 'ﬁ', '\u{10ffff}', 'z', 'Z'];
const times = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z', '2026-01-02T00:00:00.000Z'];
const emails = ['a@x.in', 'b@x.in'];

/** Rows before they are written: what must be unique is made so by their place. */
const specs = fc.array(
  fc.record({
    account: fc.nat(1),
    name: fc.option(fc.constantFrom(...names), { freq: 4 }),
    number: fc.option(fc.constantFrom(...storedNumbers), { freq: 4 }),
    email: fc.option(fc.constantFrom(...emails), { freq: 2 }),
    firstCallAt: fc.option(fc.constantFrom(...times), { freq: 3 }),
    lastCallAt: fc.option(fc.constantFrom(...times), { freq: 3 }),
  }),
  { maxLength: 30, size: 'max' },
);
type Spec = typeof specs extends fc.Arbitrary<(infer One)[]> ? One : never;

function toRows(kind: Kind, made: readonly Spec[]): Partial<Row>[] {
  const seen = new Set<string>();
  return made.flatMap((spec, i) => {
    const accountId = accounts[spec.account]?.id ?? 0;
    const { name, number, email, firstCallAt, lastCallAt } = spec;
    const row: Partial<Row> = { accountId, name, firstCallAt, lastCallAt };
    if (kind.type === 'CallGroup') row.name = name ?? `group ${i}`;
    if (kind.own.includes('number')) row.number = kind.type === 'VirtualNumber' ? (number ?? String(1800 + i)) : number;
    if (kind.own.includes('email')) row.email = number === null ? `${i}${email ?? 'a@x.in'}` : email;
    if (kind.own.includes('campaignCode')) row.campaignCode = `${i % 3}_${i}`;
    const unique = kind.type === 'CallGroup' ? row.name : row.number;
    const key = `${accountId} ${unique}`;
    if (unique != null && seen.has(key)) return [];
    seen.add(key);
    return [row];
  });
}

const some = (operators: Record<string, fc.Arbitrary<unknown>>) =>
  fc
    .uniqueArray(fc.constantFrom(...Object.keys(operators)), { minLength: 1, maxLength: 2 })
    .chain((chosen) =>
      fc.record(Object.fromEntries(chosen.map((name) => [name, operators[name] as fc.Arbitrary<unknown>]))),
    );
const equality = (value: fc.Arbitrary<unknown>) => ({
  eq: value,
  ne: value,
  in: fc.array(value, { maxLength: 3 }),
  notIn: fc.array(value, { maxLength: 3 }),
  isNull: fc.boolean(),
});
const text = (values: readonly string[]) => {
  const value = fc.constantFrom(...values);
  return some({ ...equality(value), startsWith: value, contains: value });
};
const spelling = fc.constantFrom(...spellings.map((known) => known.text));
const digits = fc.constantFrom('+91', '1', '09', '99', '5678', '');
const time = fc.constantFrom(...times);

/** A filter of this kind of participant. */
function filters({ type, own }: Kind): fc.Arbitrary<Record<string, object>> {
  const id = fc.oneof(
    fc.nat(9).map((index) => `#${type}:${index}`),
    fc.constantFrom('#Account:0', 'nonsense'),
  );
  const fields: Record<string, fc.Arbitrary<object>> = {
    id: some(equality(id)),
    accountId: fc.constantFrom('#Account:0', '#Account:1').map((eq) => ({ eq })),
    name: text([...names, 'AV', '%', '_', 'É', 'ｗｉ', '']),
    number: some({
      eq: spelling,
      in: fc.array(spelling, { maxLength: 3 }),
      startsWith: digits,
      endsWith: digits,
      isNull: fc.boolean(),
    }),
    email: text([...emails, '1a@x.in', 'X.IN', '2']),
    campaignCode: text(['0_0', '1_1', '2', '_', '_1', '']),
    firstCallAt: some({ gt: time, gte: time, lt: time, lte: time, isNull: fc.boolean() }),
    lastCallAt: some({ gt: time, gte: time, lt: time, lte: time, isNull: fc.boolean() }),
  };
  const known = ['id', 'accountId', 'name', 'firstCallAt', 'lastCallAt', ...own];
  return fc
    .uniqueArray(fc.constantFrom(...known), { maxLength: 2 })
    .chain((chosen) =>
      fc.record(Object.fromEntries(chosen.map((name) => [name, fields[name] as fc.Arbitrary<object>]))),
    );
}

/** Whether a row is one that the filter names. */
function matches(filter: Record<string, object>, row: Row, { type }: Kind): boolean {
  const region = namedAccount({ accounts }, filter)?.region ?? serviceSettings.region;
  return Object.entries(filter).every(([name, given]) => {
    const operators = given as Record<string, unknown>;
    if (name === 'id') return tests.word(operators, idOf(type, row.id));
    if (name === 'accountId') return tests.word(operators, idOf('Account', row.accountId));
    if (name === 'number') return tests.phone(region)(operators, row.number ?? null);
    if (name === 'firstCallAt' || name === 'lastCallAt') return tests.instant(operators, row[name]);
    return tests.text(operators, (row[name as 'name'] as string | null | undefined) ?? null);
  });
}

const keys: Record<EntityOrderField, (row: Row) => string | null> = {
  NAME: ({ name }) => name?.toLowerCase() ?? null,
  FIRST_CALL_AT: ({ firstCallAt }) => firstCallAt,
  LAST_CALL_AT: ({ lastCallAt }) => lastCallAt,
};

describe('a walk through any filter in any order, forwards or backwards, gives each once, in order', () => {
  test.each(kinds)(
    '$field',
    async (kind) => {
      const { field, type, table, own } = kind;
      const inputType = `${type}Filter`;
      const query = `
      query ($filter: ${inputType}, $orderBy: EntityOrder, $first: Int, $after: String, $last: Int, $before: String) {
        list: ${field}(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
          edges { cursor node { id account { id } name firstCallAt lastCallAt ${own.join(' ')} } }
          ${pageFields}
          totalCount
          totalCountIsExact
        }
      }`;
      type Shown = Omit<Row, 'id' | 'accountId'> & { id: string; account: { id: string } };
      type List = Connection<Shown> & { totalCount: number; totalCountIsExact: boolean };
      const question = fc.record({
        filter: fc.option(filters(kind), { freq: 5 }),
        orderBy: fc.record({
          field: fc.constantFrom(...(Object.keys(keys) as EntityOrderField[])),
          direction: fc.constantFrom('ASC' as const, 'DESC' as const),
        }),
        forwards: fc.integer({ min: 2, max: 12 }),
        backwards: fc.integer({ min: 2, max: 12 }),
      });
      const property = fc.asyncProperty(
        fc.noBias(specs),
        fc.noBias(fc.array(question, { minLength: 3, maxLength: 5, size: 'max' })),
        async (made, questions) => {
          await app.database.db.execute(sql`truncate ${table}`);
          // The tables of all kinds have these columns, each its own ones beside them.
          const stored = (await insertRows(app.database.db, table, toRows(kind, made))) as Row[];
          const world = { accounts, agents: [], campaigns: [], callGroups: [], virtualNumbers: [], customers: [] };
          for (const { filter: marked, orderBy, forwards, backwards } of questions) {
            const filter = fillInIds(marked, { ...world, [field]: stored, service: serviceSettings }, []);
            const found = stored.filter((row) => matches(filter ?? {}, row, kind));
            const expected = sortRows(found, keys[orderBy.field], orderBy.direction).map((row) => ({
              id: idOf(type, row.id),
              account: { id: idOf('Account', row.accountId) },
              name: row.name,
              firstCallAt: row.firstCallAt,
              lastCallAt: row.lastCallAt,
              ...Object.fromEntries(own.map((name) => [name, row[name]])),
            }));
            const ask = async (page: PageVariables) => {
              const { list } = await app.query<{ list: List }>(query, { filter, orderBy, ...page });
              expect(list).toMatchObject({ totalCount: expected.length, totalCountIsExact: true });
              return list;
            };
            expect(await walkForwards(ask, forwards)).toEqual(expected);
            expect(await walkBackwards(ask, backwards)).toEqual(expected);
          }
        },
      );
      await fc.assert(property, { numRuns: 6 });
    },
    60_000,
  );
});
