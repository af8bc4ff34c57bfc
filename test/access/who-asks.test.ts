import { once } from 'node:events';
import { connect } from 'node:net';
import { type GraphQLInputType, isInputObjectType, isListType, isNonNullType, isRequiredInputField } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createKey } from '../../src/access/keys/create-key.ts';
import { makeKeyText } from '../../src/access/keys/key-text.ts';
import type { NewKey } from '../../src/access/keys/read-new-key.ts';
import { revokeKey } from '../../src/access/keys/revoke-key.ts';
import { administrator, type Scope, scopes } from '../../src/access/viewer.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { instantOf } from '../../src/time/instant.ts';
import { type GraphqlAnswer, startApp, type TestApp, testSecret } from '../support/app.ts';
import { type RawAnswer, sendRaw } from './raw-request.ts';

const adminToken = 'an-admin-token-for-tests';
const names = JSON.stringify({ query: '{ accounts { name } }' });
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

const make = async (app: TestApp, wanted: Partial<NewKey> = {}): Promise<string> => {
  const plain: NewKey = {
    name: `key ${Math.random()}`,
    scopes: ['calls', 'metrics'],
    accountIds: null,
    expiresAt: null,
    documentsOnly: false,
    budget: null,
  };
  const asked = { now: instantOf(Date.now()), path: [] };
  return (await createKey(app.database.pool, administrator, { ...plain, ...wanted }, asked)).secret;
};

const waitUntil = (holds: () => Promise<boolean>) => vi.waitUntil(holds, { timeout: 10_000, interval: 20 });

/** Asks for the names of the accounts, with these lines in the head. */
const ask = (app: TestApp, more: readonly string[] = [], body = names): Promise<RawAnswer> =>
  sendRaw(app, ['POST /graphql HTTP/1.1', 'Host: localhost', 'content-type: application/json', ...more], body);
const codesOf = ({ body }: RawAnswer) =>
  (JSON.parse(body) as GraphqlAnswer).errors?.map(({ extensions }) => extensions.code);

const apps: TestApp[] = [];
const start = async (...settings: Parameters<typeof startApp>): Promise<TestApp> => {
  const app = await startApp(...settings);
  apps.push(app);
  return app;
};
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

