import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { GraphQLClient } from 'graphql-request';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createKey } from '../../src/access/keys/create-key.ts';
import { administrator } from '../../src/access/viewer.ts';
import { findNumber, forgetNumber, readNumber } from '../../src/erasure/erase-person.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import { instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';

const dashboard = 'https://dashboard.example.com';
const names = '{ accounts { name } }';
const customers = '{ calls(first: 50) { nodes { id callSid customerNumber startedAt talkSeconds agentName } } }';
const now = () => instantOf(Date.now());

let app: TestApp;
let key: string;

beforeAll(async () => {
  app = await startApp({
    access: { adminToken: 'an-admin-token-for-tests' },
    hosts: { host: '127.0.0.1', publicHosts: ['calls.example.com'], allowedOrigins: [dashboard] },
  });
  const wanted = { accountIds: null, expiresAt: null, documentsOnly: false, budget: null };
  const asked = { now: now(), path: [] };
  const made = await createKey(
    app.database.pool,
    administrator,
    { ...wanted, name: 'bi', scopes: ['calls', 'numbers', 'names:write'] },
    asked,
  );
  key = made.secret;
  for (let i = 10; i < 60; i += 1) {
    await app.send({
      CallSid: `16726499${i}.${i}`,
      SourceNumber: `98123456${i}`,
      DestinationNumber: '08062861230',
      DialWhomNumber: '9281234567',
      receiver_name: 'Ashish',
      Direction: 'IVR',
      Status: 'ANSWER',
      StartTime: `2023-01-02 14:29:${i}`,
      EndTime: `2023-01-02 14:30:${i}`,
      CallDuration: '60',
      TalkDuration: '40',
    });
  }
  await vi.waitUntil(async () => (await get(names)).status === 200, { timeout: 10_000, interval: 20 });
});
afterAll(() => app.close());

type Got = { status: number; headers: Headers; text: string };

const addressOf = (query: string, variables?: object) =>
  `${app.url}/graphql?${new URLSearchParams({ query, ...(variables && { variables: JSON.stringify(variables) }) })}`;

