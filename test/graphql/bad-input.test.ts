import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GraphqlAnswer, startApp, type TestApp } from '../support/app.ts';
import { toGlobalId } from '../support/seals.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const january = 'range: { between: { from: "2023-01-01T00:00:00Z", to: "2023-02-01T00:00:00Z" } }';
const instant = expect.stringContaining('RFC 3339');
const value = 'a value, or leave it out';
const cursor = 'a cursor of this very list: same order, same filter, and a key that may see the same';
const directions = 'INBOUND, OUTBOUND, UNKNOWN';

type Path = (string | number)[];
type Allowed = string | ReturnType<typeof expect.stringContaining>;

/** Asks with a field that must always answer beside what is tried. */
function askBeside(selection: string, declared = '', variables: Record<string, unknown> = {}): Promise<GraphqlAnswer> {
  return app.ask(`query${declared && `(${declared})`} { ${selection} beside: accounts { name } }`, variables);
}

/** The one error of an answer, whose sibling answered where the service itself, not GraphQL, refused the value. */
function expectRefused({ status, data, errors }: GraphqlAnswer, argument: Path, allowed: Allowed): void {
  expect(errors).toHaveLength(1);
  const [error] = errors ?? [];
  expect(error?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument, allowed });
  if (error?.path) {
    expect(status).toBe(200);
    expect(data?.beside).toEqual([{ name: 'default' }]);
  } else {
    expect(status).toBe(400);
    expect(data).toBeUndefined();
  }
}

/** Writes a value as a literal of the query language. */
function literal(input: unknown): string {
  if (input === null || typeof input !== 'object') return isWord(input) ? String(input) : JSON.stringify(input);
  if (Array.isArray(input)) return `[${input.map(literal).join(', ')}]`;
  return `{ ${Object.entries(input)
    .map(([name, inner]) => `${name}: ${literal(inner)}`)
    .join(', ')} }`;
}

/** Rows of a table, each led by a short name of its first columns. */
function named<Row extends unknown[]>(columns: number, rows: Row[]): [name: string, ...Row][] {
  const short = (value: unknown) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.length > 90 ? `${text.slice(0, 90)} … (${text.length})` : text;
  };
  return rows.map((row) => [row.slice(0, columns).map(short).join(' '), ...row]);
}

const words = new Set(['INBOUND', 'UP', 'TODAY', 'NEVER', 'AGENT', 'NOWHERE', 'NAME']);
const isWord = (input: unknown) => typeof input === 'string' && words.has(input);

