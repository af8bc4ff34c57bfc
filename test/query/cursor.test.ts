import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agents, campaigns } from '../../src/participants/participants.table.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls, insertRows } from '../support/factories.ts';
import { cursors, toGlobalId } from '../support/seals.ts';

let app: TestApp;
let asha: string;
let ravi: string;

beforeAll(async () => {
  app = await startApp();
  const { account, database } = app;
  const accountId = account.id;
  const stored = await insertRows(database.db, agents, [
    { accountId, name: 'Asha', number: '1', lastCallAt: '2026-01-01T00:00:00.000Z' },
    { accountId, name: 'Ravi', number: '2', lastCallAt: '2026-01-01T00:00:00.000Z' },
    { accountId, number: '3' },
  ]);
  await insertRows(database.db, campaigns, [
    { accountId, campaignCode: '1' },
    { accountId, campaignCode: '2' },
  ]);
  [asha = '', ravi = ''] = stored.map(({ id }) => toGlobalId('Agent', id));
  await insertCalls(
    database.db,
    stored.flatMap(({ id }, i) => [
      aCall({ accountId, agentId: id, callSid: `call-${3 * i + 1}`, talkSeconds: 5 }),
      aCall({ accountId, agentId: id, callSid: `call-${3 * i + 2}`, direction: 'OUTBOUND' }),
      aCall({ accountId, agentId: id, callSid: `call-${3 * i + 3}`, status: 'RINGING', waitSeconds: null }),
    ]),
  );
});
afterAll(() => app.close());

/** A list as it is asked for, `$after` and `$before` being its cursors. */
type Asked = { field: string; args?: string; within?: [string, string] };

function queryOf({ field, args = '', within = ['', ''] }: Asked, page: string): string {
  return `query ($cursor: String) {
    ${within[0]} list: ${field}(${args} ${page}) { edges { cursor node { __typename } } } ${within[1]}
  }`;
}

const ofAgent = (id: string): [string, string] => [`agent(id: "${id}") {`, '}'];
const inMetrics = (rest = ''): [string, string] => [
  `callMetrics(range: { between: { from: "2025-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z" } } ${rest}) {`,
  '}',
];

type List = { edges: { cursor: string }[] };

async function firstCursor(asked: Asked): Promise<string> {
  const data = await app.query<Record<string, List | Record<string, List>>>(queryOf(asked, 'first: 1, after: $cursor'));
  const [found] = Object.values(data);
  const list = (found && 'edges' in found ? found : found?.list) as List;
  return list.edges[0]?.cursor ?? '';
}

async function expectRefused(asked: Asked, cursor: string, argument: 'after' | 'before' = 'after'): Promise<void> {
  const size = argument === 'after' ? 'first' : 'last';
  const { data, errors } = await app.ask(queryOf(asked, `${size}: 1, ${argument}: $cursor`), { cursor });
  expect(errors?.map(({ extensions }) => extensions)).toEqual([
    { code: 'BAD_USER_INPUT', argument: [argument], allowed: expect.stringContaining('cursor') },
  ]);
  const [found] = Object.values(data ?? {});
  expect(found === null || (found as Record<string, unknown>).list === null).toBe(true);
}

async function expectTaken(asked: Asked, cursor: string): Promise<void> {
  const { errors } = await app.ask(queryOf(asked, 'first: 1, after: $cursor'), { cursor });
  expect(errors).toBeUndefined();
}

const filtered = 'filter: { direction: { eq: INBOUND }, talkSeconds: { gt: 1, lt: 9 } }';