describe('a key', () => {
  let app: TestApp;
  let key: string;
  beforeAll(async () => {
    app = await startApp({ access: { adminToken } });
    key = await make(app, { name: 'of the tests' });
    await waitUntil(async () => (await ask(app, [`X-API-Key: ${key}`])).status === 200);
  });
  afterAll(() => app.close());

  test.each<[string, () => string[]]>([
    ['as Bearer', () => [`Authorization: Bearer ${key}`]],
    ['as bearer, with blanks', () => [`authorization:  bearer   ${key} `]],
    ['as X-API-Key', () => [`X-API-Key: ${key}`]],
    ['as x-api-key, beside the Authorization of a proxy', () => [`x-api-key: ${key}`, basic('proxy', 'else')]],
    ['as the password of Basic', () => [`Authorization: ${basic('anybody', key)}`]],
    ['as the password of Basic without a user', () => [`Authorization: ${basic('', key)}`]],
    ['that is the token of the setting', () => [`Authorization: Bearer ${adminToken}`]],
    ['that is that token, as a password', () => [`Authorization: ${basic('admin', adminToken)}`]],
    ['that is that token, as X-API-Key, which wins', () => [`X-API-Key: ${adminToken}`, 'Authorization: Bearer wrong']],
  ])('sent %s lets in', async (_way, lines) => {
    const headers = lines().map((line) => (line.startsWith('Basic') ? `Authorization: ${line}` : line));
    expect(await ask(app, headers)).toMatchObject({
      status: 200,
      body: expect.stringMatching(/^\{"data":\{"accounts":\[\{"name":"default"\}\]\},"extensions":\{"cost":/),
    });
  });

  test.each<[string, () => string[]]>([
    ['left out', () => []],
    ['empty', () => ['X-API-Key: ']],
    ['empty as Bearer', () => ['Authorization: Bearer ']],
    ['wrong in the first of two headers', () => ['X-API-Key: wrong', `Authorization: Bearer ${key}`]],
    ['said twice', () => [`X-API-Key: ${key}`, `X-API-Key: ${key}`]],
    ['said twice as Bearer', () => [`Authorization: Bearer ${key}`, `Authorization: Bearer ${key}`]],
    ['of another scheme', () => [`Authorization: Digest ${key}`]],
    ['of no scheme', () => [`Authorization: ${key}`]],
    ['as the user of Basic', () => [`Authorization: ${basic(key, '')}`]],
    ['in Basic without a colon', () => [`Authorization: Basic ${Buffer.from(key).toString('base64')}`]],
    ['with a letter more', () => [`Authorization: Bearer ${key}x`]],
    ['with a letter less', () => [`Authorization: Bearer ${key.slice(0, -1)}`]],
    ['in capitals', () => [`Authorization: Bearer ${key.toUpperCase()}`]],
    ['of nobody', () => [`Authorization: Bearer ${makeKeyText()}`]],
    ['that is a token with a letter more', () => [`Authorization: Bearer ${adminToken}x`]],
    ['in a cookie', () => [`Cookie: key=${key}; X-API-Key=${key}`]],
    ['as another header', () => [`api-key: ${key}`, `proxy-authorization: Bearer ${key}`]],
  ])('%s is 401 with UNAUTHENTICATED, in GraphQL’s form', async (_what, lines) => {
    const answer = await ask(app, lines());
    expect(answer.status).toBe(401);
    expect(answer.headers).toMatch(/\r\ncontent-type: application\/json/);
    expect(answer.headers).toMatch(/\r\nwww-authenticate: bearer realm="call-analytics"/);
    const { data, errors } = JSON.parse(answer.body);
    expect(data).toBeUndefined();
    expect(errors).toEqual([
      { message: expect.stringContaining('X-API-Key'), extensions: { code: 'UNAUTHENTICATED', missing: ['key'] } },
    ]);
    expect(answer.body).not.toContain(key.slice(0, 10));
  });

  test.each(['key', 'api_key', 'apikey', 'access_token', 'token', 'X-API-Key', 'authorization'])(
    'in the address, as %s, is none',
    async (name) => {
      const search = new URLSearchParams({ query: '{ accounts { name } }', [name]: key });
      for (const line of [`POST /graphql?${search} HTTP/1.1`, `GET /graphql?${search} HTTP/1.1`]) {
        const lines = [line, 'Host: localhost', 'content-type: application/json'];
        expect((await sendRaw(app, lines, line.startsWith('POST') ? names : '')).status).toBe(401);
      }
      const withUser = [`POST http://x:${key}@localhost/graphql HTTP/1.1`, 'Host: localhost'];
      expect((await sendRaw(app, withUser, names)).status).not.toBe(200);
    },
  );

  test('that is wrong, unknown or revoked is refused in the same words', async () => {
    await make(app, { name: 'to revoke' });
    const revoked = await make(app, { name: 'revoked' });
    const asked = { now: instantOf(Date.now()), path: [] };
    await revokeKey(app.database.pool, administrator, { name: 'revoked', olderOnly: false }, asked);
    await new Promise((done) => setTimeout(done, 1500));
    const bodies = [];
    for (const sent of ['nonsense', key.replace(/.$/, '_'), revoked]) {
      bodies.push((await ask(app, [`X-API-Key: ${sent}`])).body);
    }
    expect(new Set(bodies).size).toBe(1);
  });

  test('is in no line of the log, nor is what was presented for one', async () => {
    await ask(app, ['Authorization: Bearer a-wrong-secret-of-somebody']);
    await ask(app, [`Authorization: Bearer ${key}`], '{');
    const logged = JSON.stringify(app.logged);
    expect(logged).toContain('/graphql');
    for (const text of [key, key.slice(4, 20), adminToken, 'a-wrong-secret']) expect(logged).not.toContain(text);
  });

  test('is asked for before anything of the body is looked at', async () => {
    const long = 'x'.repeat(2_000_000);
    for (const body of ['{', '[[[[', long, '', '{"query":"{"}']) expect((await ask(app, [], body)).status).toBe(401);
    const typed = ['POST /graphql HTTP/1.1', 'Host: localhost', 'content-type: application/x-unknown'];
    expect((await sendRaw(app, typed, 'x')).status).toBe(401);
    // Nobody waits for a body that never comes.
    const waiting = [
      'POST /graphql HTTP/1.1',
      'Host: localhost',
      'content-type: application/json',
      'content-length: 9',
    ];
    expect((await sendRaw(app, waiting)).status).toBe(401);
  });

  test('that is revoked while the body is on its way opens nothing any more', async () => {
    const name = 'of a slow sender';
    const slow = await make(app, { name, scopes: ['admin'] });
    const body = JSON.stringify({
      query: 'mutation { createApiKey(input: { name: "too late", scopes: [ADMIN] }) { secret } }',
    });
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
    const lines = ['POST /graphql HTTP/1.1', 'Host: localhost', 'content-type: application/json', `X-API-Key: ${slow}`];
    socket.write([...lines, `content-length: ${body.length}`, 'connection: close', '', ''].join('\r\n'));
    await waitUntil(async () => (await ask(app, [`X-API-Key: ${slow}`])).status === 200);
    const asked = { now: instantOf(Date.now()), path: [] };
    await revokeKey(app.database.pool, administrator, { name, olderOnly: false }, asked);
    await waitUntil(async () => (await ask(app, [`X-API-Key: ${slow}`])).status === 401);
    socket.write(body);
    await once(socket, 'close');
    expect(heard).toMatch(/^HTTP\/1\.1 401 /);
    const { rows } = await app.database.pool.query("select from api_keys where name = 'too late'");
    expect(rows).toEqual([]);
  });

  test('is needed for introspection, of whatever scopes', async () => {
    const introspection = JSON.stringify({ query: '{ __schema { queryType { name } } }' });
    expect((await ask(app, [], introspection)).status).toBe(401);
    const weak = await make(app, { scopes: ['recordings'] });
    await waitUntil(async () => (await ask(app, [`X-API-Key: ${weak}`], introspection)).status === 200);
  });
});

describe('401 names the schemes', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ access: { adminToken } });
  });
  afterAll(() => app.close());

  test.each<[string, string[]]>([
    ['no user agent', []],
    ['curl', ['user-agent: curl/8.5.0']],
    ['Power Query', ['user-agent: Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)']],
  ])('Bearer and Basic to a client with %s', async (_who, lines) => {
    const { headers } = await ask(app, lines);
    expect(headers).toMatch(/\r\nwww-authenticate: bearer /);
    expect(headers).toMatch(/\r\nwww-authenticate: basic realm="call-analytics"/);
  });

  test.each<[string, string[]]>([
    ['a user agent of one', ['user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0']],
    ['Sec-Fetch-Mode', ['sec-fetch-mode: cors']],
    ['Sec-Fetch-Site', ['Sec-Fetch-Site: none']],
    ['Origin', ['origin: http://localhost']],
  ])('only Bearer to a browser, known by %s', async (_who, lines) => {
    const { status, headers } = await ask(app, lines);
    expect(status).toBe(401);
    expect(headers).toMatch(/\r\nwww-authenticate: bearer /);
    expect(headers).not.toMatch(/basic/);
  });
});

