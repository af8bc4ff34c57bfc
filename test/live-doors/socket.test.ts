import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { defaultLiveLimits } from '../../src/doors/live/live-limits.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { logEntries } from './log-entries.ts';
import { figures, ringing } from './subscribed.ts';

const token = 'an-admin-token-for-tests';
const key = { Authorization: `Bearer ${token}` };
let app: TestApp;
let address: string;
beforeAll(async () => {
  app = await startApp({
    access: { adminToken: token },
    hosts: { host: '127.0.0.1', allowedOrigins: ['https://dashboard.example'] },
    liveLimits: { ...defaultLiveLimits, ofConnection: 3, initMs: 1000, stillMs: 1500, beatMs: 300 },
  });
  address = `${app.url.replace('http', 'ws')}/graphql`;
});
afterAll(() => app?.close());

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});

function open(connectionParams: Record<string, unknown> = key): Client {
  const client = createClient({ url: address, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 });
  clients.push(client);
  return client;
}

/** A WebSocket without a client's manners. */
async function plain(headers: Record<string, string> = {}, protocol = 'graphql-transport-ws') {
  const socket = new WebSocket(address, protocol, { headers });
  const heard: { type: string; id?: string; payload?: unknown }[] = [];
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  const refused = new Promise<number>((resolve) => {
    socket.once('unexpected-response', (_request, { statusCode }) => {
      socket.terminate();
      resolve(statusCode ?? 0);
    });
  });
  socket.on('error', () => {});
  const status = await Promise.race([refused, once(socket, 'open').then(() => 101)]);
  const say = (message: unknown) => socket.send(JSON.stringify(message));
  const hear = async (type: string) => {
    for (;;) {
      const found = heard.find((one) => one.type === type);
      if (found) return found;
      await sleep(10);
    }
  };
  return { socket, heard, closed, status, say, hear };
}

const subscribe = (id: string, query = figures) => ({ id, type: 'subscribe', payload: { query } });

async function acknowledged() {
  const one = await plain();
  one.say({ type: 'connection_init', payload: key });
  await one.hear('connection_ack');
  return one;
}

test('a message in many small pieces closes the connection before its pieces fill the memory', async () => {
  const { socket, closed } = await plain();
  for (let i = 0; i < 300; i += 1) socket.send('x', { fin: false });
  expect(await closed).toMatchObject({ code: 1008 });
});

test('the root field of a subscription has no @skip and no @include, wherever they stand', async () => {
  const one = await acknowledged();
  const asked = [
    'subscription ($x: Boolean!) { liveCalls @skip(if: $x) { id } }',
    'subscription { liveCalls @include(if: false) { id } }',
    'subscription { ...on Subscription @skip(if: true) { liveCalls { id } } }',
    'subscription { ...F } fragment F on Subscription { liveCalls @skip(if: true) { id } }',
  ];
  for (const [i, query] of asked.entries()) {
    const id = String(i);
    one.say({ id, type: 'subscribe', payload: { query, variables: { x: true } } });
    await expect
      .poll(() => one.heard.find((said) => said.id === id))
      .toMatchObject({
        type: 'error',
        payload: [{ message: expect.stringContaining('The root field of a subscription cannot have @') }],
      });
  }
  one.say(subscribe('inside', 'subscription { liveCalls { id @skip(if: true) status } }'));
  await expect.poll(() => one.heard.find(({ id }) => id === 'inside')).toMatchObject({ type: 'next' });
  one.socket.close();
});

test('a client of graphql-ws gets answers, and ends what it began', async () => {
  const answers = open().iterate({ query: figures });
  expect(await answers.next()).toMatchObject({ value: { data: { callMetrics: { totals: { callCount: 0 } } } } });
  const coming = answers.next();
  await app.send(ringing('socket-1'));
  expect(await coming).toMatchObject({ value: { data: { callMetrics: { totals: { callCount: 1 } } } } });
  await answers.return?.();
});

test.each([
  { Authorization: `Bearer ${token}` },
  { authorization: `bearer ${token}` },
  { 'X-API-Key': token },
  { apiKey: token },
  { headers: { Authorization: `Bearer ${token}` }, Authorization: null },
])('a key is told as %j', async (params) => {
  expect(await open(params).iterate({ query: figures }).next()).toMatchObject({ value: { data: {} } });
});

test('a key of the upgrade’s own head counts', async () => {
  const one = await plain({ 'x-api-key': token });
  one.say({ type: 'connection_init' });
  await one.hear('connection_ack');
  one.socket.close();
  expect((await plain({ 'x-api-key': 'wrong' })).status).toBe(401);
});