describe('a filter says where it is wrong and what is allowed', () => {
  const deep = (levels: number): object => (levels === 0 ? {} : { not: deep(levels - 1) });
  const deepAnd = (levels: number): object => (levels === 0 ? {} : { and: [{}, deepAnd(levels - 1)] });
  const many = Array(251).fill('a');

  // What a variable and a literal of the same value are answered, alike.
  test.each(
    named<[filter: object, argument: Path, allowed: Allowed]>(1, [
      [{ startedAt: { gte: 'yesterday' } }, ['startedAt', 'gte'], instant],
      [{ startedAt: { gte: '2023-01-01' } }, ['startedAt', 'gte'], instant],
      [{ startedAt: { gt: '2023-02-30T00:00:00Z' } }, ['startedAt', 'gt'], instant],
      [{ startedAt: { lt: '2023-01-01T00:00:00' } }, ['startedAt', 'lt'], instant],
      [{ startedAt: { lte: '2023-01-01T00:00:00.0001Z' } }, ['startedAt', 'lte'], instant],
      [{ endedAt: { gte: '2023-01-01T24:00:00Z' } }, ['endedAt', 'gte'], instant],
      [{ updatedAt: { gte: 1672531200 } }, ['updatedAt', 'gte'], instant],
      [{ updatedAt: { gte: 1.5 } }, ['updatedAt', 'gte'], instant],
      [{ updatedAt: { gte: true } }, ['updatedAt', 'gte'], instant],
      [{ updatedAt: { gte: '' } }, ['updatedAt', 'gte'], instant],
      [{ updatedAt: { gte: ['2023-01-01T00:00:00Z'] } }, ['updatedAt', 'gte'], instant],
      [{ updatedAt: { gte: { year: 2023 } } }, ['updatedAt', 'gte'], instant],
      [{ updatedAt: { gte: null } }, ['updatedAt', 'gte'], value],
      [{ updatedAt: { isNull: null } }, ['updatedAt', 'isNull'], value],
      [{ updatedAt: null }, ['updatedAt'], value],
      [{ updatedAt: 5 }, ['updatedAt'], 'a value of type DateTimeFilter'],
      [{ updatedAt: { after: 5 } }, ['updatedAt', 'after'], 'a field of DateTimeFilter: gte, gt, lt, lte, isNull'],

      [{ callSid: { eq: null } }, ['callSid', 'eq'], value],
      [{ callSid: { ne: null } }, ['callSid', 'ne'], value],
      [{ callSid: { in: null } }, ['callSid', 'in'], value],
      [{ callSid: { notIn: null } }, ['callSid', 'notIn'], value],
      [{ callSid: { startsWith: null } }, ['callSid', 'startsWith'], value],
      [{ callSid: { contains: null } }, ['callSid', 'contains'], value],
      [{ callSid: { in: ['a', null] } }, ['callSid', 'in', 1], 'a value of type String!'],
      [{ callSid: { notIn: [null, 'a'] } }, ['callSid', 'notIn', 0], 'a value of type String!'],
      [{ callSid: { in: many } }, ['callSid', 'in'], 'at most 250'],
      [{ callSid: { notIn: many } }, ['callSid', 'notIn'], 'at most 250'],
      [{ callSid: { eq: 5 } }, ['callSid', 'eq'], 'a value of type String'],
      [{ callSid: { eq: 'a\0b' } }, ['callSid', 'eq'], 'text'],
      [{ callSid: { in: ['a', '\0'] } }, ['callSid', 'in', 1], 'text'],
      [{ agentName: { contains: '\0' } }, ['agentName', 'contains'], 'text'],
      [{ callGroupName: { startsWith: '\0' } }, ['callGroupName', 'startsWith'], 'text'],
      [{ campaignCode: { in: ['\0'] } }, ['campaignCode', 'in', 0], 'text'],

      [{ agentId: { in: ['a', null] } }, ['agentId', 'in', 1], 'a value of type ID!'],
      [{ agentId: { in: many } }, ['agentId', 'in'], 'at most 250'],
      [{ agentId: { notIn: many } }, ['agentId', 'notIn'], 'at most 250'],
      [{ agentId: { eq: null } }, ['agentId', 'eq'], value],
      [{ agentId: { eq: {} } }, ['agentId', 'eq'], 'a value of type ID'],

      [{ direction: { eq: 'UP' } }, ['direction', 'eq'], directions],
      [{ direction: { in: ['INBOUND', 'UP'] } }, ['direction', 'in', 1], directions],
      [{ direction: { in: ['INBOUND', null] } }, ['direction', 'in', 1], directions],
      [{ direction: { notIn: null } }, ['direction', 'notIn'], value],
      [{ direction: { eq: 1 } }, ['direction', 'eq'], directions],

      [{ talkSeconds: { gt: 1.5 } }, ['talkSeconds', 'gt'], 'a value of type Int'],
      [{ talkSeconds: { lt: 3_000_000_000 } }, ['talkSeconds', 'lt'], 'a value of type Int'],
      [{ talkSeconds: { in: [1, '2'] } }, ['talkSeconds', 'in', 1], 'a value of type Int!'],
      [{ talkSeconds: { notIn: [1, null] } }, ['talkSeconds', 'notIn', 1], 'a value of type Int!'],
      [{ talkSeconds: { gte: null } }, ['talkSeconds', 'gte'], value],
      [{ talkSeconds: { in: Array(251).fill(1) } }, ['talkSeconds', 'in'], 'at most 250'],

      [{ coins: { gt: 1.5 } }, ['coins', 'gt'], expect.stringContaining('"1.5"')],
      [{ coins: { eq: '1e5' } }, ['coins', 'eq'], expect.stringContaining('without exponent')],
      [{ coins: { lte: 'NaN' } }, ['coins', 'lte'], expect.stringContaining('without exponent')],
      [{ coins: { lte: '' } }, ['coins', 'lte'], expect.stringContaining('without exponent')],
      [{ coins: { lt: null } }, ['coins', 'lt'], value],

      [{ customerNumber: { eq: 9812345678 } }, ['customerNumber', 'eq'], 'text'],
      [{ customerNumber: { in: ['9812345678', null] } }, ['customerNumber', 'in', 1], 'a value of type PhoneNumber!'],
      [{ customerNumber: { in: ['9812345678', 5] } }, ['customerNumber', 'in', 1], 'text'],
      [{ customerNumber: { in: many } }, ['customerNumber', 'in'], 'at most 250'],
      [{ agentNumber: { startsWith: 'abc' } }, ['agentNumber', 'startsWith'], expect.stringContaining('digits')],
      [{ agentNumber: { endsWith: '12x' } }, ['agentNumber', 'endsWith'], expect.stringContaining('digits')],
      [{ agentNumber: { endsWith: null } }, ['agentNumber', 'endsWith'], value],

      [{ hasRecording: null }, ['hasRecording'], value],
      [{ hasRecording: 'yes' }, ['hasRecording'], 'a value of type Boolean'],
      [{ nowhere: 1 }, ['nowhere'], expect.stringMatching(/^a field of CallFilter: and, or, not, id, /)],

      [{ and: null }, ['and'], value],
      [{ or: null }, ['or'], value],
      [{ not: null }, ['not'], value],
      [{ and: [{}, null] }, ['and', 1], 'a value of type CallFilter!'],
      [{ or: [null] }, ['or', 0], 'a value of type CallFilter!'],
      [{ and: Array(251).fill({}) }, ['and'], 'at most 250'],
      [{ or: Array(251).fill({}) }, ['or'], 'at most 250'],
      [{ or: [{}, { and: [{ startedAt: { lt: 'x' } }] }] }, ['or', 1, 'and', 0, 'startedAt', 'lt'], instant],
      [{ not: { or: [{ direction: { in: [null] } }] } }, ['not', 'or', 0, 'direction', 'in', 0], directions],
      [deep(6), ['not', 'not', 'not', 'not', 'not', 'not'], expect.stringContaining('at most 5 deep')],
      [
        deepAnd(6),
        ['and', 1, 'and', 1, 'and', 1, 'and', 1, 'and', 1, 'and'],
        expect.stringContaining('at most 5 deep'),
      ],
    ]),
  )('%s', async (_name, filter, argument, allowed) => {
    const asVariable = await askBeside('calls(filter: $filter) { nodes { id } }', '$filter: CallFilter', { filter });
    expectRefused(asVariable, ['filter', ...argument], allowed);
    const asLiteral = await askBeside(`calls(filter: ${literal(filter)}) { nodes { id } }`);
    expectRefused(asLiteral, ['filter', ...argument], allowed);
    // One meaning of "filtered": metrics refuse what lists refuse.
    const inMetrics = await askBeside(`callMetrics(${january}, filter: $filter) { from }`, '$filter: CallFilter', {
      filter,
    });
    expectRefused(inMetrics, ['filter', ...argument], allowed);
  });

  test.each(
    named<[filter: object]>(1, [
      [{}],
      [{ and: [] }],
      [{ callSid: {} }],
      [deep(5)],
      [deepAnd(5)],
      [{ callSid: { in: [] } }],
      [{ callSid: { in: Array(250).fill('a') } }],
      [{ callSid: { eq: "'; drop table calls; --" } }],
      [{ agentId: { eq: 'no id of ours', ne: '', in: [toGlobalId('Call', 1)], notIn: [5] } }],
      [{ startedAt: { gte: '2023-01-01T00:00:00.123000+05:30', lt: '2023-01-01t00:00:00z' } }],
      [{ customerNumber: { eq: '', in: [], startsWith: '', endsWith: '' } }],
    ]),
  )('%s is fine', async (_name, filter) => {
    const { data, errors } = await askBeside('calls(filter: $filter) { nodes { id } }', '$filter: CallFilter', {
      filter,
    });
    expect({ data, errors }).toEqual({
      data: { calls: { nodes: [] }, beside: [{ name: 'default' }] },
      errors: undefined,
    });
  });

  test('a variable deep inside is named by where it is used', async () => {
    const inList = 'calls(filter: { and: [{}, { callSid: { in: ["a", $sid] } }] }) { nodes { id } }';
    const place: Path = ['filter', 'and', 1, 'callSid', 'in', 1];
    expectRefused(await askBeside(inList, '$sid: String!', { sid: null }), place, 'a value of type String!');
    expectRefused(await askBeside(inList, '$sid: String!', {}), place, 'a value of type String!');
    expectRefused(await askBeside(inList, '$sid: String!', { sid: 5 }), place, 'a value of type String!');
    expectRefused(await askBeside(inList, '$sid: String!', { sid: '\0' }), place, 'text');

    const sids = 'calls(filter: { and: [{}, { callSid: { in: $sids } }] }) { nodes { id } }';
    const list = place.slice(0, -1);
    expectRefused(await askBeside(sids, '$sids: [String!]', { sids: ['a', null] }), place, 'a value of type String!');
    expectRefused(await askBeside(sids, '$sids: [String!]', { sids: null }), list, value);
    expectRefused(await askBeside(sids, '$sids: [String!]', { sids: Array(251).fill('') }), list, 'at most 250');

    const parts = 'calls(filter: { or: $parts }) { nodes { id } }';
    const wrongParts = [{}, { and: [{ startedAt: { gte: 'x' } }] }];
    const wrong = await askBeside(parts, '$parts: [CallFilter!]', { parts: wrongParts });
    expectRefused(wrong, ['filter', 'or', 1, 'and', 0, 'startedAt', 'gte'], instant);
    const holes = await askBeside(parts, '$parts: [CallFilter!]', { parts: [{}, { and: [{}, null] }] });
    expectRefused(holes, ['filter', 'or', 1, 'and', 1], 'a value of type CallFilter!');
    const part = await askBeside('calls(filter: { or: [{}, $part] }) { nodes { id } }', '$part: CallFilter!', {
      part: { and: [{}, { direction: { eq: 'UP' } }] },
    });
    expectRefused(part, ['filter', 'or', 1, 'and', 1, 'direction', 'eq'], directions);

    const date = 'calls(filter: { not: { startedAt: { gte: $date } } }) { nodes { id } }';
    const at: Path = ['filter', 'not', 'startedAt', 'gte'];
    for (const wrong of ['2023', 5, true, {}, []]) {
      expectRefused(await askBeside(date, '$date: DateTime', { date: wrong }), at, instant);
    }
    expectRefused(await askBeside(date, '$date: DateTime', { date: null }), at, value);
  });

  test('a variable with a default that is given as null is refused where it is used', async () => {
    const inList = 'calls(filter: { callSid: { in: ["a", $sid] } }) { nodes { id } }';
    const answer = await askBeside(inList, '$sid: String = "b"', { sid: null });
    expectRefused(answer, ['filter'], 'a value of type CallFilter');
  });

  test('an unset variable is no filter, and so is a part that is left out', async () => {
    for (const variables of [{}, { filter: null }]) {
      const { errors } = await askBeside('calls(filter: $filter) { nodes { id } }', '$filter: CallFilter', variables);
      expect(errors).toBeUndefined();
    }
    const { errors } = await askBeside(
      'calls(filter: { callSid: { eq: $sid }, startedAt: $when }) { nodes { id } }',
      '$sid: String, $when: DateTimeFilter',
    );
    expect(errors).toBeUndefined();
  });

  test('all of many wrong values are the fault of the caller, also where GraphQL stops counting them', async () => {
    const filter = { callSid: { in: Array(60).fill(null) } };
    const { status, errors = [] } = await askBeside('calls(filter: $filter) { nodes { id } }', '$filter: CallFilter', {
      filter,
    });
    expect(status).toBe(400);
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['BAD_USER_INPUT']));
    expect(errors.every(({ extensions }) => Array.isArray(extensions.argument) && extensions.allowed)).toBe(true);
  });

  test.each(
    named<[list: string, filter: object, argument: Path, allowed: Allowed]>(2, [
      ['agents', { name: { eq: null } }, ['name', 'eq'], value],
      ['agents', { email: null }, ['email'], value],
      ['agents', { number: { startsWith: 'x' } }, ['number', 'startsWith'], expect.stringContaining('digits')],
      ['campaigns', { campaignCode: { in: ['a', null] } }, ['campaignCode', 'in', 1], 'a value of type String!'],
      ['callGroups', { firstCallAt: { lt: 'x' } }, ['firstCallAt', 'lt'], instant],
      ['virtualNumbers', { lastCallAt: { gte: 5 } }, ['lastCallAt', 'gte'], instant],
      ['customers', { id: { in: many } }, ['id', 'in'], 'at most 250'],
      [
        'customers',
        { calls: {} },
        ['calls'],
        expect.stringContaining('a field of CustomerFilter: id, accountId, name'),
      ],
    ]),
  )('of %s', async (_name, list, filter, argument, allowed) => {
    const type = `${list[0]?.toUpperCase()}${list.slice(1, -1)}Filter`;
    const asVariable = await askBeside(`${list}(filter: $filter) { nodes { id } }`, `$filter: ${type}`, { filter });
    expectRefused(asVariable, ['filter', ...argument], allowed);
    const asLiteral = await askBeside(`${list}(filter: ${literal(filter)}) { nodes { id } }`);
    expectRefused(asLiteral, ['filter', ...argument], allowed);
  });
});

