import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp, testSecret } from '../support/app.ts';
import { toGlobalId } from '../support/seals.ts';
import { askAs, sendRaw } from './raw-request.ts';

const names = '{ accounts { name } }';
const report = JSON.stringify({ CallSid: '1672649960.9601', Status: 'ANSWER' });

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ hosts: { host: '127.0.0.1', publicHosts: ['calls.example.com'] } });
});
afterAll(() => app.close());

describe('a question under a name', () => {
  test.each([
    'localhost',
    'LOCALHOST.:4000',
    'app.localhost',
    '127.0.0.1:1',
    '127.9.9.9',
    '[::1]:4000',
    'calls.example.com',
    'Calls.Example.Com.:8443',
  ])('of the service’s own, %s, is answered', async (host) => {
    expect(await askAs(app, host, names)).toMatchObject({
      status: 200,
      body: expect.stringMatching(/^\{"data":\{"accounts":\[\{"name":"default"\}\]\},"extensions":\{"cost":/),
    });
  });

  test.each([
    'evil.example',
    'calls.example.com.evil.example',
    'localhost.evil.example',
    'me@localhost',
    '10.0.0.5',
    '0.0.0.0',
    'localhost, evil.example',
    ' ',
  ])('of somebody else’s, %s, is 421 and says what to set', async (host) => {
    const { status, body } = await askAs(app, host, names);
    expect(status).toBe(421);
    const { data, errors } = JSON.parse(body);
    expect(data).toBeUndefined();
    expect(errors).toEqual([{ message: expect.stringContaining('PUBLIC_HOSTS'), extensions: { code: 'BAD_REQUEST' } }]);
  });

  test('forwarded headers are not believed', async () => {
    const forwarded = ['x-forwarded-host: localhost', 'forwarded: host=localhost', 'x-forwarded-for: 127.0.0.1'];
    expect((await askAs(app, 'evil.example', names, forwarded)).status).toBe(421);
    const others = ['x-forwarded-host: evil.example', 'forwarded: host=evil.example'];
    expect((await askAs(app, 'localhost', names, others)).status).toBe(200);
  });

  test.each([
    ['twice the same', ['Host: localhost', 'Host: localhost']],
    ['an own one first', ['Host: localhost', 'hOsT: evil.example']],
    ['an own one last', ['HOST: evil.example', 'host: localhost']],
  ])('said twice, %s, is refused with 400', async (_what, hosts) => {
    for (const line of ['POST /graphql HTTP/1.1', 'GET /healthz HTTP/1.1', 'GET /nothing HTTP/1.1']) {
      expect((await sendRaw(app, [line, ...hosts, 'content-type: application/json'])).status).toBe(400);
    }
  });

  test('left out is refused, with 400 where the protocol demands one', async () => {
    expect((await askAs(app, null, names)).status).toBe(400);
    expect((await sendRaw(app, ['GET /graphql HTTP/1.0', 'accept: text/html'])).status).toBe(421);
    expect((await sendRaw(app, ['GET /graphql HTTP/1.0', 'accept: text/html', 'Host: localhost'])).status).not.toBe(
      421,
    );
  });

  test.each([
    ['http://evil.example/graphql', 'localhost', 421],
    ['http://localhost/graphql', 'evil.example', 421],
    ['http://localhost:1/graphql', 'calls.example.com', 200],
  ])('in the target, %s, counts too', async (target, host, status) => {
    const lines = [`POST ${target} HTTP/1.1`, `Host: ${host}`, 'content-type: application/json'];
    expect((await sendRaw(app, lines, JSON.stringify({ query: names }))).status).toBe(status);
  });
});

describe('under somebody else’s name', () => {
  test.each(['/graphql', '/graphql/', '/playground/main.js', '/nothing', '/'])('%s is 421', async (path) => {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'DELETE']) {
      const lines = [`${method} ${path} HTTP/1.1`, 'Host: evil.example', 'accept: text/html'];
      expect((await sendRaw(app, lines)).status).toBe(421);
    }
  });

  test('a query that was never escaped finds no way around', async () => {
    const query = `${encodeURIComponent(names)}&operationName=José`;
    for (const host of [['Host: evil.example'], []]) {
      const lines = [`GET /graphql?query=${query} HTTP/1.1`, ...host, 'content-type: application/json'];
      const { body } = await sendRaw(app, lines);
      expect(body).not.toContain('"data"');
    }
  });

  test.each([
    ['of a tunnel', ['Host: abc.tunnel.example']],
    ['that is no name', ['Host: @@']],
    ['that is blank', ['Host: ']],
    ['that is not said', []],
  ])('%s, a delivery is kept and probes are answered', async (_what, host) => {
    const path = `/webhooks/callerdesk/${testSecret}`;
    for (const address of [path, `${path}/call-report`, `http://evil.example${path}`]) {
      const lines = [`POST ${address} HTTP/1.1`, ...host, 'content-type: application/json'];
      expect(await sendRaw(app, lines, report)).toMatchObject({ status: 200, body: 'success' });
    }
    for (const line of ['GET /healthz HTTP/1.1', 'GET /readyz HTTP/1.1', 'GET /healthz/ HTTP/1.0']) {
      expect((await sendRaw(app, [line, ...host])).status).toBe(200);
    }
    const wrong = await sendRaw(app, ['POST /webhooks/callerdesk/another-secret-000000 HTTP/1.1', ...host]);
    expect(wrong.status).toBe(404);
  });
});