describe('what closes a connection', () => {
  test.each([
    ['no key', { type: 'connection_init' }, 4403],
    ['a wrong key', { type: 'connection_init', payload: { apiKey: 'wrong' } }, 4403],
    ['a subscription before it is known who asks', subscribe('1'), 4401],
    ['a message of no type', { type: 'start', id: '1' }, 4400],
    ['a message that is none', 'hello', 4400],
    ['a subscription without an id', { type: 'subscribe', payload: { query: figures } }, 4400],
  ])('%s', async (_what, message, code) => {
    const one = await plain();
    one.say(message);
    expect((await one.closed).code).toBe(code);
  });

  test('silence about who asks', async () => {
    expect((await (await plain()).closed).code).toBe(4408);
  });

  test('what is no JSON, a frame of bytes, what is too large or too deep', async () => {
    const say: [string | Buffer, number][] = [
      ['{', 4400],
      [Buffer.from('{}'), 4400],
      ['x'.repeat(2_000_000), 1009],
      ['['.repeat(5000), 4400],
    ];
    for (const [text, code] of say) {
      const one = await plain();
      one.socket.send(text);
      expect((await one.closed).code).toBe(code);
    }
  });

  test('two inits, and an id in use', async () => {
    const one = await acknowledged();
    one.say({ type: 'connection_init', payload: key });
    expect((await one.closed).code).toBe(4429);
    const two = await acknowledged();
    two.say(subscribe('same'));
    two.say(subscribe('same'));
    expect(await two.closed).toEqual({ code: 4409, reason: 'Subscriber for same already exists' });
  });

  test('a flood of messages', async () => {
    const before = await plain();
    for (let i = 0; i < 100; i += 1) before.say({ type: 'ping' });
    expect((await before.closed).code).toBe(1008);
  });

  test('another protocol', async () => {
    expect((await (await plain({}, 'graphql-ws')).closed).code).toBe(4406);
  });
});

describe('what is refused by an error, while the connection stays', () => {
  test('queries, mutations, broken documents, and more subscriptions than one connection may have', async () => {
    const one = await acknowledged();
    one.say(subscribe('q', '{ accounts { name } }'));
    expect(await one.hear('error')).toMatchObject({ id: 'q', payload: [{ extensions: { code: 'WRONG_TRANSPORT' } }] });
    for (const id of ['a', 'b', 'c', 'd']) one.say(subscribe(id));
    while (one.heard.filter(({ type }) => type === 'error').length < 2) await sleep(10);
    expect(one.heard.findLast(({ type }) => type === 'error')).toMatchObject({
      id: 'd',
      payload: [{ extensions: { code: 'RATE_LIMITED', limit: 'LIVE_SUBSCRIPTIONS_PER_CONNECTION' } }],
    });
    one.say({ type: 'complete', id: 'a' });
    one.say(subscribe('e'));
    while (!one.heard.some(({ id }) => id === 'e')) await sleep(10);
    expect(one.heard.find(({ id }) => id === 'e')?.type).toBe('next');
    one.socket.close();
  });
});

describe('who may not open one', () => {
  test('pages of others; those of named origins and the service’s own may', async () => {
    const statuses = await Promise.all(
      ['https://evil.example', 'null', 'https://dashboard.example', app.url].map((origin) => plain({ origin })),
    );
    expect(statuses.map(({ status }) => status)).toEqual([403, 403, 101, 101]);
    for (const { socket } of statuses) socket.terminate();
  });

  test('whoever comes under another name', async () => {
    expect((await plain({ host: 'evil.example' })).status).toBe(421);
  });
});

test('a request that asks for another upgrade is answered as if it had not, with its body', async () => {
  const asking = request(`${app.url}/graphql`, {
    method: 'POST',
    agent: false,
    headers: {
      connection: 'Upgrade, HTTP2-Settings',
      upgrade: 'h2c',
      'http2-settings': 'AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
      'content-type': 'application/json',
      'x-api-key': token,
    },
  });
  asking.end('{"query":"{ __typename }"}');
  const [reply] = await once(asking, 'response');
  let text = '';
  for await (const part of reply) text += part;
  expect([reply.statusCode, text]).toEqual([200, expect.stringContaining('"__typename":"Query"')]);
});

test('a reader that takes nothing is cut off, and its messages do not pile up', async () => {
  const one = await acknowledged();
  one.socket.pause();
  const big = 'x'.repeat(100_000);
  for (let i = 0; i < 100; i += 1) one.say({ type: 'ping', payload: big });
  const end = Date.now() + 10_000;
  const logged = () => fetch(`${app.url}/metrics`, { headers: { 'x-api-key': token } }).then((reply) => reply.text());
  while (!(await logged()).includes('call_analytics_live_connections{kind="ws"} 0') && Date.now() < end)
    await sleep(100);
  expect(await logged()).toContain('call_analytics_live_connections{kind="ws"} 0');
  one.socket.terminate();
});

test('a client that answers no ping is taken to be gone', async () => {
  const socket = new WebSocket(address, 'graphql-transport-ws', { autoPong: false });
  socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: key })));
  const [code] = await once(socket, 'close');
  expect(code).toBe(1006);
});

test('a thousand that come again at once are all let in', { timeout: 60_000 }, async () => {
  const all = await Promise.all(Array.from({ length: 1000 }, () => acknowledgedAtOnce()));
  expect(all.filter((type) => type === 'connection_ack')).toHaveLength(1000);
});

async function acknowledgedAtOnce(): Promise<string> {
  const socket = new WebSocket(address, 'graphql-transport-ws');
  socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: key })));
  return new Promise((resolve) => {
    socket.once('error', ({ message }) => resolve(message));
    socket.once('close', (code) => resolve(String(code)));
    socket.once('message', (data) => {
      resolve(JSON.parse(String(data)).type);
      socket.terminate();
    });
  });
}

test('the log tells when a subscription began and ended', async () => {
  const one = await acknowledged();
  one.say(subscribe('x', 'subscription OverSocket { liveCalls { callSid } }'));
  await one.hear('next');
  one.say({ type: 'complete', id: 'x' });
  const entries = await logEntries(app, 2, ['OverSocket']);
  expect(entries).toMatchObject([
    { type: 'SUBSCRIPTION', actual: null, status: 200, code: null },
    { type: 'SUBSCRIPTION', requested: null, actual: expect.any(Number), status: 200, code: null },
  ]);
  one.socket.close();
});