describe('a cursor is refused by another list', () => {
  const calls = { field: 'calls' };
  test.each<[string, Asked, Asked]>([
    ['another sort key', calls, { field: 'calls', args: 'orderBy: { field: UPDATED_AT }' }],
    ['the other direction', calls, { field: 'calls', args: 'orderBy: { direction: ASC }' }],
    ['a filter', calls, { field: 'calls', args: filtered }],
    ['no filter', { field: 'calls', args: filtered }, calls],
    [
      'another filter',
      { field: 'calls', args: 'filter: { callSid: { in: ["call-1", "call-2"] } }' },
      { field: 'calls', args: 'filter: { callSid: { in: ["call-1", "call-3"] } }' },
    ],
    ['live calls', { field: 'calls', args: 'filter: { status: { eq: RINGING } }' }, { field: 'liveCalls' }],
    ['all calls', { field: 'liveCalls' }, calls],
    ['the same query of campaigns', { field: 'agents' }, { field: 'campaigns' }],
    ['agents by call', { field: 'agents' }, { field: 'agents', args: 'orderBy: { field: LAST_CALL_AT }' }],
    ['agents backwards', { field: 'agents' }, { field: 'agents', args: 'orderBy: { direction: DESC }' }],
    ['some agents', { field: 'agents' }, { field: 'agents', args: 'filter: { name: { eq: "Asha" } }' }],
    [
      'groups by another key',
      { field: 'breakdown', args: 'by: [AGENT]', within: inMetrics() },
      { field: 'breakdown', args: 'by: [DIRECTION]', within: inMetrics() },
    ],
    [
      'groups by the same keys the other way round',
      { field: 'breakdown', args: 'by: [AGENT, DIRECTION]', within: inMetrics() },
      { field: 'breakdown', args: 'by: [DIRECTION, AGENT]', within: inMetrics() },
    ],
    [
      'groups in another order',
      { field: 'breakdown', args: 'by: [AGENT]', within: inMetrics() },
      { field: 'breakdown', args: 'by: [AGENT], orderBy: { metric: MISSED_COUNT }', within: inMetrics() },
    ],
    [
      'groups of other calls',
      { field: 'breakdown', args: 'by: [AGENT]', within: inMetrics() },
      { field: 'breakdown', args: 'by: [AGENT]', within: inMetrics(filtered) },
    ],
    ['groups', calls, { field: 'breakdown', args: 'by: [AGENT]', within: inMetrics() }],
    ['calls', { field: 'breakdown', args: 'by: [AGENT]', within: inMetrics() }, calls],
  ])('%s', async (_name, made, used) => {
    const cursor = await firstCursor(made);
    await expectTaken(made, cursor);
    await expectRefused(used, cursor);
    if (used.field !== 'breakdown') await expectRefused(used, cursor, 'before');
  });

  test("the calls of another agent, and of all, refuse an agent's", async () => {
    const ofAsha = { field: 'calls', within: ofAgent(asha) };
    const cursor = await firstCursor(ofAsha);
    await expectTaken(ofAsha, cursor);
    await expectRefused({ field: 'calls', within: ofAgent(ravi) }, cursor);
    await expectRefused(calls, cursor);
    const byId = `filter: { agentId: { eq: "${asha}" } }`;
    await expectRefused({ field: 'calls', args: byId }, cursor);
  });
});

