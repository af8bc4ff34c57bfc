import {
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isLeafType,
  isListType,
  isRequiredArgument,
} from 'graphql';
import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSchema } from '../../src/graphql/schema.ts';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const json = { 'content-type': 'application/json' };
const asNumbers = { asked: expect.any(Number), allowed: expect.any(Number) };
const names = JSON.stringify({ query: '{ accounts { name } }' });

type Reply = { status: number; type: string | null; allow: string | null; body: string };

async function request(path: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(`${app.url}${path}`, init);
  const { status, headers } = response;
  return { status, type: headers.get('content-type'), allow: headers.get('allow'), body: await response.text() };
}

const post = (body: string, headers: Record<string, string> = json) =>
  request('/graphql', { method: 'POST', headers, body });

/** The errors of a reply, which must be an answer as GraphQL clients know them. */
function errorsOf({ body }: Reply): { message: string; extensions: { code: string } }[] {
  const { errors } = JSON.parse(body);
  expect(errors).toHaveLength(1);
  return errors;
}

test('GraphQL over HTTP: every audit passes', async () => {
  const results = await auditServer({ url: `${app.url}/graphql`, fetchFn: fetch });
  expect(results.length).toBeGreaterThanOrEqual(61);
  expect(results.filter(({ status }) => status !== 'ok').map(({ status, name }) => ({ status, name }))).toEqual([]);
});

test('a document that breaks the rules is told with 200 to who names application/json alone, else with 400', async () => {
  for (const query of ['{', '{ nothing }']) {
    const statuses = await Promise.all(
      [
        'application/json',
        'application/json, text/plain, */*',
        'application/graphql-response+json, application/json;q=0.9',
        '*/*',
      ].map(async (accept) => (await post(JSON.stringify({ query }), { ...json, accept })).status),
    );
    expect(statuses).toEqual([200, 200, 400, 400]);
  }
});