describe('a page of another origin', () => {
  const update = 'mutation { updateAgent(id: "x", name: "A") { id } }';
  const admin = '{ webhookHealth { refusedSinceStart } }';
  const event = `{ node(id: "${toGlobalId('WebhookEvent', 1)}") { id } }`;
  const asked: [what: string, query: string][] = [
    ['a mutation', update],
    [
      'a mutation in a fragment',
      'mutation { ...A } fragment A on Mutation { a: updateAgent(id: "x", name: "A") { id } }',
    ],
    ['a mutation that asks for nothing', 'mutation { __typename }'],
    ['what is for administrators', admin],
    ['the keys', '{ apiKeys { name } }'],
    ['a new key', 'mutation { createApiKey(input: { name: "x", scopes: [ADMIN] }) { secret } }'],
    ['it by another name', '{ accounts { name } a: webhookHealth { refusedSinceStart } }'],
    [
      'it in a fragment',
      'query { accounts { name } ...A } fragment A on Query { ... { webhookEvents { totalCount } } }',
    ],
    ['a delivery by its id', event],
    ['deliveries by their ids', event.replace('node(id', 'nodes(ids')],
  ];

  test.each(asked)('gets 403 and no data for %s', async (_what, query) => {
    for (const origin of ['null', 'http://evil.example', 'http://localhost.evil.example:4000', '']) {
      const { status, body } = await askAs(app, 'localhost', query, [`Origin: ${origin}`]);
      expect([origin, status]).toEqual([origin, 403]);
      const { data, errors } = JSON.parse(body);
      expect(data).toBeUndefined();
      expect(errors[0]).toMatchObject({
        message: expect.stringContaining('PUBLIC_HOSTS'),
        extensions: { code: 'FORBIDDEN' },
      });
    }
    expect(app.logged.filter(({ level }) => level === 50)).toEqual([]);
  });

  test.each(asked)('is none where it is under a name of the service: %s is answered', async (_what, query) => {
    for (const origin of ['http://localhost:5173', 'https://calls.example.com', 'http://[::1]']) {
      expect((await askAs(app, '127.0.0.1', query, [`Origin: ${origin}`])).status).toBe(200);
    }
  });

  test('may ask what anybody may', async () => {
    expect((await askAs(app, 'localhost', names, ['Origin: http://evil.example'])).status).toBe(200);
  });

  test('never has the answer that an administrator had to the same question', async () => {
    const both = await Promise.all([
      askAs(app, 'localhost', admin),
      askAs(app, 'localhost', admin, ['Origin: http://evil.example']),
      askAs(app, 'localhost', admin),
    ]);
    expect(both.map(({ status }) => status)).toEqual([200, 403, 200]);
  });
});

describe('where any name is taken', () => {
  let open: TestApp;
  const token = 'an-admin-token-for-tests';
  beforeAll(async () => {
    open = await startApp({ access: { host: '0.0.0.0', adminToken: token }, hosts: { host: '0.0.0.0' } });
  });
  afterAll(() => open.close());

  test('questions and mutations of the page under that name are answered', async () => {
    const bearer = [`Authorization: Bearer ${token}`];
    expect((await askAs(open, 'any.example', names, bearer)).status).toBe(200);
    const update = 'mutation { updateAgent(id: "x", name: "A") { id } }';
    const own = await askAs(open, 'any.example:4000', update, [...bearer, 'Origin: https://ANY.example']);
    expect(JSON.parse(own.body).errors[0].extensions.code).toBe('NOT_FOUND');
    for (const origin of ['https://other.example', 'null']) {
      expect((await askAs(open, 'any.example', update, [...bearer, `Origin: ${origin}`])).status).toBe(403);
    }
  });

  test('Host headers are still one', async () => {
    expect((await askAs(open, 'a.example', names, ['Host: b.example'])).status).toBe(400);
    expect((await askAs(open, null, names)).status).toBe(400);
  });
});