describe('a cursor is taken by the same list, however it is written', () => {
  const groups = (args: string, rest = ''): Asked => ({ field: 'breakdown', args, within: inMetrics(rest) });
  test.each<[string, Asked, Asked]>([
    [
      'keys in another order',
      { field: 'calls', args: 'filter: { talkSeconds: { gte: 0, lt: 9 }, direction: { eq: INBOUND } }' },
      { field: 'calls', args: 'filter: { direction: { eq: INBOUND }, talkSeconds: { lt: 9, gte: 0 } }' },
    ],
    [
      'the default order',
      { field: 'calls' },
      { field: 'calls', args: 'orderBy: { direction: DESC, field: STARTED_AT }' },
    ],
    ['an order of defaults', { field: 'calls' }, { field: 'calls', args: 'orderBy: {}' }],
    ['a null order', { field: 'calls' }, { field: 'calls', args: 'orderBy: null' }],
    ['a null filter', { field: 'calls' }, { field: 'calls', args: 'filter: null' }],
    ['a null filter of agents', { field: 'agents' }, { field: 'agents', args: 'filter: null, orderBy: null' }],
    ['another page size', { field: 'calls', args: '' }, { field: 'calls' }],
    ['the default order of groups', groups('by: [AGENT]'), groups('by: [AGENT], orderBy: { metric: CALL_COUNT }')],
    ['a null order of groups', groups('by: [AGENT]'), groups('by: [AGENT], orderBy: null')],
    ['a null filter of groups', groups('by: [AGENT]'), groups('by: [AGENT]', 'filter: null')],
    ['a null time zone of groups', groups('by: [AGENT]'), groups('by: [AGENT]', 'timeZone: null')],
    [
      'a filter with keys in another order',
      groups('by: [AGENT]', 'filter: { direction: { eq: INBOUND }, status: { eq: COMPLETED } }'),
      groups('by: [AGENT]', 'filter: { status: { eq: COMPLETED }, direction: { eq: INBOUND } }'),
    ],
  ])('%s', async (_name, made, used) => {
    await expectTaken(used, await firstCursor(made));
    await expectTaken(made, await firstCursor(used));
  });

  test('by variables', async () => {
    const inline = await firstCursor({ field: 'calls', args: filtered });
    const query = `query ($filter: CallFilter, $gt: Int, $unset: Int, $after: String) {
      whole: calls(filter: $filter, first: 1, after: $after) { nodes { id } }
      parts: calls(
        filter: { talkSeconds: { lt: 9, gt: $gt, ne: $unset }, direction: { eq: INBOUND } }, first: 1, after: $after
      ) { nodes { id } }
    }`;
    const filter = { talkSeconds: { lt: 9, gt: 1 }, direction: { eq: 'INBOUND' } };
    const { errors } = await app.ask(query, { filter, gt: 1, after: inline });
    expect(errors).toBeUndefined();
  });
});

describe('what is no cursor, or was forged, is refused', () => {
  const garbage = ['', ' ', 'x', 'nonsense', '%%%', '\u0000', 'bm9uc2Vuc2U', '12345', 'null', '😀'];
  const plain = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const seal = (...parts: unknown[]) => cursors.seal(JSON.stringify(parts));
  const nameIn = (cursor: string) => JSON.parse(cursors.open(cursor) ?? '')[0] as string;

  test.each(garbage)('%j', async (cursor) => {
    await expectRefused({ field: 'calls' }, cursor);
    await expectRefused({ field: 'calls' }, cursor, 'before');
    await expectRefused({ field: 'agents' }, cursor);
    await expectRefused({ field: 'breakdown', args: 'by: [AGENT]', within: inMetrics() }, cursor);
  });

  test.each<[string, unknown]>([
    ['an object', { list: 'calls' }],
    ['a number', 5],
    ['nothing', []],
    ['a list of lists', [[1]]],
  ])('%s in a cursor', async (_name, content) => {
    const cursor = plain(content);
    await expectRefused({ field: 'calls' }, cursor);
    await expectRefused({ field: 'breakdown', args: 'by: [AGENT]', within: inMetrics() }, cursor);
  });

  test('a cursor that is not encrypted, as they were once', async () => {
    const list = { field: 'calls' };
    const [name, ...place] = JSON.parse(cursors.open(await firstCursor(list)) ?? '');
    await expectTaken(list, seal(name, ...place));
    await expectRefused(list, plain(name, ...place));
  });

  test('a cursor of which a character is another', async () => {
    const list = { field: 'calls' };
    const cursor = await firstCursor(list);
    for (let at = 0; at < cursor.length; at += 7) {
      const other = cursor[at] === 'A' ? 'B' : 'A';
      await expectRefused(list, cursor.slice(0, at) + other + cursor.slice(at + 1));
    }
  });

  // What the service gave out itself, for a list of another shape, before it changed.
  const now = '2026-01-05T10:00:00.000Z';
  test.each<[string, string, unknown[]]>([
    ['no place', 'STARTED_AT', []],
    ['no id', 'STARTED_AT', [now]],
    ['more than a place', 'STARTED_AT', [now, 1, 1]],
    ['a missing key where none can be missing', 'STARTED_AT', [null, 1]],
    ['a key that is no instant', 'STARTED_AT', ['yesterday', 1]],
    ['an instant in another spelling', 'STARTED_AT', ['2026-01-05 10:00:00+00', 1]],
    ['an instant after all instants', 'STARTED_AT', ['+10000-01-01T00:00:00.000Z', 1]],
    ['a number for an instant', 'STARTED_AT', [5, 1]],
    ['an id that is text', 'STARTED_AT', [now, '1']],
    ['an id that is missing', 'STARTED_AT', [now, null]],
    ['a fraction of an id', 'STARTED_AT', [now, 1.5]],
    ['an id below one', 'STARTED_AT', [now, -1]],
    ['an id beyond all', 'STARTED_AT', [now, 1e300]],
    ['an instant for a number', 'TALK_SECONDS', [now, 1]],
    ['text for a number', 'TALK_SECONDS', ['5', 1]],
    ['a fraction for a whole number', 'TALK_SECONDS', [1.5, 1]],
    ['a number beyond all', 'TALK_SECONDS', [2 ** 31, 1]],
    ['an object for a key', 'TALK_SECONDS', [{}, 1]],
    ['true for a key', 'TALK_SECONDS', [true, 1]],
  ])('%s: by %s', async (_name, field, place) => {
    const list = { field: 'calls', args: `orderBy: { field: ${field} }` };
    const cursor = seal(nameIn(await firstCursor(list)), ...place);
    await expectRefused(list, cursor);
    await expectRefused(list, cursor, 'before');
  });

  test.each<[string, unknown[]]>([
    ['a number for a name', [5, 1]],
    ['a name that no database holds', ['a\u0000b', 1]],
    ['half a letter', ['\ud800', 1]],
  ])('%s', async (_name, place) => {
    const list = { field: 'agents' };
    await expectRefused(list, seal(nameIn(await firstCursor(list)), ...place));
  });

  test.each<[string, unknown[]]>([
    ['no place', []],
    ['a place in fewer dimensions', [3, 'asha', 1]],
    ['a place in more dimensions', [3, 'asha', 1, 'INBOUND', 'INBOUND', 1, 1]],
    ['text for a figure', ['many', 'asha', 1, 'INBOUND', 'INBOUND']],
    ['a number for a name', [3, 5, 1, 'INBOUND', 'INBOUND']],
    ['text for an id', [3, 'asha', 'one', 'INBOUND', 'INBOUND']],
    ['a number for a word', [3, 'asha', 1, 'INBOUND', 7]],
    ['a list for a name', [3, ['asha'], 1, 'INBOUND', 'INBOUND']],
  ])('of groups, %s', async (_name, place) => {
    const list = { field: 'breakdown', args: 'by: [AGENT, DIRECTION]', within: inMetrics() };
    await expectRefused(list, seal(nameIn(await firstCursor(list)), ...place));
  });
});