describe('a page says where its arguments are wrong', () => {
  const connections = ['calls', 'liveCalls', 'agents', 'campaigns', 'callGroups', 'virtualNumbers', 'customers'];
  const sealed = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');

  test.each<[page: string, variables: Record<string, unknown>, argument: string, allowed: string]>([
    ['first: 0', { first: 0 }, 'first', '1 to 500'],
    ['first: -1', { first: -1 }, 'first', '1 to 500'],
    ['first: 501', { first: 501 }, 'first', '1 to 500'],
    ['first: -2147483648', { first: -2147483648 }, 'first', '1 to 500'],
    ['last: 0', { last: 0 }, 'last', '1 to 500'],
    ['last: -1', { last: -1 }, 'last', '1 to 500'],
    ['last: 501', { last: 501 }, 'last', '1 to 500'],
    ['first: 1, last: 1', { first: 1, last: 1 }, 'last', 'one of the two'],
    ['first: "5"', { first: '5' }, 'first', 'a value of type Int'],
    ['last: 1.5', { last: 1.5 }, 'last', 'a value of type Int'],
    ['first: 99999999999', { first: 99999999999 }, 'first', 'a value of type Int'],
    ['after: 5', { after: 5 }, 'after', 'a value of type String'],
    ['after: ""', { after: '' }, 'after', cursor],
    ['after: "what"', { after: 'what' }, 'after', cursor],
    ['before: "what"', { before: 'what' }, 'before', cursor],
    [`after: "${sealed(['x', 1])}"`, { after: sealed(['x', 1]) }, 'after', cursor],
    [`after: "${sealed({})}"`, { after: sealed({}) }, 'after', cursor],
    [`before: "${sealed([5])}"`, { before: sealed([5]) }, 'before', cursor],
  ])('%s', async (page, variables, argument, allowed) => {
    const declared = '$first: Int, $last: Int, $after: String, $before: String';
    const used = 'first: $first, last: $last, after: $after, before: $before';
    for (const list of connections) {
      expectRefused(await askBeside(`${list}(${page}) { nodes { id } }`), [argument], allowed);
      expectRefused(await askBeside(`${list}(${used}) { nodes { id } }`, declared, variables), [argument], allowed);
    }
  });

  test.each(connections)('null arguments of %s are unset ones', async (list) => {
    const { errors } = await askBeside(`${list}(first: null, last: null, after: null, before: null) { nodes { id } }`);
    expect(errors).toBeUndefined();
    const { errors: none } = await askBeside(`${list}(first: $n, last: 3) { nodes { id } }`, '$n: Int', { n: null });
    expect(none).toBeUndefined();
  });

  test.each<[orderBy: object, argument: Path, allowed: string]>([
    [{ field: null }, ['field'], 'STARTED_AT, UPDATED_AT, DURATION_SECONDS, TALK_SECONDS, WAIT_SECONDS'],
    [{ field: 'NAME' }, ['field'], 'STARTED_AT, UPDATED_AT, DURATION_SECONDS, TALK_SECONDS, WAIT_SECONDS'],
    [{ direction: 'UP' }, ['direction'], 'ASC, DESC'],
    [{ by: 'NAME' }, ['by'], 'a field of CallOrder: field, direction'],
  ])('order by %j', async (orderBy, argument, allowed) => {
    const asVariable = await askBeside('calls(orderBy: $by) { nodes { id } }', '$by: CallOrder', { by: orderBy });
    expectRefused(asVariable, ['orderBy', ...argument], allowed);
    const asLiteral = await askBeside(`calls(orderBy: ${literal(orderBy)}) { nodes { id } }`);
    expectRefused(asLiteral, ['orderBy', ...argument], allowed);
  });
});