describe('a request without a key', () => {
  test('is everybody’s on this machine, to read and to administer, until a key was made; that counts for good', async () => {
    const app = await start({ access: {} });
    const health = JSON.stringify({ query: '{ webhookHealth { lastEventAt } }' });
    expect(await ask(app, [], health)).toMatchObject({ status: 200, body: expect.not.stringContaining('errors') });
    // What is presented must be right all the same.
    for (const sent of ['X-API-Key: wrong', 'Authorization: Bearer wrong', 'Authorization: Negotiate abc']) {
      expect((await ask(app, [sent])).status).toBe(401);
    }
    const key = await make(app, { name: 'first', expiresAt: instantOf(Date.now() + 2_000) });
    const madeAt = performance.now();
    await waitUntil(async () => (await ask(app)).status === 401);
    expect(performance.now() - madeAt).toBeLessThan(3_000);
    await waitUntil(async () => (await ask(app, [`X-API-Key: ${key}`])).body.includes('has expired'));
    expect((await ask(app)).status).toBe(401);
    const asked = { now: instantOf(Date.now()), path: [] };
    await revokeKey(app.database.pool, administrator, { name: 'first', olderOnly: false }, asked);
    await new Promise((done) => setTimeout(done, 1500));
    expect((await ask(app)).status).toBe(401);
  });

  test.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', 'localhost', 'LOCALHOST'])(
    'is let in where HOST is %s, which only this machine reaches',
    async (host) => expect((await ask(await start({ access: { host } }))).status).toBe(200),
  );

  test.each(['0.0.0.0', '::', '10.0.0.1', '::ffff:10.0.0.1', 'calls.example.com', '127.1.example.com'])(
    'is 401 where HOST is %s, which others reach',
    async (host) => expect((await ask(await start({ access: { host } }))).status).toBe(401),
  );

  test('is 401 where there is an ADMIN_TOKEN', async () => {
    expect((await ask(await start({ access: { adminToken } }))).status).toBe(401);
  });

  test.each([
    'Forwarded: for=192.0.2.1',
    'forwarded: ',
    'X-Forwarded-For: 127.0.0.1',
    'x-forwarded-proto: https',
    'X-Forwarded-Host: localhost',
    'X-FORWARDED-ANYTHING: x',
    'Via: 1.1 proxy',
    'via: ',
  ])('is 401 where somebody has passed it on: %s', async (line) => {
    const app = await start({ access: {} });
    expect((await ask(app, [line])).status).toBe(401);
    expect((await ask(app, ['X-Real-Name: x', 'X-Forward: x', 'Viable: x'])).status).toBe(200);
  });

  test('is 401 where what says so stands behind thousands of other headers', async () => {
    const app = await start({ access: {} });
    const many = Array.from({ length: 3000 }, (_, n) => `a${n}: b`);
    expect((await ask(app, [...many, 'X-Forwarded-For: 192.0.2.1'])).status).toBe(401);
    expect((await ask(app, many)).status).toBe(200);
  });

  test('is let in whatever holds where ACCESS is open; a wrong key is not', async () => {
    const app = await start({ access: { host: '0.0.0.0', adminToken, isOpen: true } });
    await make(app);
    expect((await ask(app, ['Via: 1.1 proxy'])).status).toBe(200);
    expect((await ask(app, ['X-API-Key: wrong'])).status).toBe(401);
    expect((await ask(app, [`X-API-Key: ${adminToken}`])).status).toBe(200);
  });

  test('is 503, never open, while it is not known whether there are keys', async () => {
    const app = await start({ access: {}, keysUrl: 'postgres://nobody@127.0.0.1:1/none' });
    const answer = await ask(app);
    expect([answer.status, codesOf(answer)]).toEqual([503, ['UNAVAILABLE']]);
    expect(answer.headers).toContain('retry-after: 2');
    expect((await ask(app, ['X-API-Key: wrong'])).status).toBe(401);
    const key = await make(app);
    expect((await ask(app, [`X-API-Key: ${key}`])).status).toBe(503);
  });
});

