import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { administrator } from '../../src/access/viewer.ts';
import { type Connection, type PageVariables, pageFields, walkBackwards, walkForwards } from '../query/walk-pages.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { toGlobalId } from '../support/seals.ts';

type Row = Record<string, unknown>;

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.database.db.execute(sql`truncate calls, webhook_events`);
});

const report = {
  type: 'call_report',
  CallSid: '1672649960.1',
  Direction: 'IVR',
  SourceNumber: '9812345678',
  DestinationNumber: '08062861230',
  Status: 'ANSWER',
  StartTime: '2023-01-02 14:29:20',
  EndTime: '2023-01-02 14:30:20',
};
const shown = 'kind form state reason callSid call { callSid } account { name }';

async function events(filter: Row | null = null, fields = shown): Promise<Row[]> {
  const { webhookEvents } = await app.query<{ webhookEvents: { nodes: Row[] } }>(
    `query ($filter: WebhookEventFilter) { webhookEvents(filter: $filter) { nodes { ${fields} } } }`,
    { filter },
  );
  return webhookEvents.nodes;
}

const post = (body: string | Buffer, type: string, under = '') =>
  fetch(`${app.webhookUrl}${under}`, { method: 'POST', headers: { 'content-type': type }, body });

describe('every delivery is there, the newest first', () => {
  test('with what became of it, and its call', async () => {
    await app.send(report);
    await app.send(report);
    await app.send({ type: 'add_member' });
    await app.send({ type: 'call_report', CallSid: '1.76465E+09' });
    await app.send({ type: 'call_report', CallSid: 'x', coins: '2' });
    await app.send({ ...report, SourceNumber: '9812345000', StartTime: '2024-01-02 14:29:20' });
    const call = { callSid: report.CallSid };
    const of = (told: Row) => ({ form: 'JSON', account: { name: 'default' }, callSid: null, call: null, ...told });
    const known = { kind: 'CALL_REPORT', callSid: report.CallSid, call };
    expect(await events()).toEqual([
      of({ ...known, state: 'CONFLICT', reason: expect.stringContaining('another call') }),
      of({ kind: 'CALL_REPORT', callSid: 'x', state: 'WAITING', reason: expect.stringContaining('not known yet') }),
      of({ kind: 'CALL_REPORT', state: 'UNREADABLE', reason: expect.stringContaining('CallSid') }),
      of({ kind: 'OTHER', state: 'IGNORED', reason: expect.stringContaining('CallSid') }),
      of({ ...known, state: 'DUPLICATE', reason: 'the same was received before' }),
      of({ ...known, state: 'RECORDED', reason: null }),
    ]);
  });

  test('page by page from either end, while more arrive', async () => {
    for (let i = 0; i < 11; i++) await app.send({ ...report, CallSid: `walk ${i}` });
    const ask = async (page: PageVariables) =>
      (
        await app.query<{ webhookEvents: Connection<{ callSid: string }> }>(
          `query ($first: Int, $after: String, $last: Int, $before: String) {
            webhookEvents(first: $first, after: $after, last: $last, before: $before) {
              edges { cursor node { callSid } } ${pageFields}
            }
          }`,
          page,
        )
      ).webhookEvents;
    const expected = Array.from({ length: 11 }, (_, i) => `walk ${10 - i}`);
    const arrive = async () => {
      await app.send({ type: 'live_call', CallSid: `new ${Math.random()}` });
    };
    for (const walk of [walkForwards, walkBackwards]) {
      const met = (await walk(ask, 4, arrive)).map(({ callSid }) => callSid);
      expect(met.filter((sid) => sid.startsWith('walk'))).toEqual(expected);
    }
  });

  test('counted only if asked for, and no further than 10,000', async () => {
    await app.send(report);
    const count = '{ webhookEvents(first: 1) { totalCount totalCountIsExact } }';
    expect(await app.query(count)).toEqual({ webhookEvents: { totalCount: 1, totalCountIsExact: true } });
    await app.database.db.execute(sql`
      insert into webhook_events (account_id, received_at, kind, form, state, body, content_hash)
      select account_id, received_at, kind, form, state, body, content_hash
      from webhook_events, generate_series(1, 10000)`);
    expect(await app.query(count)).toEqual({ webhookEvents: { totalCount: 10_000, totalCountIsExact: false } });
  });

  test('a page with calls and payloads costs one statement for each', async () => {
    for (let i = 0; i < 5; i++) await app.send({ ...report, CallSid: `one ${i}` });
    app.takeStatements();
    await events(null, 'id call { callSid } payload account { name }');
    expect(app.takeStatements()).toHaveLength(4);
    await events(null, 'id callSid');
    const [only] = app.takeStatements();
    expect(only).not.toContain('"body"');
  });
});

test('a value that was not understood is named, with why; a replay reads it again', async () => {
  await app.send({ ...report, EndTime: '2023-02-30 10:00:00', CallDuration: 'long' });
  await app.send({ ...report, CallSid: '2' });
  const notUnderstood = [
    'EndTime: no time that exists, in a form that is known',
    'CallDuration: no duration in a form that is known',
  ];
  const expected = [{ notUnderstood: [] }, { notUnderstood }];
  expect(await events(null, 'notUnderstood')).toEqual(expected);
  await app.database.db.execute(sql`update webhook_events set not_understood = '{older words}' where call_sid <> '2'`);
  await app.query('mutation { replayWebhookEvents(filter: {}) { replayed } }');
  expect(await events(null, 'notUnderstood')).toEqual(expected);
});