describe('a request that is no question', () => {
  test.each([
    'mutation { eraseEverything }',
    'subscription { everything }',
    'query A { accounts { name } } mutation B { eraseEverything }',
  ])('%s is refused in clear words', async (query) => {
    const reply = await post(JSON.stringify({ query, ...(query.startsWith('query') && { operationName: 'A' }) }));
    expect(reply.status).toBe(400);
    expect(errorsOf(reply)).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(
          /^(This API has no (mutation|subscription)s\.|Cannot query field "e\w+" on type )/,
        ),
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      }),
    ]);
  });

  test('variables are read from a text of JSON, too', async () => {
    const query = 'query ($first: Int) { accounts { name } calls(first: $first) { nodes { id } } }';
    const asked = (variables: unknown) => post(JSON.stringify({ query, variables }));
    expect(await asked('{"first": 1}')).toMatchObject({ status: 200, body: expect.stringContaining('"nodes":[]') });
    expect(JSON.parse((await asked('{"first": 501}')).body).errors[0].extensions.code).toBe('BAD_USER_INPUT');
    expect((await asked('null')).status).toBe(200);
    for (const wrong of ['', '[1]', '"x"', '{', '{"__proto__": {"a": 1}}']) {
      const reply = await asked(wrong);
      expect([wrong, reply.status]).toEqual([wrong, 400]);
      expect(errorsOf(reply)[0]?.extensions).toEqual({ code: 'BAD_REQUEST' });
    }
    const deep = await asked(`{"a": ${'['.repeat(70)}${']'.repeat(70)}}`);
    expect(errorsOf(deep)[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', limit: 'LIMIT_JSON_DEPTH' });
  });

  test.each([
    ['several operations in one body', `[${names}, ${names}]`],
    ['a body that is no object', '"{ accounts { name } }"'],
    ['a body without a query', '{}'],
    ['a query that is no text', '{ "query": 5 }'],
    ['variables that are no object', '{ "query": "{ accounts { name } }", "variables": "x" }'],
    ['an operation name that is no text', '{ "query": "{ accounts { name } }", "operationName": 5 }'],
    ['broken JSON', '{ "query": '],
    ['an empty body', ''],
    ['keys that are no data', '{ "query": "{ accounts { name } }", "__proto__": { "admin": true } }'],
  ])('%s is refused with 400', async (_what, body) => {
    const reply = await post(body);
    expect(reply.status).toBe(400);
    expect(reply.type).toMatch(/^application\/json/);
    expect(errorsOf(reply)[0]?.extensions).toEqual({ code: 'BAD_REQUEST' });
  });

  test.each([
    ['that does not parse', '{ accounts { name }', 'GRAPHQL_PARSE_FAILED'],
    ['for a field that is not there', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['without a selection', '{ calls }', 'GRAPHQL_VALIDATION_FAILED'],
    ['whose fragments go in circles', '{ ...A } fragment A on Query { ...A }', 'GRAPHQL_VALIDATION_FAILED'],
    ['with an argument that is not there', '{ calls(page: 2) { nodes { id } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['without a required argument', '{ call { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'whose operation is not named',
      'query A { accounts { name } } query B { accounts { name } }',
      'OPERATION_RESOLUTION_FAILURE',
    ],
  ])('a document %s is refused with GraphQL’s own code', async (_what, query, code) => {
    const reply = await post(JSON.stringify({ query }));
    expect(reply.status).toBe(400);
    expect(errorsOf(reply)[0]?.extensions).toEqual({ code });
  });

  test('a body beyond its limit is refused with 413, with and without a length', async () => {
    const query = JSON.stringify({ query: '{ accounts { name } }', variables: { a: 'x'.repeat(300 * 1024) } });
    const chunks = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(query));
        controller.close();
      },
    });
    const streamed: RequestInit & { duplex: 'half' } = { method: 'POST', headers: json, body: chunks, duplex: 'half' };
    for (const [reply, asked] of [
      [await post(query), 301],
      [await request('/graphql', streamed), 257],
    ] as const) {
      expect(reply.status).toBe(413);
      const [error] = errorsOf(reply);
      expect(error?.extensions).toEqual({ code: 'TOO_EXPENSIVE', limit: 'LIMIT_BODY_KB', asked, allowed: 256 });
    }
  });

  test.each<[what: string, query: string, limit: string]>([
    ['of too many tokens', `{ ${'accounts { name } '.repeat(6000)} }`, 'LIMIT_TOKENS'],
    ['of too many lines', `{ accounts { name } } ${'#\n'.repeat(50_000)}`, 'LIMIT_TOKENS'],
    [
      'of too many aliases',
      `{ ${Array.from({ length: 101 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
      'LIMIT_ALIASES',
    ],
    [
      'of too many rows',
      '{ calls(first: 500) { nodes { agent { calls(first: 100) { nodes { id } } } } } }',
      'LIMIT_ROWS',
    ],
  ])('a document %s is refused before it runs, by POST and by GET', async (_what, query, limit) => {
    const replies = [await post(JSON.stringify({ query }))];
    if (query.length < 50_000) {
      replies.push(await request(`/graphql?query=${encodeURIComponent(query)}`, { headers: json }));
    }
    for (const reply of replies) {
      expect(reply).toMatchObject({ status: 400, type: 'application/json; charset=utf-8' });
      expect(JSON.parse(reply.body)).not.toHaveProperty('data');
      const [error] = errorsOf(reply);
      expect(error?.extensions).toEqual({ code: 'TOO_EXPENSIVE', limit, ...asNumbers });
      expect(error?.message).toMatch(new RegExp(`Allowed: at most \\d+ \\(the setting ${limit}\\)\\. `));
    }
  });

  test('JSON of too many levels is refused before it is read, in a body and in an address', async () => {
    const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    const body = (levels: number) => `{ "query": "{ accounts { name } }", "variables": { "a": ${deep(levels)} } }`;
    expect((await post(body(62))).status).toBe(200);
    const search = `query=${encodeURIComponent('{ accounts { name } }')}&variables=${encodeURIComponent(`{"a":${deep(5000)}}`)}`;
    for (const reply of [
      await post(body(63)),
      await post(body(50_000)),
      await request(`/graphql?${search}`, { headers: json }),
    ]) {
      expect(reply.status).toBe(400);
      const expected = { code: 'BAD_USER_INPUT', limit: 'LIMIT_JSON_DEPTH', asked: 65, allowed: 64 };
      expect(errorsOf(reply)[0]?.extensions).toEqual(expected);
    }
  });

  test('queries are not kept for the next time by their hash', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
    const reply = await post(JSON.stringify({ extensions }));
    expect(errorsOf(reply)[0]?.extensions.code).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
  });
});

describe('an operation that cannot be told', () => {
  const leastOf = (type: GraphQLInputType) =>
    isInputObjectType(type) ? '{ last: "P1D" }' : isListType(type) ? '["x"]' : '"x"';
  const roots = Object.values(buildSchema().getQueryType()?.getFields() ?? {}).map(({ name, args, type }) => {
    const given = args
      .filter(isRequiredArgument)
      .map(({ name: arg, type }) => `${arg}: ${leastOf(getNullableType(type))}`);
    const below = isLeafType(getNamedType(type)) ? '' : ' { __typename }';
    return `{ a: ${name}${given.length > 0 ? `(${given.join(', ')})` : ''}${below} }`;
  });

  test.each(roots)('is told so for %s', async (selection) => {
    const asked = [
      { query: selection, operationName: '' },
      { query: selection, operationName: 'B' },
      { query: `query A ${selection}`, operationName: '' },
      { query: `query A ${selection} query B ${selection}` },
      { query: `query A ${selection} query B ${selection}`, operationName: 'a' },
      { query: `query A ${selection} mutation B { __typename }`, operationName: null },
    ];
    for (const body of [...asked, ...asked]) {
      const reply = await post(JSON.stringify(body));
      expect([body, reply.status, JSON.parse(reply.body).data]).toEqual([body, 400, undefined]);
      expect(errorsOf(reply)[0]?.extensions).toEqual({ code: 'OPERATION_RESOLUTION_FAILURE' });
      expect(errorsOf(reply)[0]?.message).toContain('operationName');
    }
    expect(app.logged.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  });

  test('by GET neither', async () => {
    const query = encodeURIComponent('{ calls(first: 1) { totalCount } }');
    const reply = await request(`/graphql?query=${query}&operationName=`, { headers: json });
    expect(reply.status).toBe(400);
    expect(errorsOf(reply)[0]?.extensions).toEqual({ code: 'OPERATION_RESOLUTION_FAILURE' });
  });
});

describe('a web page of somebody else’s cannot ask', () => {
  test.each([
    ['text/plain', names],
    ['text/plain; charset=utf-8', names],
    ['application/x-www-form-urlencoded', `query=${encodeURIComponent('{ accounts { name } }')}`],
    ['multipart/form-data; boundary=x', `--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n{a}\r\n--x--`],
  ])('by a POST of %s, which a browser sends without asking first', async (type, body) => {
    const reply = await post(body, { 'content-type': type });
    expect([400, 415]).toContain(reply.status);
    expect(reply.body).not.toContain('"data"');
    errorsOf(reply);
  });
});

describe('HTTP', () => {
  test.each(['application/json', 'application/graphql-response+json', '*/*', undefined])(
    'an answer to Accept %s has a type that was asked for',
    async (accept) => {
      const reply = await post(names, accept ? { ...json, accept } : json);
      expect(reply.status).toBe(200);
      const expected = accept === 'application/graphql-response+json' ? accept : 'application/json';
      expect(reply.type).toBe(`${expected}; charset=utf-8`);
    },
  );

  test('other methods are refused with those that are allowed', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const reply = await request('/graphql', {
        method,
        headers: json,
        body: method === 'OPTIONS' ? undefined : names,
      });
      expect(reply).toMatchObject({ status: 405, allow: 'GET, POST' });
      errorsOf(reply);
    }
  });

  test('/healthz says that the service is alive, and /readyz whether it can work', async () => {
    expect(await request('/healthz')).toMatchObject({ status: 200, body: '{"status":"alive"}' });
    expect(await request('/readyz')).toMatchObject({ status: 200, body: '{"status":"ready"}' });
    expect((await request('/healthz', { method: 'HEAD' })).status).toBe(200);
  });

  test.each<[path: string, init: RequestInit]>([
    ['/nothing', {}],
    ['/nothing', { method: 'POST', headers: json, body: '{ broken' }],
    ['/nothing', { method: 'POST', headers: { 'content-type': 'image/png' }, body: 'x' }],
    ['/nothing', { method: 'POST', headers: json, body: JSON.stringify('x'.repeat(2_000_000)) }],
    ['/nothing', { method: 'DELETE' }],
    ['/graphql/nothing', {}],
    ['/graphql%00', {}],
    ['/nothing%zz', {}],
    ['/%ff', {}],
    [`/${'x'.repeat(5000)}`, {}],
    ['/healthz/nothing', {}],
    ['/../etc/passwd', {}],
    ['/playground/nothing', {}],
    ['/playground/../../package.json', {}],
    ['/playground/..%2f..%2fpackage.json', {}],
  ])('the path %s leads nowhere: 404, in JSON', async (path, init) => {
    expect(await request(path, init)).toEqual({
      status: 404,
      type: 'application/json; charset=utf-8',
      allow: null,
      body: '{"error":"not found"}',
    });
  });

  test('a browser that opens the address gets the playground', async () => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const page = await request('/graphql', { headers: { accept } });
    expect(page.type).toBe('text/html; charset=utf-8');
    expect(page.body).toMatch(/^<!doctype html>/i);
  });
});

describe('every answer', () => {
  const html = { accept: 'text/html' };
  test.each<[path: string, init: RequestInit, cache: string]>([
    ['/graphql', { method: 'POST', headers: json, body: names }, 'no-store'],
    ['/graphql', { method: 'POST', headers: json, body: '{' }, 'no-store'],
    ['/graphql', { method: 'POST', headers: json, body: '{"query":"{ nothing }"}' }, 'no-store'],
    ['/graphql', { method: 'DELETE' }, 'no-store'],
    ['/graphql', { headers: html }, 'no-cache'],
    ['/webhooks/callerdesk/wrong-secret-000000', { method: 'POST', body: '{}' }, 'no-store'],
    ['/healthz', {}, 'no-store'],
    ['/readyz', {}, 'no-store'],
    ['/nothing', {}, 'no-store'],
    ['/nothing%zz', {}, 'no-store'],
  ])('of %s is kept by nobody and shown as what it is', async (path, init, cache) => {
    const { headers } = await fetch(`${app.url}${path}`, init);
    const told = Object.fromEntries(headers);
    expect(told).toMatchObject({
      'cache-control': cache,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringMatching(/default-src 'none';.*frame-ancestors 'none'/),
    });
    expect(told['strict-transport-security']).toBeUndefined();
  });

  test('of a delivery too', async () => {
    const { headers } = await fetch(app.webhookUrl, {
      method: 'POST',
      headers: json,
      body: '{"CallSid":"1672649960.9"}',
    });
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });
});
