import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getIntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { views } from '../../../bench/dashboards/views.ts';
import { defaultLimits, type Limits } from '../../../src/access/limits.ts';
import { AppError } from '../../../src/errors.ts';
import { type Counted, operationCounter } from '../../../src/graphql/limits/limit-operations.ts';
import { buildSchema } from '../../../src/graphql/schema.ts';
import { projectFile } from '../../../src/project-file.ts';

const schema = buildSchema();
const defaults = { timeZone: 'Asia/Kolkata' };
const counter = (limits: Partial<Limits> = {}) =>
  operationCounter({ schema, limits: { ...defaultLimits, ...limits }, defaults });
const count = counter();

type Given = { variables?: Record<string, unknown>; operationName?: string; limits?: Partial<Limits> };

function counted(query: string, { variables = {}, operationName, limits }: Given = {}): Counted {
  const found = (limits ? counter(limits) : count)({ query, operationName, variables });
  if (!found) throw new Error('there was nothing to count');
  return found;
}

const costOf = (query: string, given?: Given) => counted(query, given).cost;
const shapeOf = (query: string, given?: Given) => counted(query, given).shape;

/** What a query is refused with; null where it is not. */
function refusalOf(query: string, given?: Given): Record<string, unknown> | null {
  try {
    counted(query, given);
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.message).toMatch(/ has (more than )?\d+ .+\. Allowed: (at most \d+|one)/);
    return { code: error.code, ...error.details };
  }
}

const repeat = (times: number, text: (i: number) => string) =>
  Array.from({ length: times }, (_, i) => text(i)).join(' ');
const month = 'range: { between: { from: "2026-01-01T00:00:00+05:30", to: "2026-02-01T00:00:00+05:30" } }';

describe('fields, aliases, directives and depth', () => {
  test('fragments count where they are spread', () => {
    const { fields, aliases, directives, depth } = shapeOf(`
      query { accounts { ...A } again: accounts { ...A ...A } }
      fragment A on Account { called: name @include(if: true) ... on Node { id } ...B }
      fragment B on Account { region }
    `);
    expect({ fields, aliases, directives, depth }).toEqual({ fields: 2 + 3 * 3, aliases: 4, directives: 3, depth: 2 });
  });

  test('what @skip or @include leaves out does not count, by literals, variables and their defaults', () => {
    const query = `query ($yes: Boolean = true, $no: Boolean!) {
      accounts { name id @skip(if: $yes) region @include(if: $no) timeZone @skip(if: $no) provider @include(if: false) }
    }`;
    expect(shapeOf(query, { variables: { no: false } }).fields).toBe(3);
    expect(shapeOf(query, { variables: { no: true, yes: false } }).fields).toBe(4);
    expect(shapeOf(query).fields).toBe(4);
  });

  test('what is inside of introspection does not count as depth', () => {
    expect(shapeOf('{ __schema { types { fields { type { ofType { ofType { name } } } } } } }').depth).toBe(1);
    const query = 'query A { ...B } fragment B on Query { __type(name: "Call") { fields { type { name } } } }';
    expect(shapeOf(query).depth).toBe(1);
  });

  test.each<[string, string, Record<string, unknown>]>([
    [
      'LIMIT_DEPTH',
      `{ ${repeat(8, () => 'calls { nodes { agent {')} name ${'}'.repeat(24)} }`,
      { asked: 25, allowed: 15 },
    ],
    ['LIMIT_ALIASES', `{ accounts { ${repeat(101, (i) => `a${i}: name`)} } }`, { asked: 101, allowed: 100 }],
    ['LIMIT_DIRECTIVES', `{ accounts { name ${repeat(51, () => '@skip(if: false)')} } }`, { asked: 51, allowed: 50 }],
    ['LIMIT_ROOT_FIELDS', `{ ${repeat(31, () => '__typename')} }`, { asked: 31, allowed: 30 }],
    ['LIMIT_TOKENS', `{ accounts { ${'name '.repeat(3996)} } }`, { asked: 4001, allowed: 4000 }],
    ['LIMIT_TOKENS', `{ accounts { name } } ${'\n'.repeat(4000)}`, { asked: 4001, allowed: 4000 }],
    [
      'LIMIT_MUTATIONS',
      `mutation { ${repeat(11, () => 'updateAgent(id: "a", name: "b") { id }')} }`,
      { asked: 11, allowed: 10 },
    ],
    [
      'LIMIT_FIELDS',
      `{ accounts { ...F } } ${repeat(4, (i) => `fragment ${'F'.repeat(i + 1)} on Account { ${`...${'F'.repeat(i + 2)} `.repeat(10)} }`)}
       fragment FFFFF on Account { name }`,
      { asked: 10_001, allowed: 10_000 },
    ],
  ])('%s', (limit, query, details) => {
    expect(refusalOf(query)).toEqual({ code: 'TOO_EXPENSIVE', limit, ...details });
  });

  test('__schema is asked once; two are refused, also in fragments', () => {
    expect(refusalOf('{ __schema { description } }')).toBeNull();
    const twice = '{ __schema { description } ...A } fragment A on Query { a: __schema { description } }';
    expect(refusalOf(twice)).toEqual({ code: 'TOO_EXPENSIVE', limit: '__schema', asked: 2, allowed: 1 });
  });

  test('at the limits all pass', () => {
    expect(refusalOf(`{ accounts { ${repeat(100, (i) => `a${i}: name`)} } }`)).toBeNull();
    expect(refusalOf(`{ accounts { name ${repeat(50, () => '@skip(if: false)')} } }`)).toBeNull();
    expect(refusalOf(`{ ${repeat(30, () => '__typename')} }`)).toBeNull();
    expect(refusalOf(`{ nodes(ids: [${'"a" '.repeat(3987)}]) { id } }`)).toBeNull();
  });
});

