import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
afterEach(() => {
  // The fault is the client's.
  expect(app.logged.filter(({ level }) => Number(level) >= 40)).toEqual([]);
});

const json = { 'content-type': 'application/json' };
const query = '{ accounts { name } }';
const hash = createHash('sha256').update(query).digest('hex');

type Reply = { status: number; data: unknown; code: unknown; message: string };

async function send(path: string, init: RequestInit): Promise<Reply> {
  const reply = await fetch(`${app.url}${path}`, init);
  const { data, errors } = (await reply.json()) as {
    data?: unknown;
    errors?: { message: string; extensions: { code: string } }[];
  };
  const [error] = errors ?? [];
  return { status: reply.status, data, code: error?.extensions.code, message: error?.message ?? '' };
}

const post = (body: string) => send('/graphql', { method: 'POST', headers: json, body });
const get = (search: Record<string, string>) => send(`/graphql?${new URLSearchParams(search)}`, { headers: json });

test.each<[what: string, persistedQuery: unknown]>([
  ['by its hash', { version: 1, sha256Hash: hash }],
  ['by the hash of another', { version: 1, sha256Hash: 'a'.repeat(64) }],
  ['of another version', { version: 2, sha256Hash: hash }],
  ['that is a word', 'x'],
  ['with nothing in it', {}],
])(
  'a persisted query %s is none here, with the code at which clients send the query itself',
  async (_what, persistedQuery) => {
    const extensions = JSON.stringify({ persistedQuery });
    for (const reply of [
      await post(`{"extensions":${extensions}}`),
      await get({ extensions }),
      await post(`{"query":${JSON.stringify(query)},"extensions":${extensions}}`),
      await get({ query, extensions }),
    ]) {
      expect(reply).toMatchObject({ status: 200, data: undefined, code: 'PERSISTED_QUERY_NOT_SUPPORTED' });
    }
  },
);

test.each([
  ['variables', '[]'],
  ['variables', '[{"first":1}]'],
  ['variables', '"[]"'],
  ['variables', '""'],
  ['variables', '5'],
  ['variables', 'true'],
  ['extensions', '[]'],
  ['extensions', '"x"'],
  ['extensions', '5'],
  ['operationName', '5'],
  ['operationName', '{}'],
  ['operationName', '["A"]'],
])('%s of %s are refused', async (name, value) => {
  const replies = [await post(`{"query":${JSON.stringify(query)},"${name}":${value}}`)];
  // In an address every operationName is a text.
  if (name !== 'operationName') replies.push(await get({ query, [name]: value }));
  for (const reply of replies) expect(reply).toMatchObject({ status: 400, data: undefined, code: 'BAD_REQUEST' });
});

test.each(['variables', 'extensions', 'query', 'operationName'])('%s twice in an address is refused', async (name) => {
  const twice = `${new URLSearchParams({ query, operationName: '', [name]: '{}' })}&${name}=%7B%7D`;
  expect(await send(`/graphql?${twice}`, { headers: json })).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
});

test('JSON in an address that is broken is refused', async () => {
  for (const name of ['variables', 'extensions']) {
    expect(await get({ query, [name]: '{' })).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  }
});

describe('nested 5,000 deep', () => {
  const deep = (open: string, close: string) => `${open.repeat(5000)}1${close.repeat(5000)}`;
  const values = [deep('{"a":', '}'), deep('[', ']'), deep('{"not":', '}'), deep('{"a":[', ']}')];

  test.each([
    ['a filter', 'query ($a: CallFilter) { calls(filter: $a) { totalCount } }'],
    ['a scalar', 'query ($a: DateTime!) { calls(filter: { startedAt: { gte: $a } }) { totalCount } }'],
    ['a text', 'query ($a: String!) { callBySid(callSid: $a) { id } }'],
    ['a list', 'query ($a: [ID!]!) { nodes(ids: $a) { id } }'],
    ['figures', 'query ($a: TimeRangeInput!) { callMetrics(range: $a) { dataThrough } }'],
    ['nothing', '{ calls { totalCount } }'],
  ])('a variable where %s is expected is refused', async (_what, asking) => {
    for (const value of values) {
      const variables = `{"a":${value}}`;
      const replies = [await post(`{"query":${JSON.stringify(asking)},"variables":${variables}}`)];
      const search = `?query=${encodeURIComponent(asking)}&variables=${variables}`;
      if (search.length < 60_000) replies.push(await send(`/graphql${search}`, { headers: json }));
      for (const { status, data, code } of replies) {
        expect([status, data]).toEqual([400, undefined]);
        expect(code).toMatch(/^BAD_(USER_INPUT|REQUEST)$/);
      }
    }
  });

  test('extensions are refused', async () => {
    for (const value of values) {
      const reply = await post(`{"query":"{ calls { totalCount } }","extensions":{"a":${value}}}`);
      expect(reply).toMatchObject({ status: 400, data: undefined });
    }
  });
});

describe('a document that breaks rules in many places', () => {
  test('is told of so many, and then how many are told', async () => {
    const { errors } = await app.ask(`{ ${Array.from({ length: 25 }, (_, i) => `nothing${i}`).join(' ')} }`);
    expect(errors).toHaveLength(21);
    const last = errors?.at(-1);
    expect(last?.message).toBe(
      'This document breaks rules of GraphQL in more than 20 places. Allowed: none. Mend those that are told.',
    );
    expect(last?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED', asked: 'more than 20', allowed: 'none' });
  });

  test('or has more fields to compare than are compared, says so', async () => {
    const patient = await startApp({ limits: { LIMIT_FIELD_PAIRS: 1_000_000 } });
    const { errors } = await patient.ask(`{ calls { nodes { ${'agent { name } '.repeat(640)} } } }`);
    await patient.close();
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.message).toMatch(/^This document has more pairs of fields .+ Name each field once/);
    expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});