test('every door asks for a key, but those that need none', async () => {
  const app = await start({ access: { adminToken } });
  const page = ['accept: text/html'];
  const doors: [method: string, path: string, status: number, more?: string[]][] = [
    ['POST', '/graphql', 401],
    ['GET', '/graphql?query=%7B__typename%7D', 401],
    ['GET', '/graphql', 401, ['accept: application/json']],
    ['POST', '/graphql', 401, page],
    ['PUT', '/graphql', 401, page],
    ['OPTIONS', '/graphql/', 401],
    ['GET', '/graphql', 200, page],
    ['GET', '/graphql/', 200, page],
    ['HEAD', '/graphql', 200, page],
    ['GET', '/metrics', 401],
    ['GET', '/healthz', 200],
    ['GET', '/readyz', 200],
    ['GET', '/readyz/webhook', 200],
    ['GET', '/readyz/graphql', 200],
    ['GET', '/playground/none.js', 404],
    ['GET', '/nothing', 404],
    ['GET', '/nothing', 404, page],
    ['POST', `/webhooks/callerdesk/${testSecret}`, 200],
    ['POST', '/webhooks/callerdesk/another-secret-0000000', 404],
  ];
  for (const [method, path, status, more = []] of doors) {
    const lines = [`${method} ${path} HTTP/1.1`, 'Host: localhost', 'content-type: application/json', ...more];
    const answer = await sendRaw(app, lines, method === 'POST' ? '{"CallSid":"1.1"}' : '');
    expect([method, path, answer.status]).toEqual([method, path, status]);
    expect([method, path, /www-authenticate/.test(answer.headers)]).toEqual([method, path, status === 401]);
  }
});

test('a query whose bytes were never escaped finds no way around', async () => {
  const open = await start({ access: {} });
  const query = `${encodeURIComponent('{ accounts { name } }')}&operationName=José`;
  for (const more of [['Via: 1.1 proxy'], ['X-API-Key: wrong'], []]) {
    const lines = [
      `GET /graphql?query=${query} HTTP/1.1`,
      'Host: localhost',
      'content-type: application/json',
      ...more,
    ];
    expect((await sendRaw(open, lines)).body).not.toContain('"data"');
  }
});