describe('rows', () => {
  const rows = (query: string, given?: Given) => costOf(query, given).rows;

  test('pages multiply along a path and are summed', () => {
    expect(rows('{ agents(first: 500) { nodes { calls(last: 20) { edges { node { id } } } } } }')).toBe(500 + 500 * 20);
    expect(rows('{ agents { nodes { id } } campaigns(first: 7) { nodes { id } } }')).toBe(50 + 7);
    expect(rows('{ agents { nodes { id } edges { node { calls { nodes { id } } } } } }')).toBe(50 + 50 + 50 * 50);
  });

  test('a list without nodes or edges counts 1', () => {
    expect(rows('{ agents(first: 100) { nodes { calls(first: 500) { totalCount } } } }')).toBe(100 + 100);
    expect(rows('{ calls(first: 500) { totalCount pageInfo { hasNextPage } } }')).toBe(1);
  });

  test('ids count, and what is asked of them, of the type of which there would be most', () => {
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { id
      ... on Agent { calls(first: 10) { nodes { id } } } ... on Campaign { calls(first: 30) { nodes { id } } } } }`;
    expect(rows(query, { variables: { ids: ['a', 'b', 'c'] } })).toBe(3 + 3 * 30);
    expect(rows('{ nodes(ids: ["a", "b"]) { id } }')).toBe(2);
    expect(rows('{ node(id: "a") { ... on Agent { calls(first: 10) { nodes { id } } } } }')).toBe(10);
  });

  test('variables count, and their defaults; null and what is left out count as the default', () => {
    const query = 'query ($n: Int = 7) { calls(first: $n) { nodes { id } } }';
    expect(rows(query)).toBe(7);
    expect(rows(query, { variables: { n: 9 } })).toBe(9);
    expect(rows(query, { variables: { n: null } })).toBe(50);
    expect(rows('query ($n: Int) { calls(first: $n) { nodes { id } } }')).toBe(50);
  });

  test('what is wrong in type or size is left to those who refuse it', () => {
    for (const n of ['x', -5, 0, 501, 1.5, [1], {}, true]) {
      expect(rows('query ($n: Int) { calls(first: $n) { nodes { id } } }', { variables: { n } })).toBeLessThan(501);
    }
  });

  test('fields that become one in the answer count once, as do those of aliases each', () => {
    const twice =
      '{ ...A ...B } fragment A on Query { calls { nodes { id } } } fragment B on Query { calls { nodes { callSid } } }';
    expect(rows(twice)).toBe(50);
    expect(rows('{ calls { nodes { id } } a: calls { nodes { id } } }')).toBe(100);
  });

  test('groups are no rows, their calls are', () => {
    expect(rows(`{ callMetrics(${month}) { breakdown(by: [AGENT], first: 20) { nodes { agent { id } } } } }`)).toBe(0);
    const calls = 'breakdown(by: [AGENT], first: 20) { nodes { calls(first: 30) { nodes { id } } } }';
    expect(rows(`{ callMetrics(${month}) { ${calls} } }`)).toBe(20 * 30);
  });

  test('more than allowed is refused, with what was asked', () => {
    const query = '{ agents(first: 500) { nodes { calls(first: 60) { nodes { id } } } } }';
    expect(refusalOf(query)).toEqual({ code: 'TOO_EXPENSIVE', limit: 'LIMIT_ROWS', asked: 30_500, allowed: 30_000 });
    expect(refusalOf(query.replace('60', '59'))).toBeNull();
  });
});

describe('filters', () => {
  const objects = (n: number) => `[${'{} '.repeat(n)}]`;

  test('each object and each value counts, those of a variable each time it is used', () => {
    const query = `query ($f: CallFilter, $in: [String!]) {
      calls(filter: $f) { totalCount } a: liveCalls(filter: $f) { totalCount }
      b: calls(filter: { callSid: { in: $in, ne: "x" }, not: { agentName: { in: $in } } }) { totalCount }
    }`;
    const f = { or: [{}, { durationSeconds: { gt: 5 } }] };
    const { filterObjects, filterValues } = costOf(query, { variables: { f, in: ['a', 'b', 'c'] } });
    expect({ filterObjects, filterValues }).toEqual({ filterObjects: 2 * 4 + 4, filterValues: 2 * 1 + 7 });
  });

  test('limits of one filter, of all, and of values', () => {
    const one = (n: number) => `calls(filter: { or: ${objects(n)} }) { totalCount }`;
    expect(refusalOf(`{ ${one(999)} }`)).toBeNull();
    expect(refusalOf(`{ ${one(1000)} }`)).toMatchObject({ limit: 'LIMIT_FILTER_OBJECTS', asked: 1001, allowed: 1000 });
    const filter = (n: number) => ({ variables: { f: { or: Array.from({ length: n }, () => ({})) } } });
    const three = `query ($f: CallFilter) { ${repeat(3, (i) => `a${i}: calls(filter: $f) { totalCount }`)} }`;
    expect(refusalOf(three, filter(665))).toBeNull();
    expect(refusalOf(three, filter(666))).toMatchObject({ limit: 'LIMIT_ALL_FILTER_OBJECTS', asked: 2001 });
    const values = (n: number) => ({ variables: { in: Array.from({ length: n }, () => 'x') } });
    const query = 'query ($in: [String!]) { calls(filter: { callSid: { in: $in, notIn: $in } }) { totalCount } }';
    expect(refusalOf(query, values(5000))).toBeNull();
    expect(refusalOf(query, values(5001))).toMatchObject({ limit: 'LIMIT_FILTER_VALUES', allowed: 10_000 });
  });
});

describe('figures', () => {
  test('a live board: its live calls are a table, as are totals of the last hour, and of each breakdown its rows and their figures', () => {
    const of = (selection: string) => costOf(`{ liveBoard { ${selection} } }`);
    expect(of('serverTime')).toMatchObject({ figures: 0, rows: 0, tables: 1 });
    expect(of('totals { ringingCount lastHour { callCount answerRate { value } } }')).toMatchObject({
      figures: 3,
      tables: 2,
    });
    const agents =
      'breakdown(by: AGENT, first: 20) { agent { name } figures { talkingCount lastHour { missedCount } } }';
    expect(of(`totals { ringingCount } ${agents} a: ${agents}`)).toMatchObject({ figures: 81, rows: 0, tables: 5 });
    expect(of('breakdown(by: ACCOUNT, first: 10000) { account { name } }')).toMatchObject({ figures: 500, tables: 2 });
    expect(of('breakdown(by: ACCOUNT) { account { name } }').figures).toBe(50);
  });

  const figures = (selection: string, args = month) => costOf(`{ callMetrics(${args}) { ${selection} } }`).figures;

  test('buckets times groups times metrics', () => {
    expect(figures('totals { callCount answerRate { value numerator } }')).toBe(3);
    expect(
      figures('timeSeries(interval: DAY) { metrics { callCount missedCount } }', `${month}, timeZone: "Asia/Kolkata"`),
    ).toBe(62);
    expect(figures('heatMap { metrics { callCount } }')).toBe(168);
    expect(figures('breakdown(by: [AGENT], first: 20) { nodes { metrics { callCount } } other { callCount } }')).toBe(
      21,
    );
    const series = 'timeSeries(interval: DAY) { metrics { callCount missedCount } }';
    expect(figures(`breakdown(by: [AGENT], first: 20) { nodes { ${series} } }`)).toBe(20 * 31 * 2);
    expect(figures('breakdown(by: [AGENT]) { edges { node { metrics { callCount } } } }')).toBe(50);
  });

  test('percentiles and each bin of a histogram', () => {
    expect(figures('totals { talkTime { a: percentile(p: 50) b: percentile(p: 90) } }')).toBe(2);
    expect(figures('totals { talkTime { histogram(bounds: [1, 2, 3]) { count } } }')).toBe(4);
    expect(figures('totals { talkTime { histogram(bounds: [1, 2, 3]) { from to count } } }')).toBe(12);
  });

  test('of every row of a list', () => {
    expect(costOf(`{ agents(first: 30) { nodes { metrics(${month}) { callCount missedCount } } } }`).figures).toBe(60);
  });

  test('buckets without metrics count, too', () => {
    expect(figures('timeSeries(interval: DAY) { label }')).toBe(31);
    expect(figures('breakdown(by: [AGENT]) { nodes { agent { name } } }')).toBe(50);
  });

  test('ranges of every kind, and the one to compare with', () => {
    const days = 'timeSeries(interval: DAY) { metrics { callCount } }';
    expect(figures(days, 'range: { calendar: YESTERDAY }')).toBe(1);
    expect(
      figures('timeSeries(interval: HOUR) { metrics { callCount } }', 'range: { last: "PT24H" }'),
    ).toBeLessThanOrEqual(25);
    expect(figures(`compare(to: SAME_PERIOD_LAST_YEAR) { ${days} }`)).toBe(31);
    expect(figures(days, 'range: { last: "nonsense" }')).toBe(1);
  });

  test('what is refused when it is read, with what is allowed, is left to that', () => {
    const century = 'range: { between: { from: "1930-01-01T00:00:00Z", to: "2030-01-01T00:00:00Z" } }';
    expect(figures('timeSeries(interval: QUARTER_HOUR) { metrics { callCount } }', century)).toBe(1);
    const bounds = Array.from({ length: 101 }, (_, i) => i).join();
    expect(figures(`totals { callCount talkTime { histogram(bounds: [${bounds}]) { count } } }`)).toBe(2);
  });

  test('too many are refused: a hundred bounds in a series', () => {
    const bounds = Array.from({ length: 99 }, (_, i) => i + 1).join();
    const query = `{ callMetrics(range: { last: "P1Y" }) {
      timeSeries(interval: HOUR) { metrics { talkTime { histogram(bounds: [${bounds}]) { from to count } } } } } }`;
    expect(refusalOf(query)).toMatchObject({ code: 'TOO_EXPENSIVE', limit: 'LIMIT_FIGURES', allowed: 200_000 });
  });

  test('columns of a table: the different ones', () => {
    const percentiles = (n: number) => repeat(n, (i) => `p${i}: percentile(p: ${i + 1})`);
    const totals = (n: number) => `{ callMetrics(${month}) { totals { talkTime { ${percentiles(n)} } callCount } } }`;
    expect(refusalOf(totals(98))).toBeNull();
    expect(refusalOf(totals(98).replace('callCount', 'callCount missedCount answeredCount'))).toEqual({
      code: 'TOO_EXPENSIVE',
      limit: 'LIMIT_COLUMNS',
      asked: 101,
      allowed: 100,
    });
    const same = repeat(90, (i) => `a${i}: talkTime { sum count percentile(p: 50) }`);
    expect(refusalOf(`{ callMetrics(${month}) { totals { ${same} } } }`)).toBeNull();
  });

  test('tables', () => {
    const compared = (n: number) => repeat(n, (i) => `a${i}: compare(to: PREVIOUS_PERIOD) { totals { callCount } }`);
    expect(
      costOf(`{ callMetrics(${month}) { ${compared(5)} totals { callCount peakConcurrentCalls erlangs } } }`).tables,
    ).toBe(7);
  });
});

describe('introspection', () => {
  test('counts as its objects; all of it has room', () => {
    const { rows } = costOf(
      getIntrospectionQuery({
        inputValueDeprecation: true,
        oneOf: true,
        specifiedByUrl: true,
        schemaDescription: true,
        directiveIsRepeatable: true,
      }),
    );
    expect(rows).toBeGreaterThan(1000);
    expect(rows).toBeLessThan(defaultLimits.LIMIT_ROWS / 2);
  });

  test('lists in lists are refused', () => {
    const again = 'possibleTypes { interfaces { '.repeat(5);
    const query = `{ __schema { types { ${again} name ${'} } '.repeat(5)} } } }`;
    expect(refusalOf(query)).toMatchObject({ limit: 'LIMIT_ROWS' });
  });
});

describe('what GraphQL’s own rules compare', () => {
  const named = (count: number, on: string, body: string) =>
    repeat(count, (i) => `fragment F${i} on ${on} { ${body} }`);

  test('fragments and the places where they are spread count in the whole document', () => {
    const query = (n: number) => `{ accounts { ${repeat(n, (i) => `...F${i}`)} } } ${named(n, 'Account', 'name')}`;
    expect(refusalOf(query(75))).toBeNull();
    expect(refusalOf(query(76))).toEqual({ code: 'TOO_EXPENSIVE', limit: 'LIMIT_FRAGMENTS', asked: 152, allowed: 150 });
    const elsewhere = `{ accounts { name } } query B { accounts { ${repeat(75, (i) => `...F${i}`)} ...F0 } }`;
    const asked = { operationName: 'B' };
    expect(refusalOf(`query A ${elsewhere} ${named(75, 'Account', 'name')}`, asked)).toMatchObject({ asked: 151 });
  });

  test.each<[number, string]>([
    [0, '{ accounts { name id } calls { nodes { id } } }'],
    [3, '{ accounts { name name name } }'],
    [0, '{ accounts { name a: name b: name } }'],
    [1, '{ accounts { a: name a: id } }'],
    [1 + 1 + 6, '{ calls { nodes { id id } } calls { nodes { id id } } }'],
    [3, '{ accounts { name name @skip(if: true) ... on Account { name } } }'],
    [3, '{ accounts { name ...F ...F ...G } } fragment F on Account { name } fragment G on Account { name }'],
    [1 + 1, '{ accounts { ...F } } fragment F on Account { name ...G } fragment G on Account { name }'],
    [
      1 + 1,
      '{ ...F } fragment F on Query { accounts { name } ...G } fragment G on Query { calls { nodes { id id } } }',
    ],
    [1, 'query A { accounts { name } } query B { accounts { name name } }'],
  ])('%i pairs: %s', (pairs, query) => {
    const limits = { LIMIT_FIELD_PAIRS: pairs };
    const asked = query.includes('query A') ? { operationName: 'A' } : {};
    expect(refusalOf(query, { ...asked, limits })).toBeNull();
    if (pairs === 0) return;
    const refusal = { limit: 'LIMIT_FIELD_PAIRS', asked: pairs, allowed: pairs - 1 };
    expect(refusalOf(query, { ...asked, limits: { LIMIT_FIELD_PAIRS: pairs - 1 } })).toMatchObject(refusal);
  });

  test('fragments that grow without end are counted to the end of what is allowed', () => {
    const doubling = (on: string) =>
      repeat(40, (i) => `fragment F${i} on ${on} { a { ...F${i + 1} } b { ...F${i + 1} } }`);
    expect(refusalOf(`{ ...F0 @skip(if: true) __typename } ${doubling('Query')}`)).toMatchObject({
      limit: 'LIMIT_FIELDS',
    });
  });
});

describe('what is asked in earnest passes', () => {
  const folder = projectFile('docs', 'queries');
  test.each(readdirSync(folder).filter((name) => name.endsWith('.graphql')))('docs/queries/%s', (file) => {
    expect(refusalOf(readFileSync(join(folder, file), 'utf8'))).toBeNull();
  });

  test('the largest question of the dashboards has ten times its room', () => {
    const limit = {
      rows: 'LIMIT_ROWS',
      figures: 'LIMIT_FIGURES',
      filterObjects: 'LIMIT_ALL_FILTER_OBJECTS',
      filterValues: 'LIMIT_FILTER_VALUES',
      fields: 'LIMIT_FIELDS',
      aliases: 'LIMIT_ALIASES',
      tables: 'LIMIT_TABLES',
    } as const;
    const all = views.flatMap(({ questions }) =>
      questions.map(({ query, variables }) => {
        const { cost, shape } = counted(query, { variables });
        return { ...cost, ...shape };
      }),
    );
    expect(all.length).toBeGreaterThan(100);
    for (const [name, setting] of Object.entries(limit) as [keyof typeof limit, keyof Limits][]) {
      expect(Math.max(...all.map((one) => one[name])) * 10, name).toBeLessThanOrEqual(defaultLimits[setting]);
    }
  });
});