describe('a question for metrics says where it is wrong', () => {
  const kinds = 'exactly one of between, last, calendar';
  const duration = expect.stringContaining('ISO 8601 duration');
  const from = '2023-01-01T00:00:00Z';

  test.each(
    named<[range: object | null, argument: Path, allowed: Allowed]>(1, [
      [null, [], kinds],
      [{}, [], kinds],
      [{ last: 'P1D', calendar: 'TODAY' }, [], kinds],
      [{ last: 'P1D', calendar: null }, [], kinds],
      [{ last: null }, ['last'], 'a value of type String'],
      [{ between: null }, ['between'], 'a value of type InstantRangeInput'],
      [{ calendar: 'NEVER' }, ['calendar'], expect.stringMatching(/^TODAY, YESTERDAY, THIS_WEEK, /)],
      [{ last: 5 }, ['last'], 'a value of type String'],
      [{ last: '' }, ['last'], duration],
      [{ last: 'banana' }, ['last'], duration],
      [{ last: 'P' }, ['last'], duration],
      [{ last: 'P0D' }, ['last'], duration],
      [{ last: '-P1D' }, ['last'], duration],
      [{ last: 'P1.5D' }, ['last'], duration],
      [{ last: 'P1DT' }, ['last'], duration],
      [{ last: 'P11Y' }, ['last'], duration],
      [{ last: `P${'9'.repeat(400)}D` }, ['last'], duration],
      [{ between: { from } }, ['between', 'to'], 'a value of type DateTime!'],
      [{ between: { from, to: null } }, ['between', 'to'], 'a value of type DateTime!'],
      [{ between: { from: 'x', to: from } }, ['between', 'from'], instant],
      [{ between: { from, to: 5 } }, ['between', 'to'], instant],
      [{ between: { from, to: '2023-01-01' } }, ['between', 'to'], instant],
      [{ between: { from, to: '2022-01-01T00:00:00Z' } }, ['between', 'to'], 'from or later'],
    ]),
  )('range %s', async (_name, range, argument, allowed) => {
    const asVariable = await askBeside('callMetrics(range: $range) { from }', '$range: TimeRangeInput!', { range });
    expectRefused(asVariable, ['range', ...argument], allowed);
    const asLiteral = await askBeside(`callMetrics(range: ${literal(range)}) { from }`);
    expectRefused(asLiteral, ['range', ...argument], allowed);
  });

  test('a range whose variable is unset', async () => {
    const answer = await askBeside('callMetrics(range: $range) { from }', '$range: TimeRangeInput!', {});
    expectRefused(answer, ['range'], kinds);
    for (const variables of [{}, { last: null }]) {
      const nothing = await askBeside('callMetrics(range: { last: $last }) { from }', '$last: String', variables);
      expectRefused(nothing, ['range'], kinds);
    }
    const date = 'callMetrics(range: { between: { from: $from, to: "2023-02-01T00:00:00Z" } }) { from }';
    const noDate = await askBeside(date, '$from: DateTime!', {});
    expectRefused(noDate, ['range', 'between', 'from'], 'a value of type DateTime!');
    const wrongDate = await askBeside(date, '$from: DateTime!', { from: '1 January' });
    expectRefused(wrongDate, ['range', 'between', 'from'], instant);
  });

  test.each([
    'Mars/Base',
    'asia/kolkata',
    'Asia/Kolkata ',
    'localtime',
    'Factory',
    'posix/Asia/Kolkata',
    '+05:30',
    '',
    5,
    true,
    { zone: 'UTC' },
    ['UTC'],
  ])('time zone %j', async (zone) => {
    const zones = expect.stringContaining('IANA name');
    const asVariable = await askBeside(`callMetrics(${january}, timeZone: $zone) { from }`, '$zone: TimeZone', {
      zone,
    });
    expectRefused(asVariable, ['timeZone'], zones);
    const asLiteral = await askBeside(`callMetrics(${january}, timeZone: ${literal(zone)}) { from }`);
    expectRefused(asLiteral, ['timeZone'], zones);
  });

  test.each<[number | null | string, string]>([
    [0, '1 (Monday) to 7 (Sunday)'],
    [8, '1 (Monday) to 7 (Sunday)'],
    [-1, '1 (Monday) to 7 (Sunday)'],
    [null, 'a value of type Int!'],
    ['1', 'a value of type Int!'],
  ])('weeks that start on %j', async (day, allowed) => {
    const weeks = (text: string) => `callMetrics(${january}, weekStartsOn: ${text}) { from }`;
    expectRefused(await askBeside(weeks(literal(day))), ['weekStartsOn'], allowed);
    expectRefused(await askBeside(weeks('$day'), '$day: Int!', { day }), ['weekStartsOn'], allowed);
  });

  test('a nullable variable may stand where an argument has a default; null is refused, unset is the default', async () => {
    const weeks = `callMetrics(${january}, weekStartsOn: $day) { from }`;
    expectRefused(await askBeside(weeks, '$day: Int', { day: null }), ['weekStartsOn'], 'a value of type Int!');
    const { errors } = await askBeside(weeks, '$day: Int');
    expect(errors).toBeUndefined();
  });

  const bounds = '1 to 100 strictly rising bounds';
  const seconds = '0 to 86400 seconds';

  test.each(
    named<[field: string, type: string, given: unknown, argument: Path, allowed: string]>(3, [
      ['talkTime { percentile(p: $x) }', 'Float!', 0, ['p'], 'a number above 0 and below 100'],
      ['talkTime { percentile(p: $x) }', 'Float!', 100, ['p'], 'a number above 0 and below 100'],
      ['talkTime { percentile(p: $x) }', 'Float!', -0.1, ['p'], 'a number above 0 and below 100'],
      ['talkTime { percentile(p: $x) }', 'Float!', 100.1, ['p'], 'a number above 0 and below 100'],
      ['talkTime { percentile(p: $x) }', 'Float!', null, ['p'], 'a value of type Float!'],
      ['talkTime { percentile(p: $x) }', 'Float!', '50', ['p'], 'a value of type Float!'],
      ['waitTime { histogram(bounds: $x) { count } }', '[Int!]!', [], ['bounds'], bounds],
      ['waitTime { histogram(bounds: $x) { count } }', '[Int!]!', [5, 5], ['bounds'], bounds],
      ['waitTime { histogram(bounds: $x) { count } }', '[Int!]!', [1, 5, 3], ['bounds'], bounds],
      [
        'waitTime { histogram(bounds: $x) { count } }',
        '[Int!]!',
        Array.from({ length: 101 }, (_, i) => i),
        ['bounds'],
        bounds,
      ],
      ['waitTime { histogram(bounds: $x) { count } }', '[Int!]!', [1, null], ['bounds', 1], 'a value of type Int!'],
      ['waitTime { histogram(bounds: $x) { count } }', '[Int!]!', [1, 2.5], ['bounds', 1], 'a value of type Int!'],
      ['waitTime { histogram(bounds: $x) { count } }', '[Int!]!', null, ['bounds'], 'a value of type [Int!]!'],
      ['shortAbandonedCount(shortAbandonSeconds: $x)', 'Int!', -1, ['shortAbandonSeconds'], seconds],
      ['shortAbandonedCount(shortAbandonSeconds: $x)', 'Int!', 86_401, ['shortAbandonSeconds'], seconds],
      ['abandonRate(shortAbandonSeconds: $x) { value }', 'Int!', -1, ['shortAbandonSeconds'], seconds],
      ['abandonRate(shortAbandonSeconds: $x) { value }', 'Int!', 86_401, ['shortAbandonSeconds'], seconds],
      ['serviceLevel(withinSeconds: $x) { value }', 'Int!', -1, ['withinSeconds'], seconds],
      ['serviceLevel(withinSeconds: $x) { value }', 'Int!', 86_401, ['withinSeconds'], seconds],
      ['serviceLevel(shortAbandonSeconds: $x) { value }', 'Int!', 86_401, ['shortAbandonSeconds'], seconds],
      [
        'serviceLevel(clock: $x) { value }',
        'ServiceLevelClock!',
        'NOWHERE',
        ['clock'],
        'START, LEG_A_PICKED, LEG_B_STARTED',
      ],
      [
        'serviceLevel(clock: $x) { value }',
        'ServiceLevelClock!',
        null,
        ['clock'],
        'START, LEG_A_PICKED, LEG_B_STARTED',
      ],
    ]),
  )('%s', async (_name, field, type, given, argument, allowed) => {
    const totals = (text: string) => `callMetrics(${january}) { totals { ${text} } }`;
    expectRefused(await askBeside(totals(field), `$x: ${type}`, { x: given }), argument, allowed);
    expectRefused(await askBeside(totals(field.replace('$x', literal(given)))), argument, allowed);
  });

  const dimensions = expect.stringMatching(/^ACCOUNT, AGENT, CAMPAIGN, CALL_GROUP, /);

  test.each<[by: unknown, argument: Path, allowed: Allowed]>([
    [[], ['by'], '1 to 3 different ones'],
    [['AGENT', 'CAMPAIGN', 'DIRECTION', 'DISPOSITION'], ['by'], '1 to 3 different ones'],
    [['AGENT', 'AGENT'], ['by'], '1 to 3 different ones'],
    [['AGENT', 'CAMPAIGN', 'AGENT'], ['by'], '1 to 3 different ones'],
    [['AGENT', 'NOWHERE'], ['by', 1], dimensions],
    [['AGENT', null], ['by', 1], dimensions],
    [null, ['by'], 'a value of type [CallDimension!]!'],
  ])('breakdown by %j', async (by, argument, allowed) => {
    const groups = (text: string) =>
      `callMetrics(${january}) { totals { callCount } breakdown(by: ${text}) { totalCount } }`;
    const asVariable = await askBeside(groups('$by'), '$by: [CallDimension!]!', { by });
    expectRefused(asVariable, argument, allowed);
    if (asVariable.data) expect(asVariable.data.callMetrics).toEqual({ totals: { callCount: 0 }, breakdown: null });
    const text = JSON.stringify(by).replaceAll('"', '');
    expectRefused(await askBeside(groups(text)), argument, allowed);
  });

  test.each<[page: string, argument: Path, allowed: Allowed]>([
    ['first: 0', ['first'], '1 to 500'],
    ['first: -5', ['first'], '1 to 500'],
    ['first: 501', ['first'], '1 to 500'],
    ['first: null', ['first'], 'a value of type Int!'],
    ['after: "x"', ['after'], cursor],
    ['orderBy: {}', ['orderBy', 'metric'], expect.stringMatching(/^CALL_COUNT, ANSWERED_COUNT, /)],
    ['orderBy: { metric: null }', ['orderBy', 'metric'], expect.stringMatching(/^CALL_COUNT, ANSWERED_COUNT, /)],
    ['orderBy: { metric: NOTHING }', ['orderBy', 'metric'], expect.stringMatching(/^CALL_COUNT, ANSWERED_COUNT, /)],
  ])('groups with %s', async (page, argument, allowed) => {
    const answer = await askBeside(`callMetrics(${january}) { breakdown(by: [AGENT], ${page}) { totalCount } }`);
    expectRefused(answer, argument, allowed);
  });

  test('a cursor of another list, order or question is refused', async () => {
    await app.send({ ...incoming, CallSid: '1672649960.1' });
    await app.send({ ...incoming, CallSid: '1672649960.2', SourceNumber: '9812345679', call_group: 'Sales' });
    const { calls, callMetrics } = await app.query<{
      calls: { pageInfo: { endCursor: string } };
      callMetrics: { breakdown: { pageInfo: { endCursor: string } } };
    }>(`{
      calls(first: 1) { pageInfo { endCursor } }
      callMetrics(${january}) { breakdown(by: [CALL_GROUP], first: 1) { pageInfo { endCursor } } }
    }`);
    const ofCalls = calls.pageInfo.endCursor;
    const ofGroups = callMetrics.breakdown.pageInfo.endCursor;
    for (const list of [
      `calls(after: "${ofGroups}") { nodes { id } }`,
      `calls(after: "${ofCalls}", filter: { hasRecording: true }) { nodes { id } }`,
      `calls(after: "${ofCalls}", orderBy: { field: TALK_SECONDS }) { nodes { id } }`,
      `calls(after: "${ofCalls}", orderBy: { field: STARTED_AT, direction: ASC }) { nodes { id } }`,
      `liveCalls(after: "${ofCalls}") { nodes { id } }`,
      `agents(after: "${ofCalls}") { nodes { id } }`,
      `callMetrics(${january}) { breakdown(by: [CALL_GROUP], after: "${ofCalls}") { totalCount } }`,
      `callMetrics(${january}) { breakdown(by: [AGENT], after: "${ofGroups}") { totalCount } }`,
      `callMetrics(range: { last: "P1D" }) { breakdown(by: [CALL_GROUP], after: "${ofGroups}") { totalCount } }`,
    ]) {
      expectRefused(await askBeside(list), ['after'], cursor);
    }
    const same = await askBeside(`calls(after: "${ofCalls}", filter: null) { nodes { callSid } }`);
    expect(same.data?.calls).toEqual({ nodes: [{ callSid: '1672649960.1' }] });
  });
});