async function fetched(url: string, init: RequestInit): Promise<Got> {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Asks by GET with a key and these headers. */
function get(query: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  return fetched(addressOf(query), { method, headers: { 'x-api-key': key, ...headers } });
}

/** The bytes of an answer as they come, by a client that decodes nothing and sends these headers alone. */
function getBytes(query: string, headers: Record<string, string>, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    request(addressOf(query), { method, headers: { 'x-api-key': key, ...headers } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const codeOf = ({ text }: Got) => JSON.parse(text).errors[0].extensions.code;

describe('a query by GET', () => {
  test('is answered without any header but the key, as the same by POST is', async () => {
    const asked = await getBytes(names, {});
    expect(asked.status).toBe(200);
    const posted = await fetched(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ query: names }),
    });
    expect(asked.body.toString()).toBe(posted.text);
  });

  test('is answered to clients that ask so', async () => {
    const client = new GraphQLClient(`${app.url}/graphql`, { method: 'GET', headers: { 'x-api-key': key } });
    expect(
      await client.request('query ($sid: String!) { callBySid(callSid: $sid) { agent { name } } }', {
        sid: '1672649910.10',
      }),
    ).toEqual({
      callBySid: { agent: { name: 'Ashish' } },
    });
    const accept =
      'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed';
    expect((await get(names, { accept })).headers.get('content-type')).toMatch(/^application\/graphql-response\+json/);
  });

  test.each<[string, Record<string, string>, number]>([
    ['typed into an address', { 'sec-fetch-site': 'none' }, 200],
    ['of the service’s own page', { 'sec-fetch-site': 'same-origin', referer: 'http://127.0.0.1/graphql' }, 200],
    ['of its own page, where browsers do not tell', { referer: 'https://calls.example.com/graphql' }, 200],
    ['of its own page, where browsers tell the origin', { origin: 'https://calls.example.com' }, 200],
    ['of a page of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['of a page of the same site', { 'sec-fetch-site': 'same-site', origin: 'https://calls.example.com' }, 403],
    ['with a word that is none', { 'sec-fetch-site': '' }, 403],
    ['that says both', { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }, 403],
    ['of another origin', { origin: 'https://evil.example' }, 403],
    ['of a page without an origin', { origin: 'null' }, 403],
    ['of another page', { referer: 'http://evil.example/graphql' }, 403],
    ['of another page whose address has this one in it', { referer: 'http://evil.example/?http://127.0.0.1/' }, 403],
    ['of a page that cannot be told', { referer: 'elsewhere' }, 403],
    [
      'of another page that says it is JSON',
      { origin: 'https://evil.example', 'content-type': 'application/json' },
      403,
    ],
    ['of a page that may ask', { 'sec-fetch-site': 'cross-site', origin: dashboard }, 200],
    ['of a page that may ask under another scheme', { origin: 'http://dashboard.example.com' }, 403],
    ['of a page that may ask on another port', { origin: `${dashboard}:8443` }, 403],
  ])('%s', async (_what, headers, status) => {
    // Not by fetch, which would say some of it itself.
    const asked = await getBytes(names, headers);
    expect(asked.status).toBe(status);
    if (status === 200) return;
    const { errors, data } = JSON.parse(asked.body.toString());
    expect([data, errors[0].extensions.code]).toEqual([undefined, 'FORBIDDEN']);
    expect(errors[0].message).toContain('ALLOWED_ORIGINS');
    expect(asked.headers['cache-control']).toBe('no-store');
  });

  test('changes nothing: 405, and which method may', async () => {
    const asked = await get('mutation { updateAgent(id: "x", name: "A") { id } }');
    expect(asked).toMatchObject({ status: 405 });
    expect(asked.headers.get('allow')).toBe('POST');
    expect(codeOf(asked)).toBe('BAD_REQUEST');
    const both = `query A ${names} mutation B { updateAgent(id: "x", name: "A") { id } }`;
    const asB = await fetched(`${addressOf(both)}&operationName=B`, { headers: { 'x-api-key': key } });
    expect(asB.status).toBe(405);
  });

  test('is told by HEAD how long its answer is, and nothing of it', async () => {
    for (const query of [names, customers]) {
      const plain = await getBytes(query, {});
      const head = await getBytes(query, {}, 'HEAD');
      expect(head.status).toBe(200);
      expect(head.body).toHaveLength(0);
      expect(head.headers.etag).toBe(plain.headers.etag);
      expect(head.headers['content-length']).toBe(plain.headers['content-length']);
    }
    expect((await getBytes(customers, { 'accept-encoding': 'br' }, 'HEAD')).status).toBe(200);
  });
});

describe('a kept answer', () => {
  test('is for its asker alone, and asked for each time', async () => {
    const first = await get(customers);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(first.headers.get('vary')).toBe('authorization, x-api-key, origin, accept, accept-encoding');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]{43}"$/);
    const again = await get(customers, { 'if-none-match': `"other", ${etag}` });
    expect(again).toMatchObject({ status: 304, text: '' });
    expect(again.headers.get('etag')).toBe(etag);
    expect(again.headers.get('vary')).toBe(first.headers.get('vary'));
    expect(again.headers.get('content-encoding')).toBeNull();
    expect((await get(customers, { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await get(names, { 'if-none-match': etag })).status).toBe(200);
    expect((await get(customers, { 'if-none-match': etag, accept: 'application/graphql-response+json' })).status).toBe(
      200,
    );
    expect((await get(customers, { 'if-none-match': etag, 'x-api-key': 'wrong' })).status).toBe(401);
  });

  test('of an error is kept by nobody', async () => {
    for (const query of ['{ nothing }', '{ calls(first: 501) { nodes { id } } }']) {
      const asked = await get(query, { 'if-none-match': '*' });
      expect(asked.headers.get('etag')).toBeNull();
      expect(asked.headers.get('cache-control')).toBe('no-store');
      expect(asked.status).not.toBe(304);
    }
    expect((await get(names, { 'if-none-match': '*' })).status).toBe(304);
  });

  test('is not the old one when a number was erased', async () => {
    const before = await get(customers);
    expect(before.text).toContain('+919812345610');
    const number = readNumber('9812345610', app.account) ?? '';
    const found = await findNumber(app.database.pool, app.account, number);
    await forgetNumber(app.database.pool, { providers, account: app.account, found, clock: now });
    const after = await get(customers, { 'if-none-match': before.headers.get('etag') ?? '' });
    expect(after.status).toBe(200);
    expect(after.text).not.toContain('+919812345610');
  });

  test('is not the old one when the key opens something else', async () => {
    const before = await get(customers);
    const etag = before.headers.get('etag') ?? '';
    expect(before.text).toContain('+919812345611');
    await app.database.pool.query("update api_keys set scopes = '{calls}'");
    let after = before;
    await vi.waitUntil(
      async () => {
        after = await get(customers, { 'if-none-match': etag });
        return after.status === 200;
      },
      { timeout: 10_000, interval: 50 },
    );
    expect(after.status).toBe(200);
    expect(after.text).toContain('•••');
    expect(after.text).not.toContain('+919812345611');
    await app.database.pool.query("update api_keys set scopes = '{calls,numbers,names:write}'");
    await vi.waitUntil(async () => (await get(customers)).text.includes('+919812345611'), {
      timeout: 10_000,
      interval: 50,
    });
  });

  test('is not the old one when time has gone on', async () => {
    const lately = '{ callMetrics(range: { last: "PT1H" }) { from to totals { callCount } } }';
    const open = { 'x-api-key': 'an-admin-token-for-tests' };
    const before = await get(lately, open);
    expect(before.status).toBe(200);
    expect((await get(lately, { ...open, 'if-none-match': before.headers.get('etag') ?? '' })).status).toBe(200);
  });
});

describe('an answer above 1 kB', () => {
  test.each([
    ['br', 'br', brotliDecompressSync],
    ['gzip', 'gzip, deflate', gunzipSync],
    ['br', 'gzip, deflate, br, zstd', brotliDecompressSync],
    [undefined, 'identity', (body: Buffer) => body],
    [undefined, 'deflate', (body: Buffer) => body],
  ])('is compressed by %s for who takes %s', async (coding, accepted, decode) => {
    const plain = await getBytes(customers, {});
    const asked = await getBytes(customers, { 'accept-encoding': accepted });
    expect(asked.headers['content-encoding']).toBe(coding);
    expect(decode(asked.body).toString()).toBe(plain.body.toString());
    if (coding) expect(asked.body.length).toBeLessThan(plain.body.length / 3);
    expect((await getBytes(names, { 'accept-encoding': accepted })).headers['content-encoding']).toBeUndefined();
  });

  test('is whole when it is large', async () => {
    const aliases = Array.from(
      { length: 8 },
      (_, i) => `a${i}: calls(first: 50) { nodes { id callSid customerNumber startedAt agentName updatedAt } }`,
    );
    const large = `{ ${aliases.join(' ')} }`;
    const plain = await getBytes(large, {});
    expect(plain.body.length).toBeGreaterThan(64 * 1024);
    const asked = await getBytes(large, { 'accept-encoding': 'gzip' });
    expect(gunzipSync(asked.body).equals(plain.body)).toBe(true);
    expect((await getBytes(large, { 'accept-encoding': 'gzip' }, 'HEAD')).body).toHaveLength(0);
  });
});

describe('pages of a named origin', () => {
  const preflight = (origin: string, path = '/graphql') =>
    fetched(`${app.url}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-api-key',
      },
    });
  const update = JSON.stringify({ query: 'mutation { updateAgent(id: "x", name: "A") { id } }' });
  const post = (origin: string, body: string, headers: Record<string, string> = { 'x-api-key': key }) =>
    fetched(`${app.url}/graphql`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', ...headers },
      body,
    });

  test('are told before they ask that they may, without credentials', async () => {
    const { status, headers, text } = await preflight(dashboard);
    expect([status, text]).toEqual([204, '']);
    const told = Object.fromEntries([...headers].filter(([name]) => /^(access-control|vary)/.test(name)));
    expect(told).toEqual({
      'access-control-allow-origin': dashboard,
      'access-control-allow-methods': 'GET, HEAD, POST',
      'access-control-allow-headers': 'content-type,x-api-key',
      'access-control-max-age': '7200',
      vary: 'origin, access-control-request-method, access-control-request-headers',
    });
  });

  test('may read answers and what is told with them, refusals too', async () => {
    const body = JSON.stringify({ query: names });
    for (const [headers, status] of [
      [{ 'x-api-key': key }, 200],
      [{ 'x-api-key': 'wrong' }, 401],
    ] as const) {
      const asked = await post(dashboard, body, headers);
      expect(asked.status).toBe(status);
      expect(asked.headers.get('access-control-allow-origin')).toBe(dashboard);
      expect(asked.headers.get('access-control-expose-headers')).toContain(
        'ratelimit, ratelimit-policy, retry-after, etag',
      );
      expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
      expect(asked.headers.get('vary')).toContain('origin');
    }
  });

  test('change what their key may change', async () => {
    expect(codeOf(await post(dashboard, update))).toBe('NOT_FOUND');
    expect((await post('https://evil.example', update)).status).toBe(403);
  });

  test('change nothing where they send no key and none is needed', async () => {
    const open = await startApp({ access: {}, hosts: { host: '127.0.0.1', allowedOrigins: [dashboard] } });
    const ask = (query: string) =>
      fetched(`${open.url}/graphql`, {
        method: 'POST',
        headers: { origin: dashboard, 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
    expect(await ask(names)).toMatchObject({ status: 200 });
    expect(await ask('mutation { createApiKey(input: { name: "x", scopes: [ADMIN] }) { secret } }')).toMatchObject({
      status: 403,
    });
    expect(await ask('{ apiKeys { name } }')).toMatchObject({ status: 403 });
    await open.close();
  });

  test('others are told nothing, and of doors that are not for pages nobody is', async () => {
    const asked = await preflight('https://evil.example');
    expect(asked.status).toBe(401);
    expect([...asked.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(asked.headers.get('vary')).toBe('origin');
    for (const path of ['/healthz', '/readyz/webhook', new URL(app.webhookUrl).pathname, '/playground/x.js']) {
      const { status, headers } = await preflight(dashboard, path);
      expect(status).not.toBe(204);
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});