describe('why it is not ready', () => {
  // The tables are there, but one: what a check finds at once.
  const breakIt = (app: TestApp) => app.database.pool.query('alter table calls rename to calls_away');
  const ready = (app: TestApp, ...more: string[]) => sendRaw(app, ['GET /readyz HTTP/1.1', 'Host: localhost', ...more]);

  test('is told where access is open', async () => {
    const app = await start({ access: {} });
    await breakIt(app);
    expect(JSON.parse((await ready(app)).body)).toEqual({ status: 'not ready', why: ['tables or rights missing'] });
    expect(JSON.parse((await ready(app, 'Via: 1.1 proxy')).body)).toEqual({ status: 'not ready' });
  });

  test('is told to a key with the scope admin alone; to others the state', async () => {
    const app = await start({ access: { adminToken } });
    const admin = await make(app, { scopes: ['admin'] });
    const other = await make(app, { scopes: scopes.filter((scope): scope is Scope => scope !== 'admin') });
    await waitUntil(async () => (await ask(app, [`X-API-Key: ${other}`])).status === 200);
    await breakIt(app);
    for (const [sent, isTold] of [
      [admin, true],
      [adminToken, true],
      [other, false],
      ['wrong', false],
    ] as const) {
      const { status, body } = await ready(app, `X-API-Key: ${sent}`);
      expect([status, 'why' in JSON.parse(body)]).toEqual([503, isTold]);
    }
    expect(JSON.parse((await ready(app)).body)).toEqual({ status: 'not ready' });
  });
});

describe('with a key that lacks a scope', () => {
  const mutations = Object.values(buildSchema().getMutationType()?.getFields() ?? {});
  let app: TestApp;
  let key: string;
  beforeAll(async () => {
    app = await startApp({ access: { adminToken } });
    key = await make(app, { scopes: ['calls', 'metrics', 'numbers', 'recordings'] });
    await waitUntil(async () => (await ask(app, [`X-API-Key: ${key}`])).status === 200);
  });
  afterAll(() => app.close());

  function leastOf(type: GraphQLInputType): string {
    const named = isNonNullType(type) ? type.ofType : type;
    if (isListType(named)) return '[]';
    if (!isInputObjectType(named)) return '"x"';
    const needed = Object.values(named.getFields()).filter(isRequiredInputField);
    return `{ ${needed.map((field) => `${field.name}: ${leastOf(field.type)}`).join(', ')} }`;
  }

  /** A call of a mutation with the least that its arguments allow. */
  function leastCall({ name, args }: (typeof mutations)[number]): string {
    const needed = args.filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined);
    const given = needed.map(({ name: argument, type }) => `${argument}: ${leastOf(type)}`);
    return `mutation { ${name}(${given.join(', ')}) { __typename } }`;
  }

  test.each(mutations.map((field) => [field.name, leastCall(field)]))(
    '%s is 403 with FORBIDDEN and what is missing, whatever else is wrong with it',
    async (_name, query) => {
      const answer = await ask(app, [`X-API-Key: ${key}`], JSON.stringify({ query }));
      expect([answer.status, codesOf(answer)]).toEqual([403, ['FORBIDDEN']]);
      expect(JSON.parse(answer.body).errors[0].extensions.missing).toHaveLength(1);
    },
  );

  test('what may be shown beside is shown, with 200', async () => {
    const query = '{ accounts { name } webhookHealth { lastEventAt } }';
    const answer = await ask(app, [`X-API-Key: ${key}`], JSON.stringify({ query }));
    expect([answer.status, codesOf(answer)]).toEqual([200, ['FORBIDDEN']]);
    expect(JSON.parse(answer.body).data).toEqual({ accounts: [{ name: 'default' }], webhookHealth: null });
  });

  test('where nothing may be shown, it is 403', async () => {
    for (const query of [
      '{ webhookHealth { lastEventAt } }',
      '{ a: webhookHealth { lastEventAt } webhookEvents { totalCount } }',
    ]) {
      const answer = await ask(app, [`X-API-Key: ${key}`], JSON.stringify({ query }));
      expect([answer.status, codesOf(answer)?.[0]]).toEqual([403, 'FORBIDDEN']);
    }
  });
});

test('a key for documents of the service alone asks nothing where there are none', async () => {
  const app = await start({ access: {} });
  const key = await make(app, { documentsOnly: true });
  const answer = await ask(app, [`X-API-Key: ${key}`]);
  expect([answer.status, codesOf(answer)]).toEqual([403, ['FORBIDDEN']]);
});