const incoming = {
  CallSid: '1672649960.1',
  Direction: 'IVR',
  Status: 'ANSWER',
  SourceNumber: '9812345678',
  DestinationNumber: '01204567890',
  StartTime: '2023-01-02 14:29:20',
  EndTime: '2023-01-02 14:30:20',
};

test('a century of quarter hours is too fine, and says how many there would be and what is allowed', async () => {
  const century = 'range: { between: { from: "1923-01-01T00:00:00Z", to: "2023-01-01T00:00:00Z" } }';
  const { data, errors } = await askBeside(
    `callMetrics(${century}) { totals { callCount } timeSeries(interval: QUARTER_HOUR) { label } }`,
  );
  expect(data).toMatchObject({
    callMetrics: { totals: { callCount: expect.any(Number) }, timeSeries: null },
    beside: [{ name: 'default' }],
  });
  expect(errors).toHaveLength(1);
  expect(errors?.[0]).toMatchObject({
    path: ['callMetrics', 'timeSeries'],
    message: expect.stringMatching(/QUARTER_HOUR cuts this range into about 3\d{6} buckets, more than 10000/),
    extensions: {
      code: 'BAD_USER_INPUT',
      argument: ['interval'],
      allowed: 'WEEK, MONTH, QUARTER, YEAR, or a shorter range',
    },
  });
});