describe('how much of a list is asked for', () => {
  test.each<[string, (string | number)[]]>([
    ['first: 0', ['first']],
    ['first: -1', ['first']],
    ['first: 501', ['first']],
    ['last: 0', ['last']],
    ['last: -1', ['last']],
    ['last: 501', ['last']],
    ['first: 1, last: 1', ['last']],
  ])('%s is refused', async (page, argument) => {
    for (const field of ['calls', 'liveCalls', 'agents', 'campaigns', 'callGroups', 'virtualNumbers', 'customers']) {
      const { data, errors } = await app.ask(`{ list: ${field}(${page}) { nodes { id } } }`);
      expect(data).toEqual({ list: null });
      expect(errors?.map(({ extensions }) => extensions)).toEqual([
        { code: 'BAD_USER_INPUT', argument, allowed: expect.any(String) },
      ]);
    }
  });

  test.each(['first: 0', 'first: -1', 'first: 501'])('%s groups are refused', async (page) => {
    const [open, close] = inMetrics();
    const { errors } = await app.ask(`{ ${open} breakdown(by: [AGENT], ${page}) { totalCount } ${close} }`);
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'BAD_USER_INPUT', argument: ['first'], allowed: expect.any(String) },
    ]);
  });

  test('null for an argument of a page is as if it was left out', async () => {
    const { data, errors } = await app.ask(
      '{ calls(first: null, after: null, last: null, before: null) { nodes { id } } all: calls(first: 500) { nodes { id } } }',
    );
    expect(errors).toBeUndefined();
    expect(data?.calls).toEqual(data?.all);
  });
});