describe('the payload is what was sent', () => {
  const payload = async () => (await events(null, 'payload'))[0]?.payload;

  test('JSON as an object, nested values and all', async () => {
    const sent = { ...report, extra: { a: [1, null, true] }, nothing: '' };
    await app.send(sent);
    expect(await payload()).toEqual(sent);
  });

  test('a form and a query string as an object of strings, a repeated key as a list', async () => {
    await post('CallSid=5&tag=a&tag=b&name=Andr%C3%A9&empty=', 'application/x-www-form-urlencoded');
    const said = { CallSid: '5', tag: ['a', 'b'], name: 'André', empty: '' };
    expect(await payload()).toEqual(said);
    await fetch(`${app.webhookUrl}?CallSid=6&tag=a&tag=b&name=Andr%C3%A9&empty=`);
    expect(await payload()).toEqual({ ...said, CallSid: '6' });
  });

  test.each<[what: string, body: string | Buffer, expected: string]>([
    ['broken JSON', '{"CallSid":', '{"CallSid":'],
    ['JSON that is no object', '[1]', '[1]'],
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0x00]), '{\u00ff\u0000'],
    ['white space', ' ', ' '],
  ])('%s as a string', async (_what, body, expected) => {
    await post(body, 'application/json');
    expect(await payload()).toBe(expected);
  });

  test('nesting beyond any stack as a string: the answer stands', async () => {
    const body = `{"CallSid":"1","a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    await post(body, 'application/json');
    expect(await payload()).toBe(body);
  });
});

describe('a filter', () => {
  test('narrows by account, call, time, kind and state, all of them together', async () => {
    await app.send(report);
    await app.send({ ...report, type: 'live_call', CallSid: 'b' });
    await app.send({ type: 'add_member' });
    const sids = async (filter: Row) => (await events(filter, 'callSid')).map(({ callSid }) => callSid);
    const account = toGlobalId('Account', app.account.id);
    expect(await sids({})).toEqual([null, 'b', report.CallSid]);
    expect(await sids({ accountId: { eq: account } })).toHaveLength(3);
    expect(await sids({ accountId: { ne: account } })).toEqual([]);
    expect(await sids({ accountId: { in: ['nonsense'] } })).toEqual([]);
    expect(await sids({ callSid: { startsWith: '1672' } })).toEqual([report.CallSid]);
    expect(await sids({ callSid: { isNull: true } })).toEqual([null]);
    expect(await sids({ kind: ['LIVE_CALL', 'OTHER'] })).toEqual([null, 'b']);
    expect(await sids({ kind: [] })).toEqual([]);
    expect(await sids({ state: ['IGNORED'] })).toEqual([null]);
    expect(await sids({ state: ['RECORDED'], kind: ['LIVE_CALL'] })).toEqual(['b']);
    expect(await sids({ state: [] })).toEqual([]);
    expect(await sids({ receivedAt: { lt: '2020-01-01T00:00:00Z' } })).toEqual([]);
    expect(await sids({ receivedAt: { gte: '2020-01-01T00:00:00Z' } })).toHaveLength(3);
  });

  test.each<[filter: Row, argument: unknown]>([
    [{ state: null }, ['filter', 'state']],
    [{ kind: null }, ['filter', 'kind']],
    [{ callSid: { eq: null } }, ['filter', 'callSid', 'eq']],
    [{ receivedAt: { gte: 'today' } }, ['filter', 'receivedAt', 'gte']],
    [{ state: Array.from({ length: 251 }, () => 'RECORDED') }, ['filter', 'state']],
  ])('%j is refused', async (filter, argument) => {
    const { errors } = await app.ask(
      'query ($filter: WebhookEventFilter) { webhookEvents(filter: $filter) { nodes { id } } }',
      { filter },
    );
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      expect.objectContaining({ code: 'BAD_USER_INPUT', argument }),
    ]);
  });
});

describe('access', () => {
  const lookUp = 'query ($id: ID!) { node(id: $id) { __typename id ... on WebhookEvent { callSid } } }';

  test('a delivery is found by its id', async () => {
    await app.send(report);
    const [event] = await events(null, 'id');
    expect(await app.query(lookUp, { id: event?.id })).toEqual({
      node: { __typename: 'WebhookEvent', id: event?.id, callSid: report.CallSid },
    });
    expect(await app.query(lookUp, { id: toGlobalId('WebhookEvent', 999_999) })).toEqual({ node: null });
  });

  test('is for who has the scope inbox: others are told FORBIDDEN, and nothing else', async () => {
    const scopes = administrator.scopes.filter((scope) => scope !== 'inbox');
    const guarded = await startApp({ viewerOf: (sent) => (sent ? administrator : { ...administrator, scopes }) });
    try {
      await guarded.send(report);
      const id = toGlobalId('WebhookEvent', 1);
      const documents = [
        '{ webhookEvents { nodes { payload } } }',
        '{ webhookHealth { lastEventAt } }',
        `{ node(id: "${id}") { id } }`,
        `{ nodes(ids: ["${id}"]) { id } }`,
      ];
      for (const query of documents) {
        const { data, errors } = await guarded.ask(query);
        expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
        expect([null, [null]]).toContainEqual(Object.values(data ?? {})[0]);
        const headers = { 'content-type': 'application/json', authorization: 'with it' };
        const body = JSON.stringify({ query });
        const answer = await (await fetch(`${guarded.url}/graphql`, { method: 'POST', headers, body })).json();
        expect(answer).not.toHaveProperty('errors');
      }
    } finally {
      await guarded.close();
    }
  });
});