describe('a look-up of what is not there is null, never an error', () => {
  const ids = [
    '',
    'x',
    '5',
    toGlobalId('Agent', 1),
    'QWdlbnQ6MQ',
    'QWdlbnQ6MQ==',
    'Q2FsbDo5OTk5OTk',
    'Q2FsbDowMQ',
    'Q2FsbDotMQ',
    '💥',
    '%',
    'a\0',
  ];

  test.each(ids)('id %j', async (id) => {
    const fields = ['node', 'call', 'account', 'agent', 'campaign', 'callGroup', 'virtualNumber', 'customer'];
    // Of these ids one is well made, and nobody's: there is no agent yet.
    const selection = fields.map((field) => `${field}(id: $id) { id }`).join(' ');
    const { data, errors } = await app.ask(`query ($id: ID!) { ${selection} nodes(ids: [$id, $id]) { id } }`, { id });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ ...Object.fromEntries(fields.map((field) => [field, null])), nodes: [null, null] });
  });

  test('by the provider’s words', async () => {
    const { data, errors } = await app.ask(
      `query ($odd: String!, $number: PhoneNumber!) {
        no: callBySid(callSid: "nothing") { id }
        blank: callBySid(callSid: "") { id }
        odd: callBySid(callSid: $odd) { id }
        elsewhere: callBySid(callSid: "1672649960.1", accountId: "nobody") { id }
        stranger: customerByNumber(number: "+911111111111") { id }
        nobody: customerByNumber(number: "") { id }
        withheld: customerByNumber(number: "anonymous") { id }
        mask: customerByNumber(number: "99xxxxx") { id }
        words: customerByNumber(number: $number) { id }
        away: customerByNumber(number: "9812345678", accountId: "nobody") { id }
      }`,
      { odd: 'a\0\ud800', number: "'--" },
    );
    expect(errors).toBeUndefined();
    expect(new Set(Object.values(data ?? {}))).toEqual(new Set([null]));
  });

  test('a number that is no text is refused', async () => {
    expectRefused(await askBeside('customerByNumber(number: 98123) { id }'), ['number'], 'text');
    expectRefused(await askBeside('customerByNumber(number: null) { id }'), ['number'], 'a value of type PhoneNumber!');
    const answer = await askBeside('customerByNumber(number: $n) { id }', '$n: PhoneNumber!', { n: '\0' });
    expectRefused(answer, ['number'], 'text');
  });

  test('at most 250 at once', async () => {
    const nodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    const { errors } = await app.ask(nodes, { ids: Array(251).fill('a') });
    expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument: ['ids'], allowed: 'at most 250' });
    const { data } = await app.ask(nodes, { ids: Array(250).fill('a') });
    expect(data?.nodes).toHaveLength(250);
    const holes = await askBeside('nodes(ids: $ids) { id }', '$ids: [ID!]!', { ids: ['a', null] });
    expectRefused(holes, ['ids', 1], 'a value of type ID!');
  });
});
